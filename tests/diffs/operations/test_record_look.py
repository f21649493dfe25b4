"""Every outcome, from a server that misbehaves to the word, the sentence and the clean clock."""

from __future__ import annotations

import pytest

from diffs.outcomes import GOOD, SETTLING, Outcome
from rollouts.machine import Mode
from rollouts.queries.target_state import target_state
from tests.diffs.operations.outcome_stories import STORIES
from tests.servers import answers
from tests.servers.pair import some_routes, table_of

NEEDS_A_PERSON = {Outcome.EQUAL_AFTER_RULES, Outcome.EXPECTED}
"""What takes a rule or a verdict has tests of its own."""


@pytest.fixture
def proven(watched):
    """The source after two equal looks: 60 s clean."""
    assert [watched.look(), watched.look()] == ["equal", "equal"]
    assert watched.state.clean_seconds == 60
    return watched


def test_every_outcome_has_a_story():
    assert {story.outcome for story in STORIES} | NEEDS_A_PERSON == set(Outcome)


@pytest.mark.sqlite
@pytest.mark.parametrize("story", STORIES, ids=str)
def test_each_story_ends_as_its_outcome_with_its_word_and_its_clock(proven, story):
    outcome = story.act(proven)

    state = proven.state
    word = target_state(proven.facts, Mode(story.mode), now=proven.now)
    assert (outcome, state.outcome, state.side) == (story.outcome, story.outcome, story.side)
    assert story.says in state.sentence
    assert state.sentence.endswith((".", "?"))
    assert word.state == story.state
    assert word.is_settling == (story.outcome in SETTLING)
    assert state.clean_seconds == story.left


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "line",
    [
        b'x\0y: Path("/x") -> "http://x";',
        b'x: Path("/\0") -> "http://x";',
        b'x: Path("/x") -> setPath("\0\xff\xed\xa0\x80") -> "http://x";',
        b'\xed\xa0\x80: Path("/x") -> "http://x";',
        b'x: Path("/x") -> \0\0\0',
        b'x: Path("/\xe2\x80\xae\xf0\x9f\x98\x80") -> inlineContent("<script>") -> <shunt>;',
        b'x: Header("\\", "\\u0000") -> "http://x";',
        b"x" * 600 + b': Path("/x") -> "http://x";',
        b'x: Path("' + b"y" * 100_000 + b'") -> "http://x";',
        b"x: * -> <>;" * 300,
    ],
    ids=lambda line: repr(line[:30]),
)
@pytest.mark.parametrize("side", ["legacy", "shadow"])
def test_what_a_stranger_sends_is_stored_and_told_without_harm(proven, side, line):
    body = table_of(some_routes(10)) + b"\n" + line
    getattr(proven.pair, side).behave(answers.answer(body))

    assert [proven.look(), proven.look(after=20)][1] not in GOOD | {"untrusted"}

    assert proven.state.sentence.isprintable()


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_after_each_story_the_clock_goes_on_as_that_outcome_allows(proven, story):
    story.act(proven)
    last = some_routes(10, r0='"http://new"')

    proven.pair.say(last)
    again = proven.look(after=story.after)

    assert again == ("not_compared" if story.mode == "off" else "equal")
    assert proven.state.clean_seconds == story.regained
