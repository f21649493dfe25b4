"""Which clusters a value governs that an order does not name: they would be moved unasked.

A value in a file of its own governs one cluster; one among the defaults governs every cluster that
has none of its own, those that the repository knows and the fleet does not among them. What cannot
be told counts as governed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rollouts.appliers.git.content import Content, Unusable
from rollouts.appliers.git.holdings import Held, NotHeld, files_of, held
from rollouts.appliers.go_yaml import Scalar, Unclear
from rollouts.appliers.order import Place
from rollouts.fleet_file.scalars import ALIAS

ALIAS_NAME = "alias"


def foreign_names(
    value: Held, moved: Sequence[Place], others: Sequence[Place], content: Content
) -> list[str]:
    """Return the names of all clusters that a value governs beside those that are moved.

    Shapes
        others      clusters whose words are kept on the same branch
    """
    near = [place for place in others if value.path in files_of(place) or _may_lack(place, value)]
    content.load(path for place in near for path in files_of(place))
    names = [place.name for place in near if _is_governed(place, value, content)]
    return [*names, *(_unknown_names(moved, others, content) if value.is_default else ())]


def _may_lack(place: Place, value: Held) -> bool:
    """Whether a cluster has no file that is known, and so perhaps no value of its own."""
    return value.is_default and "file" not in place.options


def _is_governed(place: Place, value: Held, content: Content) -> bool:
    try:
        return held(place, content).spot == value.spot
    except NotHeld:
        return True


def _unknown_names(
    moved: Sequence[Place], others: Sequence[Place], content: Content
) -> Iterator[str]:
    """Yield files that look like a cluster's own, of none that is known, and without the key."""
    known = {path for place in (*moved, *others) for path in files_of(place)}
    patterns = dict.fromkeys((_pattern(place), place.options["key"]) for place in moved)
    for path in content.entries:
        for pattern, key in () if path in known else patterns:
            found = re.fullmatch(pattern, path)
            if found and not _has_own(content, path, key):
                yield found.groupdict().get(ALIAS_NAME) or path


def _pattern(place: Place) -> str:
    """Return what the files of other clusters look like: this one's, its fields left open."""
    alias_last = sorted(place.fields.items(), key=lambda field: field[0] == ALIAS_NAME)
    values = {text: name for name, text in alias_last if text}
    longest = sorted(values, key=len, reverse=True)
    words = "|".join(map(re.escape, longest))
    pieces = re.split(rf"(?<!\w)({words})(?!\w)", place.options["file"]) if words else []
    pattern, has_alias = "", False
    for number, piece in enumerate(pieces or [place.options["file"]]):
        if number % 2 == 0:
            pattern += re.escape(piece)
        elif values[piece] == ALIAS_NAME and not has_alias:
            pattern, has_alias = f"{pattern}(?P<{ALIAS_NAME}>{ALIAS.pattern})", True
        else:
            pattern += f"(?P={ALIAS_NAME})" if values[piece] == ALIAS_NAME else "[^/]+"
    return pattern


def _has_own(content: Content, path: str, key: str) -> bool:
    """Whether a file surely gives its cluster a value of its own."""
    try:
        document = content.document(path)
        return document is not None and isinstance(document.find(key, {}), Scalar)
    except (Unusable, Unclear):
        return False
