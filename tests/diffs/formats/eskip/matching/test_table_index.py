"""A table in which the few routes that matter are found."""

from __future__ import annotations

import pytest

from diffs.formats.eskip import ESKIP
from diffs.formats.eskip.matching import Request, TableIndex, look_up
from diffs.formats.eskip.matching.table_index import MOST_LEAVES_KEPT, plain_hosts
from tests.diffs.formats.eskip.matching.tables import answers, index_of


@pytest.mark.parametrize(
    ("pattern", "hosts"),
    [
        (b"^(a[.]example[.]org[.]?(:[0-9]+)?)$", ("a.example.org",)),
        (b"^(a[.]b[.]?(:[0-9]+)?|c-d[.]?(:[0-9]+)?)$", ("a.b", "c-d")),
        (rb"^a\.example\.org$", ("a.example.org",)),
        (b"^a[.]org(:[0-9]+)?$", ("a.org",)),
        (b"^(a[.]example[.]org)$", ("a.example.org",)),
        (b"a[.]example[.]org$", ()),
        (b"^a[.]example[.]org", ()),
        (b"^a.example[.]org$", ()),
        (b"^(a)|(b)$", ()),
        (b"^a|b$", ()),
        (b"^(a*)$", ()),
        (b"(?i)^(a)$", ()),
        (b"^(a[.]b|)$", ()),
        (1.0, ()),
    ],
)
def test_a_plain_host_is_read_from_its_expression(pattern, hosts):
    assert plain_hosts(pattern) == hosts


@pytest.mark.parametrize("host", ["a.org", "a.org.", "a.org:80", "a.org.:80"])
def test_a_plain_host_is_found_with_a_port_and_a_last_dot(host):
    table = 'a: Path("/") && Host("^(a[.]org[.]?(:[0-9]+)?)$") -> "http://a";'
    assert answers(table, f"GET {host}/") == "a"
    assert answers(table, f"GET b{host}/") == ""


@pytest.mark.parametrize(
    "predicates",
    [
        'Path("/x") && Host("^(a[.]org)$")',
        "Path(`/x`) && Host(/^(a[.]org)$/)",
        'Host("^a\\\\.org$") && Path(/\\/x/)',
        'Path("/x")&&Host("^(a[.]org)$")',
        'Path("/x") // Path("/y") \n && Host("^(a[.]org)$")',
        'PathSubtree("") && Path("/x") && Host("^(a[.]org)$")',
        'Header("A", " && Path(\\"/y\\") -> ") && Path("/x") && Host("^(a[.]org)$")',
        'Header("A", ` && Path("/y") -> `) && Path("/x") && Host("^(a[.]org)$")',
        'HeaderRegexp("A", /"[\\/"]&& Path/) && Path("/x") && Host("^(a[.]org)$")',
        'Host("^(a[.]org)$") && Host("a") && Path("/x") && Weight(-1)',
    ],
)
def test_a_route_is_found_however_it_is_written(predicates):
    """Beside the header that some of them ask for."""
    header = ' && Path("/y") -> ' if '"A", ' in predicates else "-"
    if "HeaderRegexp" in predicates:
        header = '"/&& Path'
    table = f'a: {predicates} -> "http://a";\nb: * -> "http://b";'
    told = look_up(index_of(table), Request("GET", "a.org", "/x", (("A", header),)))
    wanted = "b" if predicates.startswith("PathSubtree") else "a"
    assert told.route_id == wanted


def test_of_a_large_table_only_what_is_asked_for_is_parsed():
    routes = (
        f'r{number}: Path("/") && Host("^(h{number}[.]org[.]?(:[0-9]+)?)$") -> "http://h{number}";'
        for number in range(MOST_LEAVES_KEPT + 10)
    )
    index = TableIndex(ESKIP.read("\n".join(routes).encode()))
    assert look_up(index, Request("GET", "h7.org", "/")).words == "http://h7"
    assert list(index._leaves) == [7]
    for number in range(MOST_LEAVES_KEPT + 10):
        index.leaf(number)
    assert len(index._leaves) == 10
