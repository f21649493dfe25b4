"""Where the word of one place stands: in its own file, else in the file of defaults."""

from __future__ import annotations

from dataclasses import dataclass

from rollouts.appliers.git.additions import added_lines
from rollouts.appliers.git.content import Content, Unusable
from rollouts.appliers.git.excerpts import numbered
from rollouts.appliers.go_yaml import Missing, Scalar, Unclear
from rollouts.appliers.order import Place


@dataclass(frozen=True, slots=True)
class Held:
    """A word, and the one place in the repository that says it."""

    path: str
    scalar: Scalar
    is_default: bool

    @property
    def where(self) -> str:
        """FILE:LINE."""
        return f"{self.path}:{self.scalar.line}"

    @property
    def spot(self) -> tuple[str, int]:
        """What two places share when one change moves both."""
        return self.path, self.scalar.start


class NotHeld(Exception):
    """There is no word for a place, or it cannot be told; `lines` shows what is there."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


def held(place: Place, content: Content, *, word: str = "") -> Held:
    """Return where the word of a place stands.

    Shapes
        word        what a line to add would say

    Errors
        NotHeld     it is nowhere, or it cannot be told beyond doubt
    """
    options = place.options
    if "file" not in options or "key" not in options:
        raise NotHeld("It is not said where its value is.")
    own = _found(place, content, options["file"], options["key"])
    if isinstance(own, Scalar):
        return Held(options["file"], own, is_default=False)
    if path := options.get("defaults"):
        default = _found(place, content, path, defaults_key(place))
        if isinstance(default, Scalar):
            return Held(path, default, is_default=True)
    raise _nowhere(place, content, own, word)


def files_of(place: Place) -> tuple[str, ...]:
    """Return the files that may say the word of a place."""
    names = (place.options.get("file"), place.options.get("defaults"))
    return tuple(name for name in names if name)


def defaults_key(place: Place) -> str:
    """Return the key in the file of defaults."""
    return place.options.get("defaults_key") or place.options["key"].rpartition(".")[2]


def _found(place: Place, content: Content, path: str, key: str) -> Scalar | Missing | None:
    """Return what a file says for a key; None where there is no such file."""
    try:
        document = content.document(path)
        return None if document is None else document.find(key, place.fields)
    except Unusable as unusable:
        raise NotHeld(f"{unusable}, so it is not read.") from None
    except Unclear as unclear:
        lines = numbered(content, path, unclear.lines)
        raise NotHeld(f"{key} in {path} {unclear}.", lines) from None


def _nowhere(place: Place, content: Content, own: Missing | None, word: str) -> NotHeld:
    """Return the refusal for a word that stands neither in its own file nor among defaults."""
    path, key = place.options["file"], place.options["key"]
    defaults = place.options.get("defaults")
    beside = f", and no {defaults_key(place)} in {defaults}" if defaults else ""
    if own is None:
        return NotHeld(f"There is no file {path}{beside}.")
    lines = added_lines(content, path, own, key=key, word=word)
    return NotHeld(f"There is no {key} in {path}{beside}. Give it a value first.", lines)
