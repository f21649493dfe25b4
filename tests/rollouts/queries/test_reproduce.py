"""The reproduce box, run line by line in a shell against the servers that it names."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from diffs.models import PodSighting
from diffs.queries.source_sides import source_sides
from rollouts.queries.reproduce import reproduce_lines
from tests.factories import NOW, SourceFactory
from tests.house.tree import ROOT
from tests.servers import EVERY_LOOPBACK, answers, misbehaving
from tests.servers.pair import some_routes, table_of, two_sides

pytestmark = pytest.mark.django_db

TOKEN = "s3cret-token"
HOSTILE = "?q='$(touch${IFS}pwned)';`touch${IFS}pwned`&r=[1-3]{x,y}\"&s=%27;touch${IFS}pwned#!"


@pytest.fixture
def served():
    with two_sides() as pair:
        yield pair


@pytest.fixture(autouse=True)
def _this_python(settings):
    settings.MANAGE = f"{sys.executable} {ROOT / 'manage.py'}"


def box(pair, **columns):
    """Return the lines for a source over a pair."""
    sides = {"legacy": pair.legacy.url, "shadow": pair.shadow.url}
    source = SourceFactory.create(**{**sides, **columns})
    return reproduce_lines(source_sides(source.pk), "kube-1")


def run(lines, folder: Path, **environment):
    """Run lines as somebody does who pastes them; return status, output and what went wrong."""
    ended = subprocess.run(
        ["bash"],
        input=lines,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_two_sides_that_agree_leave_nothing_but_the_word(served, tmp_path):
    status, out, err = run(box(served), tmp_path)

    assert (status, err) == (0, "")
    assert out.strip() == "equal: Both sides say the same about all 10 routes."


def test_a_difference_shows_in_the_texts_and_in_the_look(served, tmp_path):
    served.shadow.say(some_routes(10, r3='"http://other"'))

    status, out, err = run(box(served), tmp_path)

    assert (status, err) == (1, "")
    diff, _, look = out.partition("different: ")
    assert [line for line in diff.splitlines() if line[:1] in "+-"][2:] == [
        '--> "http://r3"',
        '+-> "http://other"',
    ]
    assert "1 of 10 routes" in look


def test_the_files_are_what_the_workers_read(served, tmp_path):
    run(box(served), tmp_path)

    targets = {asked.target for asked in served.legacy.server.asked}
    assert targets == {"/routes?limit=10000000000000&nopretty"}
    (raw,) = tmp_path.glob("*/kube-1.legacy.eskip")
    assert raw.read_bytes().count(b"\n") == 9


def test_nothing_in_an_address_is_run_by_the_shell(served, tmp_path):
    sides = {"legacy": served.legacy.url + HOSTILE, "shadow": served.shadow.url + HOSTILE}

    status, out, err = run(box(served, **sides), tmp_path)

    assert (status, err) == (0, "")
    assert "equal" in out
    assert not list(tmp_path.rglob("pwned"))
    assert not (ROOT / "pwned").exists()
    for side in (served.legacy, served.shadow):  # curl asks for what the look asks for
        asked = {one.target for one in side.server.asked}
        assert len(asked) == 1
        assert "%7B" not in asked.pop().partition("?")[0]


def test_a_credential_is_named_and_its_value_comes_from_the_environment(served, tmp_path):
    lines = box(served, legacy_credential="skipper-ro", shadow_credential="skipper-ro")
    variable = {"PENUMBRA_CREDENTIAL_SKIPPER_RO": f"bearer {TOKEN}"}
    hosts = {"PENUMBRA_CREDENTIAL_SKIPPER_RO_HOSTS": "127.0.0.1"}

    status, out, err = run(lines, tmp_path, **variable, **hosts)

    assert (status, err) == (0, "")
    for side in (served.legacy, served.shadow):
        assert len(side.server.asked) == 2
        for asked in side.server.asked:
            assert asked.headers["authorization"].lower() == f"bearer {TOKEN}"
    assert TOKEN not in lines + out

    _, _, err = run(lines, tmp_path)
    assert "PENUMBRA_CREDENTIAL_SKIPPER_RO" in err


def test_a_file_is_copied_whatever_its_path_holds(tmp_path):
    folder = tmp_path / "a 'b' $(touch pwned)"
    folder.mkdir()
    for name in ("legacy", "shadow"):
        (folder / name).write_text('a: * -> "http://a";')
    source = SourceFactory.create(
        legacy=f"file://{folder}/legacy", shadow=f"file://{folder}/shadow"
    )

    status, out, err = run(reproduce_lines(source_sides(source.pk), "x"), tmp_path)

    assert (status, err) == (0, "")
    assert "all 1 routes" in out
    assert not list(tmp_path.rglob("pwned"))


def test_records_are_read_with_their_options(tmp_path):
    media = {"Content-Type": "application/json"}
    body = b'[{"name": "it\'s", "ttl": 1.0, "at": %d}]'
    with (
        misbehaving(answers.answer(body % 1, headers=media)) as legacy,
        misbehaving(answers.answer(body % 2, headers=media)) as shadow,
    ):
        source = SourceFactory.create(
            format="records",
            options={"key": ["/name"], "ignore": ["/at"]},
            legacy=legacy.url,
            shadow=shadow.url,
        )
        status, out, err = run(reproduce_lines(source_sides(source.pk), "dns"), tmp_path)

    assert (status, err) == (0, "")
    assert "equal" in out
    assert {asked.target for asked in legacy.asked} == {"/routes"}


def test_the_ways_of_reaching_a_side_stand_in_both_commands(served):
    lines = box(
        served,
        legacy_proxy="http://proxy.example.org:3128",
        legacy_ca_bundle="/etc/ssl/it's.pem",
        legacy_paging=500,
    )

    legacy = next(line for line in lines.splitlines() if "kube-1.legacy" in line)
    assert "--proxy http://proxy.example.org:3128" in legacy
    assert f"--cacert {shlex.quote('/etc/ssl/it' + chr(39) + 's.pem')}" in legacy
    compared = lines.partition(" compare ")[2]
    assert "--legacy-proxy http://proxy.example.org:3128" in compared
    assert "--legacy-paging 500" in compared
    assert "--shadow-proxy" not in compared
    assert lines.count("--noproxy '*'") == 1


def test_the_pod_that_stands_apart_is_the_one_that_is_read(served, tmp_path):
    old = misbehaving(answers.table(table_of(some_routes(9)), count=9), host=EVERY_LOOPBACK)
    with old as stuck:
        legacy = [served.legacy.url, stuck.url_as("localhost")]
        source = SourceFactory.create(legacy=legacy, shadow=served.shadow.url)
        pods = (f"127.0.0.1:{served.legacy.server.port}", f"127.0.0.7:{stuck.port}")
        for number, pod in enumerate(pods):
            PodSighting.objects.create(
                source=source,
                side="legacy",
                pod=pod,
                address=legacy[number],
                digest="a" * 64,
                since=NOW,
                seen_at=NOW,
                is_apart=number == 1,
            )

        lines = reproduce_lines(source_sides(source.pk, now=NOW), "kube-1")
        status, out, err = run(lines, tmp_path)

    assert (status, err) == (1, "")
    assert f"--connect-to ::127.0.0.7:{stuck.port}" in lines
    assert "1 of 10 routes" in out
    assert len(stuck.asked) == 3  # curl once, and a look that differs reads legacy twice
    assert not served.legacy.asked


@pytest.mark.parametrize("body", [b"<html><p>Sign in", b'{"error": 1}'])
def test_what_is_no_table_is_not_printed_as_one(body):
    ended = subprocess.run(
        [sys.executable, ROOT / "manage.py", "canonical", "eskip"],
        input=body,
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"not a route table" in ended.stderr
