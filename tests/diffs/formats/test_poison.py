"""Each row of what Skipper prints but cannot read back: named, with its place and what follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.formats import FORMATS
from diffs.formats.eskip.poison import MOST, changed_values, name_refusal
from diffs.poisons import AFTER_CHANGE, AFTER_REFUSAL

ESKIP = FORMATS["eskip"]
GOOD = b'ok: Path("/ok") && Host("^(a[.]example[.]org)$") -> status(204) -> "http://ok/\xc3\xa4";\n'
BEHIND = b'\nzz: Host(/c[]]d/) -> "http://z";'

EXPONENT = "a number that is printed with an exponent"
BARE = 'a " or \\ in a backend, printed bare'
REFUSED = {
    # non-whole float >= 1e6 or < 1e-4; +Inf
    b'a: * -> ratelimit(1.5e+06) -> "http://a";': EXPONENT,
    b'a: Path("/a") -> f(1e-05) -> "http://a";': EXPONENT,
    b'a: * -> f(+Inf) -> "http://a";': "a number that is printed as +Inf",
    # an unbalanced bracket in a regexp: the group never closes
    b'a: Host(/a[b/) -> "http://a";': "a bracket in a regexp that is never closed",
    b'a: PathRegexp(/a[b/) -> "http://a";': "a bracket in a regexp that is never closed",
    # a network backend containing " or \
    b'a: * -> "http://a"b";': BARE,
    b'a: * -> "http://a\\";': BARE,
    # <forward>: printed as nothing
    b"a: * -> ;": "a <forward> backend, printed as nothing",
    b"a: * -> f() -> ;": "a <forward> backend, printed as nothing",
    # two Method, two Path, one Header name twice, wrong arity of the six built-ins
    b'a: Method("GET") && Method("PUT") -> "http://a";': "two Method predicates",
    b'a: Path("/a") && Path("/b") -> "http://a";': "two Path predicates",
    b'a: Header("X", "1") && Header("X", "2") -> "http://a";': "two Header predicates of one name",
    **{
        f'a: {name}({args}) -> "http://a";'.encode(): (
            f"{name} with a wrong number or type of arguments"
        )
        for name, args in (
            ("Path", ""), ("Method", "1"), ("Host", '"a", "b"'), ("PathRegexp", ""),
            ("Header", '"X"'), ("HeaderRegexp", '"X", 1'),
        )
    },
    # mixed-scheme endpoints, an endpoint that is no request URI
    b'a: * -> <roundRobin, "http://a", "https://b">;': "endpoints of mixed protocols",
    b'a: * -> <roundRobin, "a b", "c">;': "an endpoint that is no address",
    # an endpoint with a fragment: an error without a path
    b'a: * -> <"http://a#f?zone=z", "http://b?zone=y">;': "an endpoint with a fragment",
}  # fmt: skip

ESCAPE = 'a " or \\ in a backend, printed bare and read as an escape'
CHANGED = {
    # an unbalanced bracket that a later route closes: it swallows text
    b'a: Host(/a[b/) -> "http://a";' + BEHIND: (
        "a bracket in a regexp that swallowed the routes behind it"
    ),
    # a network backend containing \
    rb'a: * -> "http://a\nb";': ESCAPE,
    rb'a: * -> "http://a\\b";': ESCAPE,
    rb'a: * -> "http://a\q";': ESCAPE,
    # an endpoint with zone AND other parameters, or a fragment
    b'a: * -> <"http://a?x=1?zone=z", "http://b?zone=y">;': (
        "an endpoint whose zone became part of its other parameters"
    ),
    b'a: * -> <"http://a/p#f?zone=z", "http://b/p?zone=y">;': (
        "an endpoint whose zone became part of its other parameters"
    ),
    b'a: * -> <"http://a/p#f", "http://b/p">;': (
        "an endpoint with a fragment, read as part of its address"
    ),
    # a raw newline in a regexp becomes \n, two characters
    rb'a: Host(/a\nb/) -> "http://a";': "a newline in a regexp, read as the two characters \\n",
}


@pytest.mark.parametrize("line", REFUSED, ids=lambda line: line.decode())
def test_each_row_that_is_refused_is_named_with_its_place(line):
    table = ESKIP.read(GOOD + line)

    refusal = table.refusals[0]

    assert (refusal.key, refusal.line) == ("a", 2)
    assert 1 <= refusal.column <= len(line)
    poison = name_refusal(refusal.reason, refusal.excerpt)
    assert poison.name == REFUSED[line]
    assert poison.after == AFTER_REFUSAL
    assert "running pods freeze on their last table, new pods never become ready" in poison.after
    assert "ok" in table.digests


@pytest.mark.parametrize("line", CHANGED, ids=lambda line: line.decode())
def test_each_row_that_changes_its_value_is_named_with_its_place(line):
    table = ESKIP.read(GOOD + line)
    (found,) = changed_values(GOOD + line)

    assert not table.refusals
    assert (found.key, found.line) == ("a", 2)
    assert 1 <= found.column <= len(line)
    assert found.poison.name == CHANGED[line]
    assert found.poison.after == AFTER_CHANGE


@pytest.mark.parametrize(
    "line",
    [
        rb'a: Host(/^a\.b$/) && PathRegexp(/^\/x\d+[^\/]$/) -> "http://a";',
        rb'a: Host("^a\\.b$") -> setPath("\n") -> "http://a";',
        rb'a: Path("/x") -> inlineContent("a\"b\\") -> <shunt>;',
        b'a: * -> <"http://a?x=1&zone=z", "http://b?zone=y">;',
        b'a: * -> <"http://a?zone=z", "http://b?zone=y">;',
        b'a: Host(/[[]x[\\]]/) -> "http://a?x=[1]#f";',
        b'a: * -> "http://a?x=1?zone=z" // a\\b',
    ],
)
def test_what_only_looks_like_it_is_not_named(line):
    assert changed_values(GOOD + line) == ()


@given(st.binary(max_size=300) | st.lists(st.sampled_from([*REFUSED, *CHANGED])).map(b"\n".join))
def test_any_bytes_are_searched_and_each_place_lies_in_them(data):
    lines = data.split(b"\n")

    for one in changed_values(data):
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1


def test_no_more_are_named_than_a_person_reads():
    many = b"\n".join(rb'r%d: * -> "http://a\nb";' % number for number in range(500))

    assert len(changed_values(many)) == MOST


def test_a_form_that_nobody_knows_is_still_said_to_stop_the_table():
    (refusal,) = ESKIP.read(b"a: *() -> <shunt>;").refusals

    poison = name_refusal(refusal.reason, refusal.excerpt)

    assert (poison.name, poison.after) == (
        "a form that the language does not have",
        AFTER_REFUSAL,
    )
