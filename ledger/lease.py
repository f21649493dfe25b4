"""Leases: one holder of a resource at a time, by the database's clock alone.

Theory. A lease runs out by itself, so a holder that died blocks nobody for long; but a holder that
only slept wakes up and believes it still holds it. The token is for that: it rises with each taking
and never falls, so whatever is written under a token can be compared with the newest one. `holds`
asks before a write, and inside a transaction keeps the row locked until that write is committed.
Each step is one statement whose times the database fills in: a worker's own clock decides nothing.
The database's clock may be set back: a lease that ends further ahead than it was taken for says
only that, and holds up nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import connection

_NOW = {
    "postgresql": "clock_timestamp()",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')",
}
_LATER = {
    "postgresql": "clock_timestamp() + make_interval(secs => %s)",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+' || %s || ' seconds')",
}

_TAKE = """
    INSERT INTO ledger_lease (resource, token, holder, seconds, expires_at)
    VALUES (%s, 1, %s, %s, {later})
    ON CONFLICT (resource) DO UPDATE
    SET token = ledger_lease.token + 1, holder = excluded.holder, seconds = excluded.seconds,
        expires_at = {later}
    WHERE ledger_lease.expires_at <= {now} OR ledger_lease.expires_at > {longest}
    RETURNING token, expires_at
"""
_RENEW = """
    UPDATE ledger_lease SET seconds = %s, expires_at = {later}
    WHERE resource = %s AND token = %s AND expires_at > {now}
    RETURNING token, expires_at
"""
_RELEASE = """
    UPDATE ledger_lease SET expires_at = {now}
    WHERE resource = %s AND token = %s AND expires_at > {now}
    RETURNING token, expires_at
"""
_HOLDS = """
    SELECT token, expires_at FROM ledger_lease
    WHERE resource = %s AND token = %s AND expires_at > {now} {lock}
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as it was taken; `token` is larger than that of everybody who held it before.

    Units: seconds from a taking or renewal until it runs out.
    """

    resource: str
    token: int
    holder: str
    seconds: float
    expires_at: datetime


def take(resource: str, *, holder: str, seconds: float) -> Held | None:
    """Take a resource that nobody holds; None where somebody does.

    Call it outside a transaction: others see the lease only once it is committed.

    Shapes
        resource    what is written to: "git ssh://…/config.git"
        holder      who, for people to read: "apply@worker-2 4711"
    """
    row = _ask(_TAKE, resource, holder, seconds, seconds, seconds)
    return Held(resource, row[0], holder, seconds, row[1]) if row else None


def renew(held: Held) -> Held | None:
    """Hold on for as long again; None where the lease ran out or another has it."""
    row = _ask(_RENEW, held.seconds, held.seconds, held.resource, held.token)
    return replace(held, expires_at=row[1]) if row else None


def release(held: Held) -> bool:
    """Let go; False where the lease was lost already. The next taking gets a larger token."""
    return _ask(_RELEASE, held.resource, held.token) is not None


def holds(held: Held) -> bool:
    """Say whether the lease is still held, now; ask before each write that it protects.

    Inside a transaction nobody else can take it until that transaction ends.
    """
    return _ask(_HOLDS, held.resource, held.token) is not None


def _ask(statement: str, *values: str | float) -> tuple[int, datetime] | None:
    """Run one statement and return the token and the end that it tells, if any."""
    vendor = connection.vendor
    can_lock = vendor == "postgresql" and connection.in_atomic_block
    text = statement.format(
        now=_NOW[vendor],
        later=_LATER[vendor],
        longest=_LATER[vendor].replace("%s", "ledger_lease.seconds"),
        lock="FOR UPDATE" if can_lock else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        row = cursor.fetchone()
    if row is None:
        return None
    token, until = row
    until = datetime.fromisoformat(until) if isinstance(until, str) else until
    return token, until if until.tzinfo else until.replace(tzinfo=UTC)  # SQLite keeps no zone
