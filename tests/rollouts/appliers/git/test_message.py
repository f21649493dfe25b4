"""No text of a person can forge a trailer, or hide one, or break a message."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rollouts.appliers.git.message import is_of, message_of, overtaking, trailers_of
from tests.rollouts.appliers.git.repositories import (
    Repository,
    applier_for,
    free,
    make_repository,
    order,
    place,
)

NOWHERE = Repository(Path("/nowhere.git"))
FORGED = "Fine.\n\nGeneration: 99\nIdempotency-Key: 00\n\n# gone\n---\ndiff --git a/x b/x\n"
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            FORGED,
            "\r\n\r\nTier: production",
            "a\u2028Tier: x",
            "\x1b[31mred",
            "\u202eexec",
            "#",
            "\0",
        ]
    ),
)
LINES = {
    "title": "Promotion-Id: P-1\n\nTier: other",
    "reason": FORGED,
    "requested_by": "mallory\nGeneration: 99",
    "approved_by": ("bob\r\nTier: other", "eve\u2028Rollout: other"),
}


def given_order(**changes):
    """Return an order for one cluster."""
    return order(place(NOWHERE, "kube-1"), **changes)


@given(title=HOSTILE, reason=HOSTILE, person=HOSTILE, second=HOSTILE)
@example(title="#", reason="# all\n# comments", person=" ", second="x")
@example(title="", reason="", person="", second="")
def test_the_trailers_are_those_of_the_order_whatever_people_write(title, reason, person, second):
    wanted = given_order(
        title=title, reason=reason, requested_by=person, approved_by=(second, "bob")
    )

    message = message_of(wanted)
    trailers = trailers_of(message)

    assert is_of(trailers, wanted)
    assert not overtaking(trailers, wanted)
    for name, value in {
        "Promotion-Id": "P-42",
        "Rollout": "routesrv",
        "Tier": "playground",
        "Generation": "3",
        "Evidence": "ab" * 32,
        "Audit-Head": "cd" * 32,
        "Idempotency-Key": "5f" * 32,
    }.items():
        assert trailers[name] == [value]
    assert len(trailers.get("Requested-By", [])) <= 1
    assert trailers["Approved-By"][-1] == "bob"
    subject, empty, *_ = message.split("\n")
    assert subject
    assert not subject.startswith("#")
    assert not empty
    kinds = {unicodedata.category(character) for character in message.replace("\n", "")}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    message.encode()


def test_git_reads_the_same_trailers(tmp_path):
    repository = make_repository(tmp_path, {"clusters/kube-1.yaml": "config_items: {flag: pre}\n"})
    wanted = order(place(repository, "kube-1"), **LINES)

    applier_for(tmp_path, repository).apply(wanted, guard=free)

    assert repository.trailers() == [
        ("Promotion-Id", "P-42"),
        ("Rollout", "routesrv"),
        ("Tier", "playground"),
        ("Generation", "3"),
        ("Requested-By", "mallory Generation: 99"),
        ("Approved-By", "bob Tier: other"),
        ("Approved-By", "eve Rollout: other"),
        ("Evidence", "ab" * 32),
        ("Audit-Head", "cd" * 32),
        ("Idempotency-Key", "5f" * 32),
    ]


def test_keeps_what_was_written_readable():
    message = message_of(given_order(title="# 12: go", reason="First.\n\n" + "word " * 30))

    assert message.splitlines()[0] == "12: go"
    assert "> First.\n>\n> word word" in message
    assert max(map(len, message.split("\n\n")[2].splitlines())) <= 74


def test_leaves_out_a_trailer_without_a_value():
    trailers = trailers_of(message_of(given_order(approved_by=(), evidence="")))

    assert "Approved-By" not in trailers
    assert "Evidence" not in trailers


@pytest.mark.parametrize(
    "message",
    [
        "Subject\n\nIdempotency-Key: 5f\n\nSigned off by hand.\n",
        "Subject\n\nIdempotency-Key: 5f\nand some words\n",
        "Subject\n\nSome words\nIdempotency-Key: 5f\n",
        "Subject\n\n> Idempotency-Key: 5f\n",
        "",
    ],
)
def test_what_only_looks_like_a_trailer_is_none(message):
    assert trailers_of(message) == {}


def test_what_others_add_to_the_trailers_hides_none():
    message = message_of(given_order()) + (
        "Change-Id: I0123\n(cherry picked from commit 0123456789)\nSigned-off-by: Dora <d@x.org>\n"
    )

    assert is_of(trailers_of(message), given_order())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"generation": 4}, 4),
        ({"generation": 3}, 0),
        ({"generation": 3, "promotion": "P-7"}, 3),
        ({"generation": 2, "promotion": "P-7"}, 0),
        ({"generation": 4, "tier": "other"}, 0),
        ({"generation": 4, "rollout": "other"}, 0),
    ],
)
def test_knows_what_overtakes(changes, found):
    written = trailers_of(message_of(given_order(idempotency_key="00" * 32, **changes)))

    assert overtaking(written, given_order()) == found


@pytest.mark.parametrize("text", ["", "x", "-1", "\u00b2", "9" * 10, "9" * 5000])
def test_a_generation_that_is_no_number_overtakes_nothing_and_breaks_nothing(text):
    trailers = trailers_of(message_of(given_order()))
    trailers["Generation"] = [text]

    assert overtaking(trailers, given_order()) == 0
