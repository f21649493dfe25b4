"""A rollout of something that is no route table: from the fleet file to the page, over HTTP."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.urls import reverse

from diffs.models import Comparison
from diffs.operations.run_self_test import run_self_test
from diffs.outcomes import Side
from rollouts.fleet_file import read_fleet
from rollouts.models import Target
from rollouts.operations.sync_fleet import sync_fleet
from rollouts.permissions.roles import Role
from tests.diffs.watched import Watched
from tests.factories import NOW
from tests.rollouts.stage import collector_beats, person, signed_in
from tests.servers import answers
from tests.servers.pair import Pair, two_sides

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]

FLEET = """
version: 1
clusters: [{{key: "aws:1:eu:kube-1", alias: kube-1}}]
rollouts:
  dns:
    evidence:
      format: records
      key: [/name, /type]
      root: /items
      ignore: /seen_at
      unordered: /targets
      tolerance: {{/load: {tolerance}}}
      legacy: {{address: "{legacy}"}}
      shadow: {{address: "{shadow}"}}
    modes: {{"off": "0", shadow: both, exec: "1"}}
    applier: {{manual: {{}}}}
    tiers: [{{name: test, mode: shadow, targets: ["aws:1:eu:kube-1"]}}]
"""
OTHERS = {"X-Count": "many", "X-Timestamp": "now", "ETag": f'"{"0" * 64}"'}
"""Headers that would say something if this were a route table."""


def records(count: int = 5, **changed: object) -> list[dict[str, object]]:
    """Return DNS records; `changed` are fields of the first one."""
    plain = [
        {"name": f"r{n}.example.org", "type": "A", "targets": ["10.0.0.1", "10.0.0.2"], "ttl": 60}
        for n in range(count)
    ]
    return [{**plain[0], **changed}, *plain[1:]]


def say(side, some, **headers: str) -> None:
    body = json.dumps({"at": 1, "items": some}).encode()
    side.behave(answers.answer(body, headers={"Content-Type": "application/json", **headers}))


def sync(pair: Pair, tolerance: object = 0.5) -> tuple[str, ...]:
    text = FLEET.format(legacy=pair.legacy.url, shadow=pair.shadow.url, tolerance=tolerance)
    changes = sync_fleet(read_fleet(text.encode(), name="fleet.yaml"), actor="test", now=NOW)
    return tuple(map(str, changes))


@pytest.fixture
def watched(settings) -> Iterator[Watched]:
    """The one target's source, whose sides say the same in another order and spelling."""
    settings.ALLOWED_ADDRESSES = "127.0.0.0/8:1024-65535"
    with two_sides() as pair:
        say(pair.legacy, records(load=1, seen_at=1), **OTHERS)
        same = records(load=1.4, seen_at=2, ttl=60.0, targets=["10.0.0.2", "10.0.0.1"])
        say(pair.shadow, list(reversed(same)), **OTHERS)
        sync(pair)
        yield Watched(Target.objects.get().source, pair)


def shown(name: str = "target") -> str:
    """Return a page of the target as a viewer reads it."""
    collector_beats()
    viewer = signed_in(person("vera", Role.VIEWER))
    text = viewer.get(reverse(name, args=[Target.objects.get().pk])).content.decode()
    return text.replace("&quot;", '"').replace("&#x27;", "'")


def test_sides_that_say_the_same_in_another_way_are_equal(watched):
    assert [watched.look(), watched.look()] == ["equal", "equal"]

    assert watched.state.sentence == "Both sides say the same about all 5 records."
    assert (watched.state.clean_seconds, watched.state.matched) == (60, 5)
    assert run_self_test(now=NOW) == ""
    page = shown()
    assert "Records alike" in page
    assert "5 records" in page
    read = re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).replace("/routes", "")
    assert "route" not in read.lower()
    assert "Skipper" not in read


def test_a_pair_within_the_tolerance_is_compared_once(watched):
    watched.look()
    kept = Comparison.objects.get()
    watched.look()

    assert Comparison.objects.get() == kept
    assert (kept.total, kept.matched) == (5, 5)


def test_a_side_that_jitters_within_the_tolerance_does_not_move(watched):
    say(watched.pair.shadow, records(load=1, ttl=61))
    bodies = [json.dumps({"items": records(load=1 + n / 10)}).encode() for n in range(4)]
    watched.pair.legacy.behave(*(answers.answer(body) for body in bodies))

    assert [watched.look(), watched.look()] == ["unconfirmed", "different"]


