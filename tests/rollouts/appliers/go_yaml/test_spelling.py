"""A word keeps the quotes that stand there, and gets some where YAML would misread it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rollouts.appliers.go_yaml import Unwritable, spelled

STYLES = ["", "'", '"']


@pytest.mark.parametrize(
    ("word", "style", "written"),
    [
        ("exec", "", b"exec"),
        ("exec", "'", b"'exec'"),
        ("exec", '"', b'"exec"'),
        ("it's", "'", b"'it''s'"),
        ('say "a\\b"', '"', b'"say \\"a\\\\b\\""'),
        ("v1.2-x/y", "", b"v1.2-x/y"),
    ],
)
def test_keeps_the_quotes(word, style, written):
    assert spelled(word, style=style) == written


@pytest.mark.parametrize(
    "word",
    [
        "false", "True", "no", "off", "ON", "y", "N", "null", "Null", "~", "", "1", "1.5", "0x1f",
        "1_000", "1e3", "12:30", ".inf", "nan", "2026-01-01", "a: b", "a #b", "a,b", "[a", "*a",
        "&a", "!a", "%a", "@a", "-", "- a", "a:", " a", "a ", "größe",
    ],
)  # fmt: skip
def test_puts_quotes_around_what_yaml_would_misread(word):
    assert spelled(word, style="").startswith(b'"')


@pytest.mark.parametrize(
    "word", ["a\nb", "a\rb", "a\0", "a\u202eb", "a\u2028b", "a\u200bb", "a\ue000"]
)
@pytest.mark.parametrize("style", STYLES)
def test_writes_nothing_that_cannot_be_seen(word, style):
    with pytest.raises(Unwritable, match="cannot be seen"):
        spelled(word, style=style)


@pytest.mark.parametrize("word", ["{{ .X }}", "a}}"])
def test_writes_no_template_action(word):
    with pytest.raises(Unwritable, match="template"):
        spelled(word, style='"')


@given(word=st.text(max_size=20), style=st.sampled_from(STYLES), flow=st.booleans())
def test_yaml_reads_back_the_very_word(word, style, flow):
    try:
        written = spelled(word, style=style).decode()
    except Unwritable:
        return

    text = f"{{flag: {written}, x: z}}\n" if flow else f"flag: {written} # x\nx: z\n"

    for version in ("1.1", "1.2"):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(text) == {"flag": word, "x": "z"}


@pytest.mark.parametrize(
    ("before", "word", "written"),
    [
        ("true", "false", b"false"),
        ("True", "false", b"false"),
        ("no", "yes", b"yes"),
        ("pre", "false", b'"false"'),
        ("true", "no", b'"no"'),
        ("1", "0", b'"0"'),
    ],
)
def test_a_yes_without_quotes_is_answered_by_a_no_without_quotes(before, word, written):
    assert spelled(word, style="", before=before) == written
    assert spelled(word, style='"', before=before) == f'"{word}"'.encode()
