"""Where a person is the applier: what to do is said, nothing is written, nothing is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollouts.appliers import Manual, Overtaken, Receipt
from tests.rollouts.appliers.git.repositories import WORDS, free, order
from tests.rollouts.appliers.git.repositories import place as git_place
from tests.rollouts.appliers.git.test_message import NOWHERE


def place(alias, instructions=None):
    """Return a cluster whose mode a person sets."""
    options = {} if instructions is None else {"instructions": instructions}
    return replace(git_place(NOWHERE, alias), options=options)


def test_says_what_to_do_in_its_own_words():
    preview = Manual().preview(order(place("kube-1"), place("kube-2")))

    assert preview.instructions == (
        "Set routesrv from shadow (pre) to exec (exec) for kube-1, kube-2."
    )
    assert preview.governed == ("kube-1", "kube-2")
    assert (preview.head, preview.diff, preview.files, preview.message) == ("", "", (), "")


def test_says_what_the_fleet_file_says_once_with_what_is_known_filled_in():
    shared = "Open {{ the console }} of {region}.\nSet {from} to {to} for {targets}."
    wanted = order(place("kube-1", shared), place("kube-2", shared))

    assert Manual().preview(wanted).instructions.splitlines() == [
        "Open {{ the console }} of eu-central-1.",
        "Set pre to exec for kube-1, kube-2.",
        "Set routesrv from shadow (pre) to exec (exec) for kube-1, kube-2.",
    ]


def test_says_what_differs_by_cluster_for_each():
    wanted = order(place("kube-1", "Call {alias}."), place("kube-2", "Call {alias}."))

    assert Manual().preview(wanted).instructions.splitlines()[:2] == [
        "Call kube-1.",
        "Call kube-2.",
    ]


def test_writes_nothing_and_asks_the_guard():
    assert Manual().apply(order(place("kube-1")), guard=free) == Receipt("", was_there=False)

    def overtaken():
        raise Overtaken("The lease is gone.")

    with pytest.raises(Overtaken):
        Manual().apply(order(place("kube-1")), guard=overtaken)


def test_keeps_nothing():
    assert Manual().read([place("kube-1")], WORDS) == ("", {})
