"""Pages hold no inline code: the content security policy would refuse it in the browser."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import lines_matching, python_files, read, text_files

INLINE = {
    "a style attribute": r"""<[^>]*\sstyle\s*=""",
    "a style element": r"<style\b",
    "a script without src": r"""<script\b(?![^>]*\bsrc=)(?![^>]*type="application/json")""",
    "an event handler": r"""<[^>]*\son[a-z]+\s*=\s*["']""",
    "a handler of htmx that is code": r"\bhx-on[:\-]|\bhx-vals=[\"']js:",
    "a javascript: address": r"""["']\s*javascript:""",
    "an address of another site": r"""<(?:script|link|img)\b[^>]*(?:src|href)=["'](?:https?:)?//""",
}


def breaches(text: str) -> list[str]:
    """Return what of INLINE a template holds."""
    return [what for what, pattern in INLINE.items() if re.search(pattern, text, re.IGNORECASE)]


def test_no_template_holds_inline_code():
    templates = [path for path in text_files() if path.suffix in {".html", ".svg"}]
    assert templates

    assert not {str(path): found for path in templates if (found := breaches(read(path)))}


def test_no_python_prints_inline_code():
    written = [path for path in python_files() if path.parts[0] not in {"tests", "demo"}]

    assert not lines_matching(written, r"""<[a-z][^>]*\s(?:style|on[a-z]+)=\\?["']""")


def test_scripts_of_our_own_evaluate_no_text():
    scripts = [path for path in text_files() if path.suffix == ".js"]

    assert not lines_matching(scripts, r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write\(")


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<p\n  class='x'\n  style='color: red'>",
        "<style>p {}</style>",
        "<script>go()</script>",
        '<button onclick="go()">',
        '<form hx-on:submit="go()">',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example.org/x.js"></script>',
    ],
)
def test_sees_inline_code(text):
    assert breaches(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'app.js' %}\" defer></script>",
        '<link rel="stylesheet" href="/static/app.css">',
        '<a href="https://example.org/">',
        '<p class="style" data-on="x">one = two</p>',
    ],
)
def test_takes_nothing_else_for_inline_code(text):
    assert not breaches(text)
