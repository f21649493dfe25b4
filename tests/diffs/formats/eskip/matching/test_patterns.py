"""Searching with expressions, and making texts that they match."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.formats.eskip.matching.automaton import LONGEST_TEXT, automaton_of, finds
from diffs.formats.eskip.matching.patterns import NotRead, parse_pattern
from diffs.formats.eskip.matching.samples import LONGEST_SAMPLE, MOST, samples

ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "ab",
        ".",
        "[ab]",
        "[^a]",
        "[a-c-]",
        r"\.",
        r"\d",
        r"\w",
        r"\W",
        "[.]",
        "-",
        r"[\d.]",
    ]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds(
            "(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{1,}"])
        ),
        st.builds("(^{})".format, inner),
        st.builds("({}$|b)".format, inner),
    ),
    max_leaves=6,
)
KUBERNETES = b"^(cart[.]example[.]org[.]?(:[0-9]+)?|www[.]shop[.]org[.]?(:[0-9]+)?)$"


@given(EXPRESSIONS, st.text("ab.-1 ", max_size=8))
def test_finds_what_python_finds(pattern, text):
    assert finds(pattern.encode(), text) == bool(re.search(pattern, text))


@given(EXPRESSIONS)
def test_every_sample_is_matched(pattern):
    made = samples(pattern.encode())
    assert len(made) <= 2 * MOST
    assert all(re.search(pattern, text) for text in made)


@given(st.binary(max_size=40))
def test_no_bytes_end_in_anything_but_an_answer_or_a_refusal(pattern):
    assert finds(pattern, "www.example.org") in (True, False, None)
    assert isinstance(samples(pattern), tuple)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (b"(?i)^WWW$", "www", True),
        (b"(?i)[^a]", "A", False),
        (b"^a$", "a\n", False),
        (b"a{2,3}?b", "aab", True),
        (b"(?P<name>a)b", "ab", True),
        (rb"\Aa\z", "a", True),
        (b"[]a]", "]", True),
        (b"[^]a]", "]", False),
        (b"(a|)b", "b", True),
        (rb"[\w-]+$", "-", True),
        (KUBERNETES, "cart.example.org.:8080", True),
        (KUBERNETES, "cartxexample.org", False),
    ],
)
def test_reads_what_go_reads(pattern, text, found):
    assert finds(pattern, text) is found


@pytest.mark.parametrize(
    "pattern",
    [
        rb"\bword", rb"\pL", rb"\x41", rb"(?s).", b"(?=a)", b"a**", b"a{2}{3}", b"a{1000}", b"^*",
        b"(a", b"a)", b"[a", b"[b-a]", rb"[a-\d]", b"[[:alpha:]]", b"[a-c-e]", b"*a", b"a{,2}",
        b"a\\", "é".encode(), b"(" * 30 + b")" * 30, b"a" * 1001, b"(a{100}){3}",

        b"|".join([b"abc"] * 100),
    ],
)  # fmt: skip
def test_refuses_what_is_not_surely_the_same_in_go(pattern):
    assert isinstance(automaton_of(pattern), NotRead)
    assert finds(pattern, "a") is None
    assert samples(pattern) == ()


@pytest.mark.parametrize(
    "pattern", [b"^(a+)+$", b"^(a|a)*$", b"^(a*)*b", b"^((a?){20})*(a{20})*$", b"(.*)(.*)(.*)x$"]
)
def test_what_hangs_other_engines_is_linear(pattern):
    automaton = automaton_of(pattern)
    moved = 0
    move = automaton._moved

    def counted(states, sign):
        nonlocal moved
        moved += len(states)
        return move(states, sign)

    automaton._moved = counted
    assert automaton.finds("a" * (LONGEST_TEXT - 1) + "!") is False
    assert moved <= LONGEST_TEXT * len(automaton.steps)
    del automaton._moved


def test_a_text_that_is_too_long_or_not_ascii_is_not_searched():
    assert finds(b"a", "a" * LONGEST_TEXT) is True
    assert finds(b"a", "a" * (LONGEST_TEXT + 1)) is None
    assert finds(b"a", "aé") is None


@pytest.mark.parametrize(
    ("pattern", "first"),
    [
        (KUBERNETES, "cart.example.org"),
        (rb"^my-host\.example\.org(:\d+)?$", "my-host.example.org"),
        (b"[a-z0-9]+((-[a-z0-9]+)?)*[.]example[.]org", "x.example.org"),
        (b"^(b|c)$", "b"),
        (b"^/colors/(red|green)/$", "/colors/red/"),
    ],
)
def test_the_first_sample_is_plain(pattern, first):
    assert samples(pattern)[0] == first


def test_samples_show_every_alternative_and_are_short():
    assert {"cart.example.org", "www.shop.org"} <= set(samples(KUBERNETES))
    assert samples(b"^a{100}$") == ("a" * 100,)
    assert samples(b"^(a{100}){2}$") == ()
    assert LONGEST_SAMPLE < 200
    assert samples(b"a$b") == ()


def test_a_range_holds_both_its_ends():
    assert parse_pattern(b"[a-c]").mask == 0b111 << ord("a")
