"""A Go template cut into text and actions, trim markers obeyed.

bytes -> *actions* -> blocks -> rendering -> YAML events -> place

Source: text/template/parse/lex.go of Go 1.22: what `{{`, `}}`, `{{- `, ` -}}`, comments, strings,
raw strings and character constants are. YAML's comments mean nothing to a template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rollouts.appliers.go_yaml.unclear import Unclear

SPACE = " \t\r\n"
ACTION = re.compile(
    r"\{\{(?P<left>-(?=[ \t\r\n]))?"
    r"(?:[ \t\r\n]*/\*(?P<comment>.*?)\*/[ \t\r\n]*(?P<trim>(?<=[ \t\r\n])-)?"
    r"|(?P<body>(?:\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|[^\"`'}])*))"
    r"\}\}",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the file: text, or an action.

    Shapes
        start, end      where it stands; for text, what trim markers left of it
        action          what stands between the delimiters; None for text, empty for a comment
    """

    start: int
    end: int
    action: str | None = None


def cut(text: str) -> list[Piece]:
    """Return the pieces of a template in order; text that was trimmed away is left out.

    Errors
        Unclear     an action that does not end, or is none
    """
    pieces: list[Piece] = []
    at, trims = 0, False
    while (opening := text.find("{{", at)) >= 0:
        found = ACTION.match(text, opening)
        if found is None:
            line = text.count("\n", 0, opening) + 1
            raise Unclear("a template action that is not well formed", line)
        body = found["body"] or ""
        _add_text(pieces, text, (at, opening), trims=(trims, found["left"] is not None))
        trims = found["trim"] is not None or (body[-1:] == "-" and body[-2:-1] in tuple(SPACE))
        pieces.append(Piece(opening, found.end(), body.removesuffix("-" * trims).strip(SPACE)))
        at = found.end()
    _add_text(pieces, text, (at, len(text)), trims=(trims, False))
    return pieces


def _add_text(
    pieces: list[Piece], text: str, span: tuple[int, int], *, trims: tuple[bool, bool]
) -> None:
    """Add a stretch of text as the actions before and after it leave it."""
    start, end = span
    if trims[0]:
        while start < end and text[start] in SPACE:
            start += 1
    if trims[1]:
        while end > start and text[end - 1] in SPACE:
            end -= 1
    if start < end:
        pieces.append(Piece(start, end))
