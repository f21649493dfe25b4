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
from rollouts.fleet_file.templates import PLACEHOLDER

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
    seen: set[str] = set()
    for place in moved:
        pattern = _pattern(place)
        if pattern is None or pattern in seen:
            continue
        seen.add(pattern)
        for path in content.entries:
            found = re.fullmatch(pattern, path)
            if found and path not in known and not _has_own(content, path, place.options["key"]):
                yield found.groupdict().get(ALIAS_NAME) or path


def _pattern(place: Place) -> str | None:
    """Return what the file of any cluster looks like; None where all share one."""
    template = place.options.get("file_template", "")
    if not PLACEHOLDER.search(template):
        template = _template_of(place)
    first, *rest = PLACEHOLDER.split(template)
    if not rest:
        return None
    pattern = re.escape(first)
    for number, (name, text) in enumerate(zip(rest[::2], rest[1::2], strict=True)):
        is_first = name == ALIAS_NAME and ALIAS_NAME not in rest[: 2 * number]
        again = f"(?P={ALIAS_NAME})" if name == ALIAS_NAME else "[^/]+"
        pattern += (f"(?P<{ALIAS_NAME}>{ALIAS.pattern})" if is_first else again) + re.escape(text)
    return pattern


def _template_of(place: Place) -> str:
    """Return the path with the alias taken out, where it stands as a word of its own."""
    alias = re.escape(place.fields.get(ALIAS_NAME, ""))
    path = place.options["file"]
    return re.sub(rf"(?<![\w]){alias}(?![\w])", f"{{{ALIAS_NAME}}}", path) if alias else path


def _has_own(content: Content, path: str, key: str) -> bool:
    """Whether a file surely gives its cluster a value of its own."""
    try:
        document = content.document(path)
        return document is not None and isinstance(document.find(key, {}), Scalar)
    except (Unusable, Unclear):
        return False
