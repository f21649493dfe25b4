"""What holds for every table: answers and witnesses against a second way of finding them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from diffs.formats.eskip import ESKIP, Route
from diffs.formats.eskip.matching import Answer, NoWitness, Unknown, Witness, find_witness, look_up
from diffs.report import Finding, Kind
from tests.diffs.formats.eskip.matching.tables import (
    NOTHING,
    UNSETTLED,
    findings,
    index_of,
    naive,
    universe,
)

TREE = [
    'Path("/")', 'Path("/a")', 'Path("/a/")', 'Path("/a/b")', 'Path("/a/:x")', 'Path("/:x/b")',
    'Path("/a/*r")', 'Path("/**")', 'PathSubtree("/")', 'PathSubtree("/a")', 'PathSubtree("/a/b/")',
    'PathSubtree("/:x")', 'PathSubtree("/a/**")', "*",
]  # fmt: skip
OTHERS = [
    'Method("GET")', 'Methods("post", "PUT")', 'Header("X-A", "1")', 'HeaderRegexp("x-a", "[12]")',
    'Host("^(a[.]example[.]org[.]?(:[0-9]+)?)$")', "Host(/^b[.]example[.]org$/)", "True()",
    'Host("^(a[.]example[.]org[.]?(:[0-9]+)?|b[.]example[.]org[.]?(:[0-9]+)?)$")', "Weight(2)",
    'Host("example")', 'PathRegexp("b$")', 'PathRegexp("^/(a|b)")', "False()",
]  # fmt: skip
EVERYTHING = list(
    universe(
        ["a.example.org", "b.example.org", "a.example.org:80", "c.org"],
        ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/c", "/c/b", "/c", "/a/b/c", "/any", "/a/any"],
        [(), (("X-A", "1"),), (("X-A", "2"),), (("X-A", "3"),)],
    )
)
BODIES = st.builds(
    lambda tree, others, filters, backend: (
        f'{" && ".join((tree, *others))} -> {filters}"http://{backend}.example.org"'
    ),
    st.sampled_from(TREE),
    st.lists(st.sampled_from(OTHERS), max_size=3).filter(
        lambda calls: (
            sum(call.startswith("Method(") for call in calls) < 2
            and sum(call.startswith("Header(") for call in calls) < 2
        )
    ),
    st.sampled_from(["", "", 'flowId("reuse") -> ']),
    st.integers(1, 3),
)
BODIES_BY_ID = st.dictionaries(st.sampled_from("pqrst"), BODIES, min_size=1, max_size=5)
SHORT = settings(max_examples=40)
ALWAYS_THE_SAME = settings(max_examples=60, derandomize=True)
"""No list of requests to try is complete; these tables it has to master."""


def written(bodies: dict[str, str]) -> str:
    return "\n".join(f"{key}: {body};" for key, body in sorted(bodies.items()))


def served(told: object) -> object:
    """Return what a client gets, of an answer of either kind."""
    if isinstance(told, Answer):
        return (told.addresses[0], len(told.filters)) if told.route_id else NOTHING
    if isinstance(told, Unknown):
        return UNSETTLED
    if isinstance(told, Route):
        return told.backend.decode(), len(told.filters)
    return told


@SHORT
@given(BODIES_BY_ID, st.lists(st.sampled_from(EVERYTHING), min_size=10, max_size=40))
def test_a_table_answers_as_trying_every_route_would(bodies, requests):
    table = written(bodies)
    index = index_of(table)
    for request in requests:
        assert served(look_up(index, request)) == served(naive(table, request)), str(request)


@SHORT
@given(BODIES_BY_ID, st.lists(st.sampled_from(EVERYTHING), min_size=5, max_size=10))
def test_how_a_table_is_written_does_not_matter(bodies, requests):
    table = written(bodies)
    spread = index_of(table.replace(" -> ", "\n  -> // so\n").replace(" && ", "\n&&"))
    for request in requests:
        assert look_up(spread, request) == look_up(index_of(table), request)


@SHORT
@given(BODIES_BY_ID, BODIES_BY_ID)
def test_a_witness_is_answered_otherwise(legacy, shadow):
    left, right = written(legacy), written(shadow)
    for finding in findings(left, right):
        found = find_witness(finding, index_of(left), index_of(right))
        if isinstance(found, Witness):
            request = type(EVERYTHING[0])(found.method, found.host, found.path, found.headers)
            one, other = naive(left, request), naive(right, request)
            assert UNSETTLED not in (one, other)
            assert served(one) != served(other)
            assert (served(found.legacy), served(found.shadow)) == (served(one), served(other))


@ALWAYS_THE_SAME
@given(BODIES_BY_ID, st.sampled_from("pqrst"), BODIES | st.just(""))
def test_where_one_route_alone_differs_a_request_is_found_if_there_is_one(bodies, key, body):
    changed = {**bodies, key: body} if body else {**bodies, "kept": "* -> <shunt>"}
    if not body:
        bodies = {**bodies, "kept": "* -> <shunt>"}
        changed.pop(key, None)
    left, right = written(bodies), written(changed)
    one, other = index_of(left), index_of(right)
    for finding in findings(left, right):
        found = find_witness(finding, one, other)
        if isinstance(found, NoWitness) and "leaves open" not in found.reason:
            assert not [str(asked) for asked in EVERYTHING if shows(key, asked, one, other)], found


def shows(key, request, legacy, shadow) -> bool:
    told = look_up(legacy, request), look_up(shadow, request)
    known = [answer for answer in told if isinstance(answer, Answer)]
    return (
        len(known) == 2
        and key in [answer.route_id for answer in known]
        and known[0].served != known[1].served
    )


@SHORT
@given(BODIES_BY_ID)
def test_tables_that_mean_the_same_have_no_witness(bodies):
    table = written(bodies)
    other = "\n".join(reversed(table.replace('"', "`").split("\n")))
    index, same = index_of(table), index_of(other)
    assert findings(table, other) == ()
    for key in bodies:
        text = ESKIP.read(table.encode()).text(key)
        told = find_witness(Finding(key, Kind.BACKEND, text, text), index, same)
        assert isinstance(told, NoWitness)
