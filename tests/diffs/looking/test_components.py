"""By what an answer carries: swapped addresses, and one component on both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.fetch import Endpoint
from diffs.formats import format_of
from diffs.looking.components import mixed_up
from diffs.looking.order import SideSeen
from diffs.outcomes import Side
from tests.diffs.looking.memory import order, payload

DIGEST = f'"{"a" * 64}"'
ANSWERS = {
    "skipper": payload(b"", x_timestamp=1_700_000_000),
    "routesrv": payload(b"", etag=DIGEST),
    "routesrv, packed": payload(b"", etag=f'"{"a" * 64}+gzip"'),
    "bare": payload(b""),
    "both": payload(b"", x_timestamp=1, etag=DIGEST),
    "another etag": payload(b"", etag='"v1"'),
    "none": None,
}


def judged(legacy, shadow, look=None):
    look = look or order()
    sides = [
        SideSeen(side, payload=ANSWERS[name])
        for side, name in ((Side.LEGACY, legacy), (Side.SHADOW, shadow))
    ]
    found = mixed_up(look, look.shadow, *sides)
    return (str(found.outcome), found.side) if found else None


@pytest.mark.parametrize(
    ("legacy", "shadow", "told"),
    [
        ("skipper", "routesrv", None),
        ("routesrv", "skipper", ("swapped", None)),
        ("routesrv, packed", "skipper", ("swapped", None)),
        ("skipper", "skipper", ("same_address", Side.SHADOW)),
        ("routesrv", "routesrv, packed", ("same_address", Side.LEGACY)),
    ],
)
def test_answers_tell_who_gave_them(legacy, shadow, told):
    assert judged(legacy, shadow) == told


@pytest.mark.parametrize("unclear", ["bare", "both", "another etag", "none"])
@pytest.mark.parametrize("clear", ["skipper", "routesrv", "bare"])
def test_an_answer_that_tells_nothing_accuses_nobody(unclear, clear):
    assert judged(unclear, clear) is None
    assert judged(clear, unclear) is None


def test_another_format_is_not_judged_by_these_headers():
    records = replace(order(), format=format_of("records", {"key": "/name"}))

    assert judged("routesrv", "skipper", records) is None


def test_files_have_no_headers_to_be_judged_by():
    look = order()
    look = replace(look, shadow=replace(look.shadow, endpoint=Endpoint("file:///srv/shadow")))

    assert judged("routesrv", "skipper", look) is None
