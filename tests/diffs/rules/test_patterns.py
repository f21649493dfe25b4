"""Patterns that people type: what they match, and which are refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.rules.patterns import (
    LONGEST,
    BadPattern,
    Pattern,
    Syntax,
    pattern_for_names,
    pattern_for_text,
    probes,
)

LITERAL, GLOB, RE2 = Syntax.LITERAL, Syntax.GLOB, Syntax.RE2
IDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("syntax", "text", "matched", "not_matched"),
    [
        (LITERAL, "kube_a", "kube_a", "kube_ab"),
        (LITERAL, "a.c", "a.c", "abc"),
        (LITERAL, "a*", "a*", "ab"),
        (GLOB, "kubeew_*", "kubeew_shop", "xkubeew_shop"),
        (GLOB, "*_https_redirect", "kube_a_https_redirect", "kube_a_https_redirect_x"),
        (GLOB, "kube_?", "kube_a", "kube_ab"),
        (GLOB, "a.c*", "a.cd", "abcd"),
        (GLOB, "a[bc]*", "a[bc]d", "abd"),
        (RE2, "kube_(a|b)", "kube_a", "kube_ab"),
        (RE2, "^kube_[0-9]+$", "kube_12", "kube_x12"),
        (RE2, "(?i)KUBE_a", "kube_A", "kube_b"),
    ],
)
def test_matches_whole_names(syntax, text, matched, not_matched):
    pattern = pattern_for_names(syntax, text)

    assert pattern.matches(matched)
    assert not pattern.matches(not_matched)


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        *((RE2, each) for each in (".*", ".+", "^.*$", "^.+$", "..*", ".?.+", "(.*)", "(?s).*")),
        *((RE2, each) for each in ("kube|.*", "kube|", "|kube", "(kube|)", "(?:kube)?", "x*")),
        *(
            (RE2, each)
            for each in (r"\w+", r"\w*", r"[a-zA-Z_]\w+", "[^/]+", r"\S{1,60}", "(?i).+")
        ),
        *((GLOB, each) for each in ("*", "**", "***", "?*", "*?*")),
    ],
)
def test_what_matches_everything_is_refused_in_words(syntax, text):
    with pytest.raises(BadPattern, match=r"would match nearly everything: .*; name a part"):
        pattern_for_names(syntax, text)


@pytest.mark.parametrize("text", [".*", ".", r"\b", "x*", "|", "[a-z]", "(?:)"])
def test_a_pattern_that_is_found_everywhere_is_not_for_rewriting_either(text):
    with pytest.raises(BadPattern, match="would match nearly everything"):
        pattern_for_text(RE2, text)


@pytest.mark.parametrize(
    ("syntax", "text", "reason"),
    [
        (LITERAL, "", "the pattern is empty; write"),
        (GLOB, "", "the pattern is empty; write"),
        (LITERAL, "a" * (LONGEST + 1), "501 characters; write at most 500"),
        (RE2, "kube_(", r"RE2 cannot read “kube_\(”: missing \)"),
        (RE2, "(?=kube)x", "it knows no look-around"),
        (RE2, r"(a)\1", "back-references"),
        (RE2, "a{1001}", "RE2 cannot read"),
        (RE2, "((((a{100}){100}){100}){100}){100}", "RE2 cannot read"),
        (RE2, r"\pL{1000}", "RE2 cannot read .*pattern too large"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_mend(syntax, text, reason):
    with pytest.raises(BadPattern, match=reason):
        pattern_for_names(syntax, text)


def test_a_pattern_of_the_longest_length_is_taken():
    assert pattern_for_names(LITERAL, "a" * LONGEST).matches("a" * LONGEST)


def test_patterns_that_make_other_engines_go_back_and_try_again_are_answered_at_once():
    pattern = pattern_for_names(RE2, "k(a|aa)+(a|a?)+b")
    glob = pattern_for_names(GLOB, "k" + "*a" * 100 + "*b")

    assert not pattern.matches("k" + "a" * 50_000)
    assert not glob.matches("k" + "a" * 50_000)


def test_the_probes_are_ids_of_all_lengths_and_the_same_everywhere():
    assert len(set(probes())) == len(probes()) == 64
    assert all(probe.isidentifier() and probe.isascii() for probe in probes())
    assert {1, 2, 10, 20} <= {len(probe) for probe in probes()}


@pytest.mark.parametrize(
    ("syntax", "text", "by", "before", "after"),
    [
        (LITERAL, '"reuse"', '"renew"', 'flowId("reuse", "reuse")', 'flowId("renew", "renew")'),
        (GLOB, 'flowId("*")', "flowId()", 'flowId("reuse")', "flowId()"),
        (GLOB, 'flowId("*")', "flowId()", 'xflowId("reuse")', 'xflowId("reuse")'),
        (RE2, r'flowId\("(\w+)"\)', r'id("\1")', 'flowId("reuse")', 'id("reuse")'),
        (RE2, r"fifo\(2000", r"\\\0", "fifo(2000, 20)", r"\fifo(2000, 20)"),
        (RE2, r"(a)|q(b)", r"[\2]", "qb", "[b]"),
    ],
)
def test_rewrites_what_it_finds(syntax, text, by, before, after):
    assert pattern_for_text(syntax, text).replaced(before, by) == after


@given(st.sampled_from([LITERAL, GLOB]), IDS, IDS)
def test_a_name_without_signs_means_itself_in_every_syntax(syntax, name, other):
    pattern = Pattern(syntax, name)

    assert pattern.matches(name)
    assert pattern.matches(other) == (name == other)
    assert Pattern(RE2, name).matches(other) == (name == other)


@given(IDS, IDS)
def test_a_glob_matches_what_begins_and_ends_so(head, tail):
    pattern = Pattern(GLOB, f"{head}*{tail}")

    assert pattern.matches(head + tail)
    assert pattern.matches(f"{head}_x_{tail}")
    assert not pattern.matches(f"{head}{tail}-")
