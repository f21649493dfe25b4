"""Edits in words: the part, the place, and both values."""

from __future__ import annotations

import pytest

from diffs.edit_words import sentence
from diffs.edits import edits_between
from diffs.formats.eskip.parts import parts_of
from diffs.part import Part, Role
from diffs.report import Kind
from tests.diffs.test_fingerprint import finding


def said(left, right, **options):
    """Return what is said of two routes of one id."""
    item = finding(left, right)
    edits = edits_between(parts_of(item.left), parts_of(item.right))
    return sentence(item.kind, edits, **options)


@pytest.mark.parametrize(
    ("left", "right", "words", "typed"),
    [
        (
            '* -> flowId("reuse") -> <shunt>',
            '* -> flowId("renew") -> <shunt>',
            'filter flowId argument 1: "reuse" → "renew"',
            "filter flowId argument 1: <text> → <text>",
        ),
        (
            '* -> "http://a"',
            '* -> "http://b"',
            'backend network: "http://a" → "http://b"',
            "backend network: <address> → <address>",
        ),
        (
            'Path("/x") -> <shunt>',
            'Path("/y") -> <shunt>',
            'predicate Path: "/x" → "/y"',
            "predicate Path: <text> → <text>",
        ),
        (
            "* -> <shunt>",
            '* -> fifo(2000, 20, "1s") -> <shunt>',
            'filter fifo(2000, 20, "1s") only in shadow',
            "filter fifo(<number>, <number>, <duration>) only in shadow",
        ),
        (
            "* -> f(1) -> g(1) -> <shunt>",
            "* -> f(2) -> g(2) -> <shunt>",
            "filter f argument 1: 1 → 2, and 1 more edit",
            "filter f argument 1: <number> → <number>, and 1 more edit",
        ),
        (
            "* -> f(1) -> <shunt>",
            "* -> f(2, 3) -> <shunt>",
            "filter f arguments: (1) → (2, 3)",
            "filter f arguments: (<number>) → (<number>, <number>)",
        ),
        (
            '* -> <"http://a", "http://b">',
            '* -> <"http://a", "http://c", "http://d">',
            "endpoints: 1 only in legacy, 2 only in shadow",
            "endpoints",
        ),
        (
            'Method("GET") && Path("/x") -> status(404) -> <shunt>',
            "",
            'route only in legacy: Method("GET") && Path("/x")',
            "route only in legacy: Method, Path, status, shunt",
        ),
    ],
)
def test_says_what_changed(left, right, words, typed):
    assert said(left, right) == words
    assert said(left, right, typed=True) == typed


def test_a_route_that_would_be_refused_or_stands_twice_is_named_so():
    assert sentence(Kind.REFUSED, ()) == "route that Skipper refuses"
    assert sentence(Kind.DUPLICATE_ID, ()) == "route id that is defined more than once"


def test_a_long_value_is_cut():
    long = said('* -> f("a") -> <shunt>', f'* -> f("{"x" * 500}") -> <shunt>')

    assert long.endswith("…")
    assert len(long) < 120


def test_a_backend_of_another_type_is_one_phrase_and_comes_first():
    left = (
        Part(Role.FILTER, "status", ("502",)),
        Part(Role.BACKEND, "shunt"),
    )
    right = (
        Part(Role.FILTER, "flowId", ('"reuse"',)),
        Part(Role.BACKEND, "network", ('"http://a"',)),
    )

    said = sentence(Kind.BACKEND, edits_between(left, right))

    assert said == 'backend <shunt> → "http://a", and 2 more edits'
