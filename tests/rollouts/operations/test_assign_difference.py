"""Who sees to a difference, and what is said beside verdicts: once each, by who may."""

from __future__ import annotations

import pytest

from diffs.models import Comment, Difference
from ledger.clock import database_now
from rollouts.operations.assign_difference import assign_difference
from rollouts.operations.comment_on_difference import comment_on_difference
from rollouts.operations.decide_difference import ReviewRefused
from tests.rollouts.differing import (
    ann,
    bob,
    carol,
    difference,
    shown_by,
    vera,
)
from tests.rollouts.stage import load, person, target, trail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def one() -> Difference:
    load()
    found = difference()
    shown_by(found, target("kube-1"), "kube_a")
    shown_by(found, target("kube-2"), "kube_a")
    shown_by(found, target("kube-2"), "kube_b")
    return found


def test_an_owner_is_named_once_in_the_version_that_was_seen(one):
    now = database_now()

    assign_difference(one, owner=bob(), version=1, actor=ann(), now=now)
    assign_difference(one, owner=bob(), version=1, actor=ann(), now=now)
    with pytest.raises(ReviewRefused, match="Somebody changed the owner"):
        assign_difference(one, owner=carol(), version=1, actor=ann(), now=now)
    with pytest.raises(ReviewRefused, match="holds no role"):
        assign_difference(one, owner=person("nina"), version=2, actor=ann(), now=now)
    with pytest.raises(ReviewRefused, match="only looking"):
        assign_difference(one, owner=carol(), version=2, actor=vera(), now=now)
    assign_difference(one, owner=None, version=2, actor=ann(), now=now)

    one.refresh_from_db()
    assert (one.owner, one.version) == (None, 3)
    assert [action for action, _, _ in trail()] == [
        "difference_assigned",
        *["difference_assign_refused"] * 3,
        "difference_assigned",
    ]


def test_a_comment_has_lines_and_comes_once(one):
    now = database_now()
    text = "asked the route server team\nthey look at it tomorrow "

    for _ in range(2):
        comment_on_difference(one, text=text, actor=ann(), now=now)

    (comment,) = Comment.objects.all()
    assert comment.text == "asked the route server team\nthey look at it tomorrow"
    assert [action for action, _, _ in trail()] == ["difference_commented"]


@pytest.mark.parametrize("text", ["", "  \n ", "hidden\N{ZERO WIDTH SPACE}", "x" * 4001, "\0"])
def test_a_comment_that_nobody_can_read_is_refused(one, text):
    with pytest.raises(ReviewRefused):
        comment_on_difference(one, text=text, actor=ann(), now=database_now())

    assert not Comment.objects.exists()
    with pytest.raises(ReviewRefused, match="only looking"):
        comment_on_difference(one, text="fine", actor=vera(), now=database_now())
