"""docs/fleet-file.md and the schema say the same, and the examples of both can be copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from rollouts.fleet_file.schema import SECTIONS, Key
from tests.rollouts.fleet_file.small_fleet import problems_of, read

PAGE = (Path(__file__).parents[3] / "docs" / "fleet-file.md").read_text()
ROW = re.compile(r"\| `(.+)` \| (.+) \| (.+) \| `(.+)` \|")
EXAMPLES = [(name, key) for name, keys in SECTIONS.items() for key in keys]


def sections_of_the_page():
    """Return {section: keys} as the tables of the page tell it."""
    _, *parts = re.split(r"^### (.+)$", PAGE, flags=re.MULTILINE)
    return {
        title.strip("`").replace("The file", "the file"): tuple(
            Key(*row) for row in ROW.findall(body)
        )
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    }


def test_the_page_and_the_schema_know_the_same_keys():
    assert sections_of_the_page() == SECTIONS


def test_every_row_of_the_page_was_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]

    assert len(rows) == sum(len(keys) for keys in SECTIONS.values())


def test_the_file_shown_on_the_page_is_good():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)

    assert [tier.name for tier in read(text).rollouts[0].tiers] == ["playground", "production"]


def test_names_each_limit_on_the_page_as_it_is():
    assert problems_of(b"#" * 5_000_001)[0].message.startswith("the file has 5,000,001 bytes")
    assert "at most 5 MB" in PAGE


@pytest.mark.parametrize(("section", "key"), EXAMPLES, ids=[f"{s}.{k.name}" for s, k in EXAMPLES])
def test_an_example_is_yaml_by_itself(section, key):
    YAML(typ="safe", pure=True).load(f"{key.name}: {key.example}")
