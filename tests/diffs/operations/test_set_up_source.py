"""A source as its owner describes it; what changes restarts the proof it touches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.models import Source
from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from diffs.operations.set_up_source import SideSetUp, SourceSetUp, add_source, change_source
from diffs.outcomes import Side
from tests.diffs.watched import Watched
from tests.factories import NOW
from tests.servers import answers, misbehaving
from tests.servers.pair import some_routes, table_of

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]


def set_up(pair, **changed):
    return replace(
        SourceSetUp(
            labels={"tier": "test"},
            format="eskip",
            interval_seconds=60,
            legacy=SideSetUp((pair.legacy.url,)),
            shadow=SideSetUp((pair.shadow.url,)),
        ),
        **changed,
    )


@pytest.fixture
def clean(pair):
    """A source in mode shadow with 60 s of clean time."""
    source = add_source(set_up(pair), now=NOW)
    restart_proof(source.pk, reads=Reads.BOTH, is_soaking=True, reason="mode shadow", now=NOW)
    source.refresh_from_db()
    watched = Watched(source, pair)
    assert [watched.look(), watched.look()] == ["equal", "equal"]
    assert watched.state.clean_seconds == 60
    return watched


def change(watched, **changed):
    wanted = set_up(watched.pair, **changed)
    return change_source(Source.objects.get(pk=watched.source.pk), wanted, now=watched.now)


def test_a_new_source_is_not_read_until_its_mode_is_known(pair):
    source = add_source(set_up(pair), now=NOW)

    assert (source.reads, source.is_soaking, source.epoch) == ("none", False, 1)
    assert {row.side for row in source.sides.all()} == set(Side)


def test_the_same_description_changes_nothing(clean):
    assert change(clean) == ()
    assert clean.state.clean_seconds == 60


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"labels": {"tier": "infra"}}, "labels"),
        ({"interval_seconds": 30}, "interval 60 s → 30 s"),
    ],
)
def test_labels_and_interval_leave_the_proof_alone(clean, changed, told):
    assert change(clean, **changed) == (told,)
    assert (clean.state.clean_seconds, clean.facts.outcome) == (60, "equal")


def test_a_metrics_address_leaves_the_proof_alone(clean):
    shadow = SideSetUp((clean.pair.shadow.url,), metrics="http://127.0.0.1:9/metrics")

    assert change(clean, shadow=shadow) == ()

    assert clean.state.clean_seconds == 60
    assert clean.source.sides.get(side="shadow").metrics == "http://127.0.0.1:9/metrics"


def test_another_address_restarts_the_proof_and_forgets_what_was_said_at_the_old_one(clean):
    with misbehaving(answers.routesrv(table_of(some_routes(7)), count=7)) as other:
        told = change(clean, shadow=SideSetUp((other.url,)))

        assert told == ("shadow side",)
        state = clean.state
        assert (state.clean_seconds, state.clean_looks, state.last_good_at) == (0, 0, None)
        assert state.restart == "changed: shadow side"
        assert (clean.facts.outcome, clean.facts.last_proof_at) == ("", None)
        shadow = clean.side(Side.SHADOW)
        assert (shadow.etag, shadow.digest, bytes(shadow.lines), shadow.good_routes) == (
            "", "", b"", None,
        )  # fmt: skip
        assert clean.side(Side.LEGACY).good_routes == 10
        assert clean.look() == "unconfirmed"
        assert "if-none-match" not in other.asked[0].headers


@pytest.mark.parametrize(
    "how", [{"credential": "token"}, {"proxy": "http://p:1"}, {"paging": 5}, {"ca_bundle": "/x"}]
)
def test_another_way_of_reaching_a_side_restarts_the_proof(clean, how):
    change(clean, legacy=SideSetUp((clean.pair.legacy.url,), **how))

    assert clean.state.clean_seconds == 0


def test_a_restart_in_exec_reads_on_but_soaks_no_more(clean):
    restart_proof(
        clean.source.pk, reads=Reads.BOTH, is_soaking=False, reason="mode exec", now=clean.now
    )

    assert [clean.look(), clean.look()] == ["equal", "equal"]
    assert (clean.state.clean_seconds, clean.state.restart) == (0, "mode exec")


def test_a_restart_keeps_the_measure_of_the_tables(clean):
    restart_proof(clean.source.pk, reads=Reads.BOTH, is_soaking=True, reason="x", now=clean.now)
    clean.pair.shadow.say(some_routes(7))

    assert clean.look() == "suspect"


def test_another_option_of_the_format_restarts_the_proof_and_forgets_both_tables(clean):
    told = change(clean, options={"key": "/name"})

    assert told == ("key of the format",)
    assert Source.objects.get(pk=clean.source.pk).options == {"key": "/name"}
    assert clean.state.restart == "changed: key of the format"
    assert [clean.side(side).digest for side in Side] == ["", ""]
    assert change(clean, options={"key": "/name"}) == ()
