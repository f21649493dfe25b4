"""Icons: lucide's drawings, inlined, so that they take the colour of the text and need no request.

The files under templates/components/icons are lucide's own (their licence lies beside them).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "components" / "icons"

_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+")


class NoSuchIcon(Exception):
    """No drawing of that name lies in the folder."""


@cache
def drawing(name: str) -> SafeString:
    """Return the shapes inside one icon file, on one line.

    Shapes: markup of our own files only; a name never leaves the folder.
    Errors: NoSuchIcon.
    """
    path = FOLDER / f"{name}.svg"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NoSuchIcon(f"{name!r}: put lucide's {name}.svg into {FOLDER.name}/")
    found = _DRAWING.search(path.read_text("utf-8"))
    if found is None:
        raise NoSuchIcon(f"{path.name} holds no svg")
    return mark_safe(re.sub(r"\s+", " ", found[1]).strip().replace("> <", "><"))  # noqa: S308  (our own file)


def icon(name: str, label: str = "") -> SafeString:
    """Return the icon as an inline SVG; without a label it is decoration, hidden from readers."""
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
            label,
            drawing(name),
        )
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing(name)
    )
