"""The resolvers answer in records; what they say is told apart by Penumbra's own looks."""

from __future__ import annotations

import json

import pytest

from demo.fleet.zone import CHANGE_SECONDS
from demo.zones import ZONES, ZonePart
from diffs.compare import compare
from diffs.formats.records import records_with
from tests.demo.fleet.served import START

ALIAS = {zone.part: zone.alias for zone in ZONES}
TOLERANCE = {"tolerance": {"/weight": 0.01}}
OPTIONS = {"key": ["/name", "/type"], "ignore": "/seen_at", "unordered": "/targets"}


def compared(served, part, **more):
    """Compare the two zones of a cluster at this second."""
    records = records_with({**OPTIONS, **more})
    sides = ("zone-legacy", "zone-shadow")
    return compare(*(records.read(served.ask(ALIAS[part], side).body) for side in sides))


def test_hardly_a_line_is_alike_where_both_sides_say_the_same(served):
    lines = [{*served.ask("kube-play-1", f"zone-{side}").lines} for side in ("legacy", "shadow")]

    assert lines[0] & lines[1] == {b""}
    assert compared(served, ZonePart.EQUAL).findings == ()
    assert compared(served, ZonePart.EQUAL).total == 40


def test_rounded_weights_are_alike_only_where_they_are_tolerated(served):
    assert compared(served, ZonePart.ROUNDED, **TOLERANCE).findings == ()
    assert len(compared(served, ZonePart.ROUNDED).findings) == 36


def test_the_difference_is_one_number_of_one_record(served):
    for _ in range(3):
        (finding,) = compared(served, ZonePart.DIFFERENCE, **TOLERANCE).findings
        assert finding.left != finding.right == finding.left.replace("300", "30")
        served.now += 60


def test_one_record_after_the_other_changes_on_both_sides_at_once(served):
    zone, seen = served.fleet.zones["kube-play-1"], set()
    for step in range(41):
        seen.add(zone.legacy_lines(START + step * CHANGE_SECONDS))
        assert compared(served, ZonePart.EQUAL).findings == ()

    assert len(seen) == 41
    assert zone.legacy_lines(START) == zone.legacy_lines(START + CHANGE_SECONDS / 2)


def test_whoever_sets_the_mode_is_answered_by_the_other_resolver(served):
    alias = ALIAS[ZonePart.DIFFERENCE]
    before = served.ask(alias, "zone-legacy").body

    answer = served.ask(alias, "zone-mode", method="PUT", body='{"resolver": "new"}')

    assert json.loads(answer.body) == {"resolver": "new"}
    assert json.loads(served.ask(alias, "zone-mode").body) == {"resolver": "new"}
    assert served.ask(alias, "zone-legacy").body == served.ask(alias, "zone-shadow").body != before
    served.ask(alias, "zone-mode", method="PUT", body='{"resolver": "old"}')
    assert served.ask(alias, "zone-shadow").status == 404
    assert served.ask(alias, "zone-legacy").body == before


@pytest.mark.parametrize("body", ['{"resolver": "exec"}', "{}", "[]", "nothing"])
def test_refuses_a_mode_that_is_none(served, body):
    answer = served.ask("kube-play-1", "zone-mode", method="PUT", body=body)

    assert answer.status == 400
    assert b"no mode was set" in answer.body


@pytest.mark.parametrize("path", ["/", "/kube-play-1", "/kube-play-1/routes", "/kube-9/records"])
def test_has_nothing_anywhere_else(served, path):
    assert served.ask("kube-play-1", "zone-legacy", path=path).status == 404
    assert served.ask("kube-play-1", "zone-shadow", path=path).status == 404
    assert served.ask("kube-play-1", "zone-shadow", method="PUT", body="{}").status == 405


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("part", "outcome", "sentence"),
    [
        (ZonePart.EQUAL, "equal", "Both sides say the same about all 40 records."),
        (ZonePart.ROUNDED, "equal", "Both sides say the same about all 60 records."),
        (ZonePart.DIFFERENCE, "different", "The two sides disagree on 1 of 120 records."),
    ],
)
def test_looks_tell_the_zones_apart(watch, served, part, outcome, sentence):
    sides = served.addresses[ALIAS[part]]
    columns = {"legacy": sides["zone-legacy"], "shadow": sides["zone-shadow"]}
    options = {**OPTIONS, **TOLERANCE}
    zone = watch(ALIAS[part], **columns, shadow_metrics="", format="records", options=options)

    assert zone.looks(3)[-1] == outcome
    assert zone.state.sentence == sentence
