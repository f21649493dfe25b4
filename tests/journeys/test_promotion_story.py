"""Tiers are moved and moved back in a browser: alice asks, bob approves, a commit lands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.journeys.movers import mover
from tests.journeys.test_demo import demo, sign_in
from tests.waiting import wait_until

pytestmark = pytest.mark.xdist_group("promotion story")


@pytest.fixture(scope="module")
def address():
    with demo() as (url, _):
        yield url


def folder(address: str) -> Path:
    """Return what the demo on this address keeps on disk."""
    return ROOT / "var" / "demo" / address.rpartition(":")[2]


def log(address: str, *words: str) -> str:
    """Return what git tells of the repository's commits."""
    argv = ["git", "--git-dir", str(folder(address) / "config.git"), "log", *words, "main"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def moves(address: str) -> list[str]:
    """Return what each commit of Penumbra says that it does, the oldest first."""
    subjects = log(address, "--reverse", "--format=%s").splitlines()
    return [subject.split(" (")[0] for subject in subjects[1:]]


@pytest.fixture
def person(address, new_context, faults):
    """Sign somebody of the demo in, in a browser of their own."""

    def made(name, *, has_scripts=True):
        who = mover(new_context, address, faults, has_scripts=has_scripts)
        sign_in(who.page, address, name)
        return who

    return made


def assert_told(reader, title, *people):
    """Wait until mail and Slack were told, and each of these people by mail."""
    for sink in ("slack", "mail"):
        reader.opens(f"/demo/{sink}/")
        told = reader.page.locator("article", has_text=title)
        reader.sees(told)
    for who in people:
        reader.sees(told.locator("header", has_text=f"{who}@demo.example"))


def assert_on_the_trail(reader, promotion):
    """Follow the promotion's page to the audit trail, which has every step of it."""
    reader.opens(promotion)
    reader.page.get_by_role("link", name="on the audit trail").click()
    reader.page.locator(".audit").wait_for()
    what = reader.page.locator('.audit-more a[href^="?action="]').all_text_contents()
    who = reader.page.locator(".audit-who").all_inner_texts()
    steps = [step for step in zip(what, who, strict=True) if "refused" not in step[0]]
    assert steps[::-1] == [
        ("promotion_requested", "alice"),
        ("promotion_approval_given", "bob"),
        ("promotion_approved", "bob"),
        ("apply_intent", "penumbra"),
        ("promotion_applying", "penumbra"),
        ("apply_written", "penumbra"),
        ("promotion_verifying", "penumbra"),
        ("promotion_done", "penumbra"),
    ]


def assert_trail_verifies(address):
    """Verify the audit trail, with the anchors that the commits bear."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PENUMBRA_", "DATABASE_"))}
    demo_settings = {
        "PENUMBRA_DEMO": "1",
        "PENUMBRA_FOLDER": str(folder(address)),
        "PENUMBRA_BASE_URL": address,
    }
    said = log(address, "--format=%B")
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_audit", "--anchors", "-"],
        cwd=ROOT,
        env=kept | demo_settings,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Anchors that hold: {said.count('Audit-Head: ')}." in done.stdout


BLOCKED = {
    "test": ["playground comes first, and none of its 2 targets are in exec."],
    "infra": [
        "2 of 3 targets are not clean: kube-infra-2 and kube-infra-3.",
        "The two sides disagree on 6 of",
        "Never settles",
    ],
    "production": [
        "1 of 4 targets has a table that Skipper would refuse: kube-prod-2.",
        "would be refused by Skipper",
        "404 with an empty body",
        "fetch errors",
    ],
}


@pytest.mark.parametrize("tier", BLOCKED)
def test_what_the_clusters_do_blocks_their_tiers_in_whole_sentences(person, tier):
    alice = person("alice")

    alice.opens(f"/rollouts/routesrv/{tier}/")

    for sentence in BLOCKED[tier]:
        alice.sees(alice.page.locator("main").get_by_text(sentence))
    alice.sees(alice.page.get_by_text("not possible now"))
    assert alice.page.get_by_role("button", name="Ask for exec").is_disabled()


@contextmanager
def pushes_held(address: str) -> Iterator[Callable[[], None]]:
    """Let the repository take no push to its end in this block; yields what waits for one."""
    repository = folder(address) / "config.git"
    gate, hook = repository / "gate", repository / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    os.mkfifo(gate)
    hook.write_text(f"#!/bin/sh\nread -r _ < '{gate}'\nexit 0\n")
    hook.chmod(0o755)
    opened: list[int] = []

    def is_there() -> bool:
        try:
            opened.append(os.open(gate, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody waits to be let through
            return False
        return True

    try:
        yield lambda: wait_until(is_there, what=lambda: "no push came")
    finally:
        hook.unlink()
        for descriptor in opened:
            os.close(descriptor)
        gate.unlink()


def test_a_rollback_overtakes_a_promotion_that_is_being_carried_out(address, person):
    alice, bob = person("alice"), person("bob")
    alice.rolls_back("infra", "off")
    alice.sees_state("done")
    before = moves(address)

    with pushes_held(address) as wait_for_a_push:
        promotion = alice.asks("infra", "shadow")
        bob.approves(promotion, "infra")
        wait_for_a_push()
        alice.sees_state("applying")
        bob.rolls_back("infra", "off")
        alice.sees_state("superseded")
    bob.sees_state("done")

    assert moves(address)[len(before) :] == [
        "Promote routesrv infra from off to shadow",
        "Roll back routesrv infra from shadow to off",
    ]
    assert_told(bob, "routesrv/infra off → shadow gave way to a rollback", "alice", "bob", "carol")


def test_tiers_go_to_exec_in_their_order_and_back(address, person):
    before = moves(address)
    for tier, has_scripts in (("playground", True), ("test", False)):
        alice, bob = (person(name, has_scripts=has_scripts) for name in ("alice", "bob"))
        promotion = alice.asks(tier, "exec")
        bob.approves(promotion, tier)
        bob.sees_state("done")
        alice.opens("/")
        alice.sees(alice.page.locator("tr", has_text=tier).locator(".mode", has_text="exec"))
        assert_told(alice, f"alice asked for routesrv/{tier} shadow → exec", "bob", "carol")
        assert_told(alice, f"routesrv/{tier} shadow → exec is done", "alice", "bob")
        assert_on_the_trail(bob, promotion)

    back = {"test": person("alice", has_scripts=False), "playground": person("bob")}
    for tier, who in back.items():
        who.rolls_back(tier, "shadow")
    for tier, who in back.items():
        who.sees_state("done")
        assert_told(who, f"routesrv/{tier} exec → shadow is done", "bob", "carol")

    assert moves(address)[len(before) :] == [
        "Promote routesrv playground from shadow to exec",
        "Promote routesrv test from shadow to exec",
        "Roll back routesrv test from exec to shadow",
        "Roll back routesrv playground from exec to shadow",
    ]
    assert_trail_verifies(address)
