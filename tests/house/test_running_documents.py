"""What docs/outcomes.md and docs/running.md say is what the code says."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from diffs.looking.words import sentence
from diffs.outcomes import COMPARED, SETTLING, Outcome
from diffs.soak import Clock, Seen, advance
from rollouts.permissions.roles import SENTENCES
from rollouts.queries.target_state import STATES
from rollouts.sign_in_limits import KNOWN_FOR, LONGEST_WAIT, MOST, WINDOW, Counted
from rollouts.templatetags.marks import TARGET_STATES
from tests.house.tree import ROOT, python_files, read

OUTCOMES = read(ROOT / "docs/outcomes.md")
RUNNING = read(ROOT / "docs/running.md")
OPEN = re.compile(r"…|\bN\b|The SIDE side|`[^`]*`|\d+| / |\broutes?\b")
"""What stands for something else in a sentence of the documents; formats have words for routes."""
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of every table, without heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    heads = {lines[0], *re.findall(r"(?m)^(\| .*)\n\|---", text)}
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines
        if line not in heads
    ]


@cache
def texts() -> str:
    """Return every text that the code holds, and its pages."""
    found = []
    for path in python_files("diffs", "rollouts", "config"):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "\0" for part in node.values
                ]
                found.append("".join(map(str, parts)))
    return "\n".join(found)


def spoken(cells: list[str]) -> list[str]:
    """Return the pieces of sentences that must stand in the code word by word."""
    pieces = [piece.strip(" :") for cell in cells for piece in OPEN.split(cell)]
    return [piece for piece in pieces if len(piece.split()) > 1]


def clean_time(outcome: Outcome) -> str:
    """Return what one look does to the clean clock, as the document calls it."""
    if outcome == Outcome.NOT_COMPARED:
        return "none"
    clock = Clock(60.0, NOW, 2, 0, NOW)
    after = advance(
        clock, Seen(outcome, NOW + timedelta(seconds=60)), interval_seconds=60, is_soaking=True
    )
    words = {120.0: "runs", 0.0: "to zero", 60.0: "waits" if after == clock else "stops"}
    return words[after.seconds]


def test_every_outcome_has_its_row_in_the_order_in_which_they_win():
    assert [row[0] for row in rows(OUTCOMES)] == [f"`{outcome}`" for outcome in Outcome]


def test_each_outcome_is_shown_and_counted_as_the_document_says():
    shown = {row[0].strip("`"): (row[1], row[3]) for row in rows(OUTCOMES)}

    assert shown == {
        str(outcome): (
            "as before, settling" if outcome in SETTLING else TARGET_STATES[STATES[outcome]].word,
            clean_time(outcome),
        )
        for outcome in Outcome
    }


@pytest.mark.parametrize("row", rows(OUTCOMES), ids=lambda row: row[0])
def test_each_outcomes_sentence_is_the_one_that_people_read(row):
    said, outcome = row[2], Outcome(row[0].strip("`"))
    if outcome not in COMPARED | {Outcome.NOT_COMPARED}:
        assert [piece for piece in spoken([said]) if piece not in texts()] == []
        return
    written = sentence(outcome, total=10, differing=2, unstable=("r0",), late="shadow")
    shape = re.escape(said).replace("SIDE", "shadow").replace("NAME", "r0")
    assert re.fullmatch(re.sub(r"\bN\b", r"\\d+", shape), written)


def test_what_troubles_are_known_by_is_what_penumbra_says():
    known = texts() + read(ROOT / "templates/403_csrf.html")
    start = RUNNING.index("## When a side is unreachable")
    symptoms = [row[:1] for row in rows(RUNNING[start:])]
    own = {"in the log", "Bad Request on every page", "the port is taken"}

    assert len(symptoms) > 12
    assert {piece for cells in symptoms for piece in spoken(cells) if piece not in known} == own


def test_each_role_may_what_its_sentence_says():
    assert [row for row in rows(RUNNING) if row[0] in list(SENTENCES)] == [
        [str(role), text] for role, text in SENTENCES.items()
    ]


def test_the_limits_of_signing_in_are_those_of_the_code():
    assert (MOST[Counted.PAIR], MOST[Counted.ADDRESS]) == (5, 50)
    minutes = [int(span.total_seconds() // 60) for span in (WINDOW, LONGEST_WAIT)]
    assert (*minutes, KNOWN_FOR.days) == (15, 5, 30)
    assert "Five wrong passwords for one name from one address within 15 minutes" in RUNNING
    assert "fifty from one address" in RUNNING
    assert "up to five minutes" in RUNNING
    assert "last 30 days" in RUNNING
