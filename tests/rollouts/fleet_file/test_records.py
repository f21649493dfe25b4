"""Evidence in the format `records`: its own keys beside the others, and what is wrong with them."""

from __future__ import annotations

import pytest

from rollouts.fleet_file.allow_list import address_allow_list
from tests.rollouts.fleet_file.small_fleet import SMALL, changed, problems_of, read, the_problem

LINE = "format: eskip"


def with_options(*lines: str) -> str:
    """Return the small fleet with records for evidence, with these lines beside the format."""
    indent = next(line for line in SMALL.splitlines() if LINE in line).partition(LINE)[0]
    return changed(LINE, f"\n{indent}".join(["format: records", *lines]))


def options_of(*lines: str) -> dict[str, object]:
    return dict(read(with_options(*lines)).rollouts[0].evidence.options)


def test_options_are_read_as_json_has_them():
    options = options_of(
        "key: [/name, /type]",
        "root: /items",
        "ignore: /seen_at",
        "ordered: true",
        "unordered: ['/targets']",
        "tolerance: {/load: 0.01, /share: 5%}",
    )

    assert options == {
        "key": ["/name", "/type"],
        "root": "/items",
        "ignore": "/seen_at",
        "ordered": True,
        "unordered": ["/targets"],
        "tolerance": {"/load": "0.01", "/share": "5%"},
    }


def test_a_format_without_options_has_none():
    assert read(SMALL).rollouts[0].evidence.options == {}


@pytest.mark.parametrize(
    ("lines", "path", "message"),
    [
        (["ignore: /x"], "evidence", "key is missing"),
        (["key: name"], "evidence.key", "'name' is no JSON pointer"),
        (["key: /a/*"], "evidence.key", "it must lead to one field"),
        (["key: /a", "ordered: maybe"], "evidence.ordered", "'maybe' is no JSON pointer"),
        (["key: /a", "tolerance: much"], "evidence.tolerance", "'much' is no tolerance"),
        (["key: /a", "tolerance: 0"], "evidence.tolerance", "'0' is no tolerance"),
        (["key: /a", "root: /*"], "evidence.root", "it must lead to one array"),
        (["key: /a", "unordered: /b", "ordered: [/c]"], "evidence.unordered", "it cannot stand"),
        (["key: /a", "colour: red"], "evidence.colour", "unknown key"),
    ],
)
def test_a_wrong_option_is_refused_at_its_place(lines, path, message):
    problem = the_problem(with_options(*lines))

    assert problem.path.endswith(path)
    assert problem.message.startswith(message)
    assert problem.mend.endswith((".", "?", "name"))


def test_options_of_another_format_are_unknown():
    assert the_problem(changed(LINE, f"{LINE}\n      key: /name")).message == "unknown key"


@pytest.mark.parametrize(
    "address",
    [
        "file://x",
        "file:///",
        "file:///a/../b",
        "file:///a//b",
        "file:///a b",
        "file:///a?x",
        "file:///a/",
    ],
)
def test_a_file_is_named_by_its_whole_path(address):
    (first, *_) = problems_of(changed('"http://{alias}.example.org:9911/routes"', f'"{address}"'))

    assert first.path.endswith("legacy.address")
    assert first.message.startswith(("this is no whole path", "a character that no path"))


def test_a_file_needs_no_address_to_be_allowed():
    line = '"http://{alias}.example.org:9911/routes"'
    fleet = read(changed(line, '"file:///srv/{alias}.json"'))

    assert fleet.rollouts[0].tiers[0].targets[0].legacy.addresses[0].startswith("file:///srv/")
    assert "srv" not in str(address_allow_list(fleet, lambda _name: ["10.0.0.1"]))