def test_a_field_that_changes_is_named_by_its_pointer_on_the_pages(watched):
    watched.look()
    say(watched.pair.shadow, records(load=1, ttl=300))

    assert [watched.look(), watched.look()] == ["unconfirmed", "different"]

    assert watched.state.sentence == "The two sides disagree on 1 of 5 records."
    for page in (shown(), shown("target-differences")):
        assert "r0.example.org, A" in page
        assert "/ttl: <del>60</del><ins>300</ins>" in page
    assert "Find a record" in shown("target-differences")


def test_the_line_that_reproduces_a_look_does_so(watched, capsys):
    say(watched.pair.shadow, records(load=1, ttl=300))
    watched.look()
    command = re.search(r"compare[^<]+?--option [^<]+?(?=<|$)", shown())

    words = shlex.split(command[0].replace("\\\n", " ").replace("&#x27;", "'"))
    with pytest.raises(SystemExit) as left:
        call_command(*words)

    assert left.value.code == 1
    assert "+ /ttl: 300" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("some", "outcome", "words"),
    [
        (records(ttl=float("nan")), "refused", "cannot be read as a whole: record r0.example"),
        ([*records(), {"name": "x"}], "refused", "record [5] (line 1, column "),
        ([*records(), records()[0]], "duplicate_id", "defines 1 record ids more than once"),
        (records(2), "suspect", "shrank from 5 records to 2"),
        ([], "suspect", "shrank from 5 records to 0"),
    ],
)  # fmt: skip
def test_what_makes_a_table_doubtful_is_told_of_records(watched, some, outcome, words):
    watched.look()
    say(watched.pair.shadow, some)

    assert watched.look() == outcome
    assert words in watched.state.sentence


def test_a_page_in_place_of_records_is_named(watched):
    watched.pair.shadow.behave(answers.html_page())

    assert watched.look() == "not_a_table"
    assert "answered with an HTML page, not with records" in watched.state.sentence


def test_another_tolerance_restarts_the_proof_and_reads_again(watched):
    assert [watched.look(), watched.look()] == ["equal", "equal"]

    told = sync(watched.pair, tolerance=0.1)

    assert any("tolerance of the format" in line for line in told)
    watched.source.refresh_from_db()
    assert watched.state.clean_seconds == 0
    assert watched.look() == "unconfirmed"
    assert watched.side(Side.LEGACY).digest


def test_sides_may_be_files_of_an_open_folder(settings, tmp_path):
    settings.ALLOWED_FOLDERS = (str(tmp_path),)
    files = [tmp_path / f"{side}.json" for side in ("legacy", "shadow")]
    for file in files:
        file.write_text(json.dumps({"items": records()}))
    text = FLEET.format(legacy=f"file://{files[0]}", shadow=f"file://{files[1]}", tolerance=1)
    sync_fleet(read_fleet(text.encode(), name="fleet.yaml"), actor="test", now=NOW)
    with two_sides() as unused:
        watched = Watched(Target.objects.get().source, unused)

        assert [watched.look(), watched.look()] == ["equal", "equal"]
        assert watched.state.clean_seconds == 60
        files[1].write_text(json.dumps({"items": records(ttl=1)}))
        assert [watched.look(), watched.look()] == ["lag", "different"]
        settings.ALLOWED_FOLDERS = ()
        assert watched.look() == "unreachable"
        assert "PENUMBRA_ALLOWED_FOLDERS" in watched.state.sentence


def test_a_folder_given_as_both_sides_is_the_same_address(settings, tmp_path):
    settings.ALLOWED_FOLDERS = (str(tmp_path),)
    (tmp_path / "a.json").write_text("[]")
    text = FLEET.format(legacy=f"file://{tmp_path}/a.json", shadow="file:///x", tolerance=1)
    sync_fleet(read_fleet(text.encode(), name="fleet.yaml"), actor="test", now=NOW)
    source = Target.objects.get().source
    source.sides.filter(side="shadow").update(addresses=[f"file://{tmp_path}//a.json"])
    with two_sides() as unused:
        assert Watched(source, unused).look() == "same_address"
