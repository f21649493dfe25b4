"""`manage.py sync_fleet`: what it prints, and what it refuses with file and line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from demo.fleet_file import fleet_text
from demo.gallery import EVERY_CLUSTER
from demo.zones import ZONES
from ledger.models import AuditRecord
from rollouts.models import Rollout, Target
from tests.rollouts.stage import FLEET, changed, load, stand, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET)
    return path


def sync(*arguments) -> list[str]:
    """Run the command and return the lines it printed."""
    out = StringIO()
    call_command("sync_fleet", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_it_prints_each_change_and_their_count(file):
    printed = sync(file)

    assert "add     target routesrv/test/kube-1" in printed
    assert printed[-1] == f"{len(printed) - 1} changes written"
    assert Target.objects.count() == 4


def test_it_says_at_once_which_targets_nothing_could_confirm(file, capsys):
    sync(file)

    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in said] == [
        "note    Nothing tells the mode of 3 targets of routesrv",
        "note    Nothing tells the mode of 1 target of cache",
    ]
    assert "kube-1, kube-2 and kube-3" in said[0]
    assert "until rollouts.routesrv.applier has a read_back" in said[0]


def test_where_an_address_tells_the_mode_there_is_nothing_to_say(file, capsys):
    back = '{manual: {}, read_back: {address: "http://{alias}.example.org/mode", pointer: /mode}}'
    file.write_text(FLEET.replace("{manual: {}}", back))

    sync(file)

    assert capsys.readouterr().err == ""


def test_a_second_run_says_that_nothing_changed(file):
    sync(file)

    assert sync(file) == ["0 changes written"]


def test_a_dry_run_says_that_nothing_was_written(file):
    printed = sync(file, "--dry-run")

    assert printed[-1] == f"{len(printed) - 1} changes, nothing written"
    assert not Rollout.objects.exists()


def test_one_change_is_counted_as_one(file):
    sync(file)
    file.write_text(changed("title: A cache before the routes", "title: Another"))

    assert sync(file)[-1] == "1 change written"


def test_the_trail_names_who_ran_it(file):
    sync(file)

    assert AuditRecord.objects.get(action="fleet_synced").actor.startswith("command line: ")


def test_a_mistake_is_told_with_file_line_and_mend_and_nothing_is_written(file):
    file.write_text(changed("interval: 60s", "intervall: 60s"))
    line = FLEET.splitlines().index("      interval: 60s") + 1

    with pytest.raises(CommandError, match=f"{file}:{line}: .*intervall.*interval"):
        sync(file)

    assert not Rollout.objects.exists()


def test_all_mistakes_are_told_at_once(file):
    file.write_text(changed("soak: 1h", "soak: 1 hour", changed("interval: 60s", "interval: 60")))

    with pytest.raises(CommandError) as refused:
        sync(file)

    assert str(refused.value).count(f"{file}:") == 2


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.yaml cannot be read: No such file"):
        sync(tmp_path / "none.yaml")


def test_a_folder_in_place_of_a_file_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        sync(tmp_path)


def test_a_sync_that_is_told_to_be_quiet_does_it_and_prints_nothing(file):
    assert sync(file, "--verbosity", "0") == []

    assert target("kube-1").mode == "shadow"


def test_removal_with_history_is_refused_and_then_allowed_by_name(file):
    load()
    stand(target("kube-2"))
    file.write_text(changed(', "aws:1:eu:kube-2"]', "]"))

    with pytest.raises(CommandError, match=r"routesrv/test/aws:1:eu:kube-2\n") as refusal:
        sync(file)
    said = str(refusal.value)
    assert "sync with --remove" in said
    assert said.endswith(f"\n  {settings.MANAGE} sync_fleet {file} --remove")

    assert sync(file, "--remove") == [
        "remove  target routesrv/test/aws:1:eu:kube-2: its history stays",
        "1 change written",
    ]


def test_the_example_of_the_documentation_loads():
    sync(DATA / "fleet.example.yaml")

    one = Target.objects.get(cluster__alias="kube-prod-1")
    sides = {side.side: side for side in one.source.sides.all()}
    assert sides["legacy"].addresses == ["http://10.0.0.7:9911/routes"]
    assert sides["legacy"].credential == "routes-reader"
    assert sides["shadow"].addresses == ["http://kube-prod-1.example.org:9090/routes"]
    assert one.read_back["address"] == "http://kube-prod-1.example.org:8080/mode"
    assert one.mode == "unknown"
    assert one.observe_next_at is not None
    assert one.tier.is_production
    assert one.tier.policy["quorum"] == {"platform": 1, "sre": 1}


def test_the_demos_fleet_loads(tmp_path):
    addresses = {
        cluster.alias: {
            "legacy": f"http://127.0.0.1:9001/{cluster.alias}/routes",
            "shadow": f"http://127.0.0.1:9002/{cluster.alias}/routes",
            "metrics": f"http://127.0.0.1:9002/{cluster.alias}/metrics",
            "mode": f"http://127.0.0.1:9003/{cluster.alias}/mode",
            "zone-legacy": f"http://127.0.0.1:9004/{cluster.alias}/records",
            "zone-shadow": f"http://127.0.0.1:9005/{cluster.alias}/records",
            "zone-mode": f"http://127.0.0.1:9004/{cluster.alias}/mode",
        }
        for cluster in EVERY_CLUSTER
    }
    path = tmp_path / "fleet.yaml"
    path.write_text(fleet_text(addresses, remote="file:///demo/config.git"))

    sync(path)

    assert Target.objects.filter(removed_at=None).count() == len(EVERY_CLUSTER) + len(ZONES)
    assert sync(path) == ["0 changes written"]
