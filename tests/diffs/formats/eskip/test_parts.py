"""A canonical text taken apart line by line is what eskip says it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from diffs.formats import FORMATS
from diffs.formats.eskip import parts as module
from diffs.formats.eskip.parts import parts_of
from diffs.part import Part, Role, whole
from diffs.table import TableTooLarge
from tests.diffs.formats.eskip.examples import cases, source

LINES = """\
Host("^a[.]example[.]org$")
&& Path("/x")
-> flowId("reuse")
-> ratelimit(20, "1m")
-> <roundRobin,
   "http://10.0.0.1:80",
   "http://10.0.0.2:80"
   >"""


def texts() -> Iterator[str]:
    """Every route of every document that the conformance cases hold."""
    for case in cases():
        try:
            table = FORMATS["eskip"].read(source(case))
        except TableTooLarge:
            continue
        yield from (table.text(key) for key in table.digests)


def parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Part, ...]:
    """Return the parts of the parsed route, no line being read by itself."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "_of_lines", lambda _: None)
        return parts_of(text)


def test_lines_read_by_themselves_say_what_the_parsed_route_says(monkeypatch):
    found = list(texts())

    assert len(found) > 500
    for text in found:
        assert parts_of(text) == parsed(text, monkeypatch), text


def test_each_line_is_one_part():
    assert parts_of(LINES) == (
        Part(Role.PREDICATE, "Host", ('"^a[.]example[.]org$"',)),
        Part(Role.PREDICATE, "Path", ('"/x"',)),
        Part(Role.FILTER, "flowId", ('"reuse"',)),
        Part(Role.FILTER, "ratelimit", ("20", '"1m"')),
        Part(Role.BACKEND, "lb", ("roundRobin",)),
        Part(Role.ENDPOINT, "", ('"http://10.0.0.1:80"',)),
        Part(Role.ENDPOINT, "", ('"http://10.0.0.2:80"',)),
    )


@pytest.mark.parametrize(
    "text",
    [
        LINES + "\n" + LINES,
        LINES.replace("   >", ""),
        LINES.replace('"http://10.0.0.2:80"', "http"),
        "a: nothing of it",
        '-> "http://a"',
        'Path("/x"\n-> "http://a"',
    ],
)
def test_what_is_no_one_route_is_one_part(text):
    assert parts_of(text) == whole(text)


def test_an_empty_text_has_no_parts():
    assert parts_of("") == ()
