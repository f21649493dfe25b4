"""How problems are told: all at once, in order, without secrets."""

from __future__ import annotations

import pytest

from rollouts.fleet_file import FleetFileError, read_fleet
from rollouts.fleet_file.problems import Problem, Problems, shown
from tests.rollouts.fleet_file.small_fleet import SMALL, changed, problems_of, the_problem

CANARY = "hunter2"
LEAKS = {
    "a basic pair": f'credential: "user:{CANARY}"',
    "a token with a space": f'credential: "Bearer {CANARY}"',
    "a token with capitals": f"credential: ghP{CANARY}",
    "a list": f"credential: [{CANARY}]",
    "a very long text": f"credential: {CANARY * 10}",
    "the name of another credential's hosts": f"credential: {CANARY}-hosts",
    "a user in the metrics address": f'proxy: "http://u:{CANARY}@x.example.org:99999/"',
    "a user in a bad address": f'proxy: "http://u:{CANARY}@[x/"',
}


def test_tells_all_problems_in_the_order_of_their_lines():
    text = (
        SMALL.replace("version: 1", "version: 2")
        .replace("soak: 2d", "soak: 2")
        .replace("pre", "exec")
        .replace("alias: kube-2", "alias: kube-2\n    criticality: high")
    )

    with pytest.raises(FleetFileError) as refused:
        read_fleet(text.encode(), name="my/fleet.yaml")

    assert str(refused.value).split("\n") == [
        'my/fleet.yaml:1: version: version "2" is not one this build reads. Write version: 1.',
        'my/fleet.yaml:11: clusters[1].criticality: "high" is not a whole number. '
        "Write digits without quotes, from 1 to 3.",
        'my/fleet.yaml:25: rollouts.routesrv.modes.exec: two modes are spelt "exec". '
        "Give each mode a value that tells it apart.",
        'my/fleet.yaml:36: rollouts.routesrv.policy.soak: "2" is not a duration. '
        "Add the unit: 2s, 2m, 2h or 2d.",
    ]


def test_leaves_the_path_out_where_the_whole_file_is_meant():
    with pytest.raises(FleetFileError) as refused:
        read_fleet(b"", name="fleet.yaml")

    assert str(refused.value).startswith("fleet.yaml:1: the file is empty. Write")


def test_blames_no_target_for_the_fault_of_its_cluster():
    problem = the_problem(changed("alias: kube-2", "alias: KUBE"))

    assert problem.path == "clusters[1].alias"


def test_blames_no_target_where_there_is_no_list_of_clusters():
    start, end = SMALL.index("  - key"), SMALL.index("rollouts:")

    assert the_problem(SMALL[:start] + SMALL[end:]).path == "clusters"


def test_tells_a_templates_fault_once_however_many_targets_it_has():
    problems = Problems()
    for number in range(250):
        problems.add(Problem(3, "a.b", "no host", "Write one."), target=f"kube-{number}")

    (problem,) = problems.sorted()

    assert problem.message == 'no host (for "kube-0" and 249 more)'


@pytest.mark.parametrize("line", LEAKS.values(), ids=LEAKS.keys())
def test_never_repeats_what_may_be_a_secret(line):
    problems = problems_of(changed("credential: routes-reader", line))

    assert problems
    assert CANARY not in "".join(problem.message + problem.mend for problem in problems)


@pytest.mark.parametrize("name", ["routes-reader", "a", "git_writer2"])
def test_takes_the_name_of_a_credential(name):
    assert problems_of(changed("credential: routes-reader", f"credential: {name}")) == ()


def test_shows_texts_short_and_printable():
    assert shown("a\x1b[31m\u202eb") == '"a\\x1b[31m\\u202eb"'
    assert shown("x" * 100) == '"' + "x" * 59 + '…"'
