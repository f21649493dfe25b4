"""`manage.py compare`: one look by hand, by the same code as the workers'."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from diffs.management.commands import compare as module
from tests.house.tree import ROOT
from tests.servers import answers, misbehaving, refused_port
from tests.servers.pair import some_routes, table_of, two_sides

TEN = table_of(some_routes(10))
OTHER = table_of(some_routes(10, r3='"http://other"'))
POISON = TEN + b'\nbad: Method("GET") && Method("PUT") -> "http://x";'
TWICE = TEN + b'\nr3: Path("/again") -> "http://again";'


def run(legacy, shadow, *more):
    """Run the command; return its exit status and what it printed."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("compare", str(legacy), str(shadow), *more, stdout=out)
    return ended.value.code, out.getvalue()


@pytest.fixture
def files(tmp_path):
    """Write bodies to files: files(a=b"…") returns their paths."""

    def write(**bodies):
        for name, body in bodies.items():
            (tmp_path / name).write_bytes(body)
        return [tmp_path / name for name in bodies]

    return write


@pytest.mark.parametrize(
    ("legacy", "shadow", "status", "outcome"),
    [
        (TEN, TEN, 0, "equal"),
        (TEN, b"\n".join(reversed(TEN.split(b"\n"))), 0, "equal"),
        (TEN, OTHER, 1, "different"),
        (b"<html><p>Sign in", b"<html><p>Sign in", 2, "not_a_table"),
        (b'{"error": 1}', b'{"error": 1}', 2, "not_a_table"),
        (b"", b"", 2, "not_ready"),
        (TEN, b"", 2, "not_ready"),
        (TEN, POISON, 2, "refused"),
        (POISON, POISON, 2, "refused"),
        (TWICE, TWICE, 2, "duplicate_id"),
        (TEN, TEN[:-20], 2, "refused"),
    ],
)
def test_two_files_end_as_their_outcome_with_its_status(files, legacy, shadow, status, outcome):
    code, printed = run(*files(legacy=legacy, shadow=shadow))

    assert (code, printed.partition(":")[0]) == (status, outcome)


def test_a_difference_is_printed_with_its_route_and_both_texts(files):
    _, printed = run(*files(legacy=TEN, shadow=OTHER))

    assert "different: The two sides disagree on 1 of 10 routes." in printed
    assert "r3  (backend)" in printed
    assert '"http://r3"' in printed
    assert '"http://other"' in printed
    assert "http://r4" not in printed


def test_json_says_the_same_to_programs(files):
    code, printed = run(*files(legacy=TEN, shadow=OTHER), "--json")
    document = json.loads(printed)

    assert (code, document["outcome"], document["side"]) == (1, "different", "")
    assert document["routes"] == {"total": 10, "matched": 9}
    assert document["legacy"]["routes"] == document["shadow"]["routes"] == 10
    assert len(document["legacy"]["sha256"]) == 64
    (difference,) = document["differences"]
    assert (difference["route"], difference["kind"]) == ("r3", "backend")
    assert '"http://other"' in difference["shadow"]


def test_a_problem_in_json_names_its_side(files):
    code, printed = run(*files(legacy=TEN, shadow=b"<html>"), "--json")
    document = json.loads(printed)

    assert (code, document["outcome"], document["side"]) == (2, "not_a_table", "shadow")
    assert document["differences"] == []


@pytest.mark.parametrize("spelling", ["{0}", "{0.parent}/./{0.name}", "{0.parent}/link"])
def test_one_file_twice_proves_nothing(files, spelling):
    (path,) = files(legacy=TEN)
    (path.parent / "link").symlink_to(path)

    code, printed = run(path, spelling.format(path))

    assert (code, printed.partition(":")[0]) == (2, "same_address")


def test_a_file_that_is_not_there_is_unreachable(files, tmp_path):
    code, printed = run(*files(legacy=TEN), tmp_path / "missing")

    assert code == 2
    assert printed.startswith("unreachable: The shadow side: ")
    assert "No such file" in printed


@pytest.mark.parametrize(
    ("say", "status", "outcome"),
    [
        (lambda pair: pair.say(some_routes(12)), 0, "equal"),
        (lambda pair: pair.shadow.say(some_routes(11)), 1, "different"),
        (lambda pair: pair.shadow.behave(answers.html_page()), 2, "not_a_table"),
        (lambda pair: pair.shadow.behave(answers.not_loaded()), 2, "not_ready"),
        (lambda pair: pair.legacy.behave(answers.without_chunk_end(TEN)), 2, "truncated"),
        (lambda pair: pair.legacy.say_bytes(TEN, count=11), 2, "truncated"),
        (lambda pair: pair.legacy.behave(answers.hang_up()), 2, "unreachable"),
        (lambda pair: pair.shadow.say_bytes(POISON, count=11), 2, "refused"),
        (lambda pair: pair.legacy.say_bytes(TWICE, count=11), 2, "duplicate_id"),
    ],
)
def test_two_loopback_addresses_end_as_the_workers_look_would(watched, say, status, outcome):
    say(watched.pair)

    code, printed = run(watched.pair.legacy.url, watched.pair.shadow.url)

    assert (code, printed.partition(":")[0]) == (status, outcome)
    worker = watched.look()
    assert worker == ("unconfirmed" if outcome == "different" else outcome)
    told = f"{worker}: {watched.state.sentence}"
    assert outcome == "different" or printed.splitlines()[0] == told


def test_one_address_twice_proves_nothing():
    with misbehaving(answers.table()) as server:
        for other in (server.url, server.url + "?nopretty", server.url_as("localhost")):
            assert run(server.url, other)[0] == 2


def test_a_file_and_an_address_are_compared(files):
    (path,) = files(legacy=TEN)
    with two_sides() as pair:
        assert run(path, pair.shadow.url)[0] == 0


@pytest.mark.parametrize("url", ["http://a:99999/", "http://[", "ftp://a/", "http://u:p@a/"])
def test_an_address_that_cannot_be_one_is_no_difference(files, url):
    (path,) = files(legacy=TEN)

    assert run(path, url)[0] == 2


def test_a_port_where_nobody_listens_is_no_difference(files):
    (path,) = files(legacy=TEN)
    with refused_port() as port:
        assert run(path, f"http://127.0.0.1:{port}/routes")[0] == 2


def test_a_failure_of_its_own_is_no_difference(files, monkeypatch):
    def breaks(*_args, **_more):
        raise KeyError("x")

    monkeypatch.setattr(module, "look_once", breaks)

    with pytest.raises(CommandError) as failed:
        call_command("compare", *map(str, files(legacy=TEN, shadow=OTHER)))

    assert failed.value.returncode == 2


def test_the_shell_sees_the_status(files):
    legacy, shadow, same = files(legacy=TEN, shadow=OTHER, same=TEN)

    def status(*arguments):
        argv = [sys.executable, str(ROOT / "manage.py"), "compare", *map(str, arguments)]
        return subprocess.run(argv, capture_output=True, timeout=120, check=False).returncode

    assert [status(legacy, same), status(legacy, shadow), status(legacy, legacy)] == [0, 1, 2]


def test_a_line_that_only_joins_otherwise_is_no_change(files):
    one, both = b'a: Path("/x") -> "http://b";', b'a: Method("GET") && Path("/x") -> "http://b";'

    _, printed = run(*files(one=one, both=both))

    assert [line for line in printed.splitlines() if line.startswith(("  +", "  -"))] == [
        '  + Method("GET")'
    ]
