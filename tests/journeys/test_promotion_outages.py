"""Decisions through pages while Redis, PostgreSQL or the room for an audit record is away.

Real servers, web and workers; alice and bob use browsers without scripts.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from http import HTTPStatus

import psycopg
import pytest

from tests.journeys.movable import PASSWORD, TIER, movable
from tests.journeys.movers import PROMOTION, mover

pytestmark = pytest.mark.xdist_group("promotion outages")

ANSWERED_SECONDS = 2.0
APPLIED_SECONDS = 20.0
"""Promised: approving works while Redis is down; once it is up, what was approved is applied."""

DECIDED = """
SELECT 'promotion', p.id::text, p.state, p.request_key, p.generation::text
  FROM rollouts_promotion p
UNION ALL SELECT 'approval', promotion_id::text, approver_id::text, evidence_digest, ''
  FROM rollouts_approval
UNION ALL SELECT 'step', promotion_id::text, target_id::text, state, generation::text
  FROM rollouts_applystep
UNION ALL SELECT 'target', id::text, mode, generation::text, version::text FROM rollouts_target
UNION ALL SELECT 'notice', dedupe_key, kind, payload::text, ''
  FROM ledger_outbox WHERE kind = 'promotion_notice'
UNION ALL SELECT 'record', seq::text, action, subject, hash FROM ledger_auditrecord
UNION ALL SELECT 'head', seq::text, hash, '', '' FROM ledger_audithead
ORDER BY 1, 2, 3"""
"""Everything that a decision writes."""

WRITTEN_BUT_WAITING = """
SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE wait_event_type = 'Lock' AND mode = 'RowExclusiveLock' AND relation = %s::regclass"""

NO_RECORD = (
    "CREATE FUNCTION no_record() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'no room for a record'; END $$",
    "CREATE TRIGGER no_record BEFORE INSERT ON ledger_auditrecord"
    " FOR EACH ROW EXECUTE FUNCTION no_record()",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("movable")
    with movable(folder, "redis", "request", "approval", "audit", "trail") as running:
        yield running


@pytest.fixture
def people(running, new_context, faults):
    """Alice, who requests, and Bob, who approves."""
    found = []
    for name in ("alice", "bob"):
        one = mover(new_context, running.deployment.url, faults, has_scripts=False)
        one.opens("/sign-in/")
        one.page.get_by_role("textbox", name="Username").fill(name)
        one.page.get_by_role("textbox", name="Password").fill(PASSWORD)
        one.page.get_by_role("button", name="Sign in").click()
        one.page.locator("table.tiers").first.wait_for()
        found.append(one)
    return found


def decided(running):
    """Return every row that a decision writes."""
    return running.query(DECIDED)


def promotions(running, rollout):
    """Return the state of each promotion of a rollout."""
    rows = running.query(
        "SELECT p.state FROM rollouts_promotion p JOIN rollouts_tier t ON t.id = p.tier_id"
        " JOIN rollouts_rollout r ON r.id = t.rollout_id WHERE r.key = %s ORDER BY p.id",
        rollout,
    )
    return [state for (state,) in rows]


def timed(who, button):
    """Press the button of a form; return how it was answered, and after how many seconds."""
    began = time.monotonic()
    return who.sends(button), time.monotonic() - began


def test_an_approval_is_taken_while_redis_is_down_and_carried_out_once_it_is_up(running, people):
    alice, bob = people
    path, reason = f"/rollouts/redis/{TIER}/", "clean since it was started"
    asked, usual = timed(alice, alice.fills_in(path, TIER, "Ask for exec", reason=reason))
    assert asked == HTTPStatus.FOUND, alice.words()
    alice.page.wait_for_url(PROMOTION)
    approve = bob.fills_in(alice.page.url, TIER, "Approve")

    running.redis.kill()
    try:
        approved, spent = timed(bob, approve)
    finally:
        running.redis.start()

    assert approved == HTTPStatus.FOUND, bob.words()
    assert spent < usual + ANSWERED_SECONDS  # a busy machine is slow with Redis, too
    assert promotions(running, "redis") == ["approved"]
    running.wait_until(lambda: running.mode("redis") == "exec", seconds=APPLIED_SECONDS)
    bob.sees_state("done")


@contextlib.contextmanager
def head_held(running) -> Iterator[None]:
    """Let nobody append to the trail in this block: whoever decides waits with all else written."""
    connection = running.postgres.connect("movable")
    connection.execute("BEGIN")
    connection.execute("SELECT seq FROM ledger_audithead FOR UPDATE")
    yield
    with contextlib.suppress(psycopg.OperationalError):  # the server went meanwhile
        connection.close()


def cut_off(running, who, button, table):
    """Press a button, and restart PostgreSQL once this decision has written to a table."""
    is_sent = who.page.expect_response(lambda got: got.request.method == "POST")
    with is_sent as posted, head_held(running):
        button.click(no_wait_after=True)
        running.wait_until(lambda: running.query(WRITTEN_BUT_WAITING, table) != [(0,)])
        running.postgres.restart()
    return who.answered(posted.value.status), posted.value.request


@pytest.mark.parametrize(
    ("what", "table"), [("request", "rollouts_promotion"), ("approval", "rollouts_approval")]
)
def test_postgresql_restarted_in_the_middle_of_a_decision_leaves_all_as_it_was(
    running, people, what, table
):
    alice, bob = people
    if what == "request":
        who, path, reason = alice, f"/rollouts/{what}/{TIER}/", "clean since it was started"
        button = who.fills_in(path, TIER, "Ask for exec", reason=reason)
    else:
        who = bob
        button = who.fills_in(alice.asks(TIER, "exec", rollout=what), TIER, "Approve")
    before = decided(running)

    status, sent = cut_off(running, who, button, table)

    assert status == HTTPStatus.SERVICE_UNAVAILABLE, who.words()
    assert "The database does not answer" in who.words()
    assert decided(running) == before

    again = who.page.get_by_role("button", name="Send the same form again")
    assert who.sends(again) == HTTPStatus.FOUND, who.words()
    once_more = who.context.request.post(
        sent.url, data=sent.post_data_buffer, headers={"Content-Type": sent.headers["content-type"]}
    )
    assert once_more.status == HTTPStatus.OK, once_more.text()
    who.sees_state("done" if what == "approval" else "pending")
    assert len(promotions(running, what)) == 1
    approvals = running.query(
        "SELECT count(*) FROM rollouts_approval WHERE promotion_id ="
        " (SELECT max(id) FROM rollouts_promotion)"
    )
    assert approvals == [(1 if what == "approval" else 0,)]


@contextlib.contextmanager
def no_room_for_a_record(running):
    """Let the database refuse every new audit record in this block, as a full disk would."""
    running.execute(*NO_RECORD)
    try:
        yield
    finally:
        running.execute("DROP FUNCTION no_record CASCADE")


def test_without_room_for_its_record_no_decision_changes_anything(running, people):
    alice, bob = people

    def fails(who, button):
        before = decided(running)
        with no_room_for_a_record(running):
            assert who.sends(button) == HTTPStatus.INTERNAL_SERVER_ERROR
            assert decided(running) == before
        assert "Something broke on our side" in who.words()

    path, reason = f"/rollouts/audit/{TIER}/", "clean since it was started"
    fails(alice, alice.fills_in(path, TIER, "Ask for exec", reason=reason))
    promotion = alice.asks(TIER, "exec", rollout="audit")
    fails(bob, bob.fills_in(promotion, TIER, "Approve"))
    bob.approves(promotion, TIER)
    bob.sees_state("done")
    fails(bob, bob.fills_in_way_back(TIER, "shadow", rollout="audit"))
    bob.rolls_back(TIER, "shadow", rollout="audit")
    bob.sees_state("done")
    assert promotions(running, "audit") == ["done", "done"]


def test_the_trail_verifies_after_all_of_it_and_not_after_an_edit(running, people, tmp_path):
    alice, bob = people
    before = running.repository.commits()
    bob.approves(alice.asks(TIER, "exec", rollout="trail"), TIER)
    running.wait_until(lambda: running.repository.commits() != before)
    log = tmp_path / "log"
    said = [running.repository.message(commit) for commit in running.repository.commits()]
    log.write_text("".join(said))

    whole = running.verify_audit("--anchors", str(log))
    running.execute(
        "SET session_replication_role = replica",
        "UPDATE ledger_auditrecord SET reason = 'because I could' WHERE seq = 2",
    )
    edited = running.verify_audit()

    assert whole.returncode == 0, whole.stderr
    assert "Anchors that hold: " in whole.stdout
    assert edited.returncode == 1
    assert "Record 2 was edited" in edited.stderr
