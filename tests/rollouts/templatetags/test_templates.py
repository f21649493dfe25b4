"""House rules of all templates, styles and scripts: the content policy forbids inline code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rollouts.templatetags.icons import FOLDER, drawing

ROOT = FOLDER.parents[2]
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
SCRIPTS = sorted(ROOT.glob("static/js/*.js"))
STYLES = sorted(ROOT.glob("static/css/*.css"))


def name(path: Path) -> str:
    """Return a file's name for the test's id."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_inline_style_script_or_handler(path):
    text = path.read_text()

    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=|\shx-on", text)
    assert not re.search(r"javascript:|hx-vals=['\"]js", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_comment_in_braces_stays_on_one_line(path):
    assert all("#}" in line for line in path.read_text().splitlines() if "{#" in line)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_form_that_posts_carries_its_token(path):
    text = path.read_text()

    assert text.count('method="post"') == text.count("{% csrf_token %}")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_icon_that_a_template_names_has_its_drawing(path):
    for icon in re.findall(r'(?:{% icon |\bicon=)"([^"]+)"', path.read_text()):
        assert drawing(icon)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_evaluates_no_text(path):
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", path.read_text())


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_a_style_names_only_files_that_exist_and_colours_that_are_tokens(path):
    text = path.read_text()

    for address in re.findall(r'url\("([^"]+)"\)', text):
        assert (path.parent / address).is_file()
    known = set(re.findall(r"(--[\w-]+)\s*:", "".join(style.read_text() for style in STYLES)))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= known


def test_the_frame_turns_expressions_and_injected_styles_off():
    text = (ROOT / "templates/base.html").read_text()

    assert '"includeIndicatorStyles":false,"allowEval":false' in text


def test_every_static_file_of_the_frame_exists():
    text = (ROOT / "templates/base.html").read_text()

    for address in re.findall(r"{% static '([^']+)' %}", text):
        assert (ROOT / "static" / address).is_file()


@pytest.mark.parametrize("folder", ["fonts/inter", "vendor/idiomorph"])
def test_vendored_files_keep_their_licence(folder):
    assert (ROOT / "static" / folder / "LICENSE").is_file()
