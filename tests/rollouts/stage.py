"""A fleet on the stage: loaded from a fleet file as a person would, its sources put in any state.

The file of four targets in three tiers of two rollouts; each test says which text is another.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.test import Client

from diffs.models import Finding, Occurrence, SelfTest, SourceState
from diffs.operations.claim_due import HEARTBEAT
from diffs.versions import BUILD
from ledger import heartbeat
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.fleet_file import read_fleet
from rollouts.models import Target
from rollouts.operations.grant_role import grant_role
from rollouts.operations.sync_fleet import Change, sync_fleet
from rollouts.permissions.roles import Role

FLEET = """\
version: 1
clusters:
  - {key: "aws:1:eu:kube-1", alias: kube-1, environment: test, region: eu}
  - {key: "aws:1:eu:kube-2", alias: kube-2, environment: test, region: eu}
  - {key: "aws:1:eu:kube-3", alias: kube-3, environment: production, region: eu}
rollouts:
  routesrv:
    title: Skipper reads its routes from the route server
    evidence:
      format: eskip
      interval: 60s
      legacy: {address: "http://{alias}.example.org:9911/routes"}
      shadow: {address: "http://{alias}.example.org:9090/routes"}
    modes: {"off": "false", shadow: pre, exec: exec}
    applier: {manual: {}}
    policy: {soak: 1h, looks: 10, changes: 0}
    tiers:
      - name: test
        mode: shadow
        targets: ["aws:1:eu:kube-1", "aws:1:eu:kube-2"]
      - name: production
        production: true
        policy: {quorum: 2}
        mode: shadow
        targets: ["aws:1:eu:kube-3"]
  cache:
    title: A cache before the routes
    evidence:
      format: eskip
      legacy: {address: "http://{alias}.example.org:7001/routes"}
      shadow: {address: "http://{alias}.example.org:7002/routes"}
    modes: {"off": "false", shadow: pre, exec: exec}
    applier: {manual: {}}
    tiers:
      - name: test
        mode: shadow
        targets: ["aws:1:eu:kube-1"]
"""


MODE_ADDRESS = {"address": "http://127.0.0.1:1/mode", "pointer": "/mode"}


def let_modes_be_read() -> None:
    """Give every target an address that tells its mode, as a read_back in the file would."""
    Target.objects.update(read_back=MODE_ADDRESS)


def changed(old: str, new: str, text: str = FLEET) -> str:
    """Return the fleet file with one text replaced where it stands first."""
    assert old in text
    return text.replace(old, new, 1)


def load(
    text: str = FLEET, *, is_dry_run: bool = False, may_remove: bool = False
) -> tuple[Change, ...]:
    """Sync a fleet file as the command does."""
    return sync_fleet(
        read_fleet(text.encode(), name="fleet.yaml"),
        actor="test",
        now=database_now(),
        is_dry_run=is_dry_run,
        may_remove=may_remove,
    )


def target(alias: str, rollout: str = "routesrv") -> Target:
    """Return a target by its cluster's alias."""
    rows = Target.objects.select_related("tier__rollout", "rollout", "source__state", "cluster")
    return rows.get(rollout__key=rollout, cluster__alias=alias)


def stand(one: Target, outcome: str = "equal", **fields: object) -> SourceState:
    """Put a target's source where a look just now with this outcome would leave it."""
    now = database_now()
    facts: dict[str, object] = {
        "outcome": outcome,
        "settled": outcome,
        "outcome_since": now,
        "last_look_at": now,
        "last_proof_at": now,
        "last_good_at": now,
        "looks": 3,
        "epoch": one.source.epoch,
        "total": 120,
        "matched": 120,
        "look_seconds": 0.2,
        "sentence": f"The last look: {outcome}.",
        **fields,
    }
    SourceState.objects.filter(source_id=one.source_id).update(**facts)
    return SourceState.objects.get(source_id=one.source_id)


def differ(one: Target, key: str, *, left: str = 'a: * -> "http://a";', right: str = "") -> int:
    """Give a target one confirmed difference; return the occurrence's id."""
    now = database_now()
    finding, _ = Finding.objects.get_or_create(
        digest=hashlib.sha256(f"{key} {left} {right}".encode()).hexdigest()[:32],
        defaults={
            "key": key, "kind": "changed", "left": left, "right": right, "last_seen_at": now,
        },
    )  # fmt: skip
    seen = Occurrence.objects.create(
        source_id=one.source_id, finding=finding, key=key, first_seen_at=now, first_look=1,
        last_seen_at=now, confirmed_at=now,
    )  # fmt: skip
    return seen.pk


def collector_beats(*, seconds_ago: float = 0) -> datetime:
    """Let the workers have handed out looks that long ago, and have tried the comparer before."""
    at = database_now() - timedelta(seconds=seconds_ago)
    SelfTest.objects.get_or_create(build=BUILD, defaults={"at": at, "failure": ""})
    heartbeat.beat(HEARTBEAT, now=at)
    return at


def person(name: str, *roles: Role, rollout: str = "", tier: str = "") -> User:
    """Return somebody with these roles, everywhere or in one scope."""
    user, is_new = User.objects.get_or_create(username=name)
    if is_new:
        user.set_unusable_password()
        user.save()
    for role in roles:
        grant_role(
            name, role, rollout_key=rollout, tier_name=tier, granted_by="test", now=database_now()
        )
    return user


def signed_in(user: User | None, *, csrf: bool = False) -> Client:
    """Return a browser that this person, or nobody, has signed in with."""
    client = Client(enforce_csrf_checks=csrf)
    if user is not None:
        client.force_login(user)
        give_password(client)
    return client


def give_password(client: Client, at: datetime | None = None) -> None:
    """Say in the session that the password was given, now or then."""
    session = client.session
    session["password_given_at"] = (at or database_now()).isoformat()
    session.save()


def trail() -> list[tuple[str, str, str]]:
    """Return the audit trail since the stage was set: action, subject, actor."""
    kept = AuditRecord.objects.exclude(action__in=["fleet_synced", "mode_adopted", "role_granted"])
    return [(row.action, row.subject, row.actor) for row in kept]
