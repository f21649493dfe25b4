"""What a preview is measured on, and how."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection

from diffs.models import Finding, Occurrence, Rule, RulePreview, Source
from diffs.operations.claim_previews import claim_previews
from diffs.operations.run_preview import run_preview
from diffs.rules.outcome import MEMORY
from ledger.clock import database_now
from tests.waiting import wait_until

PREDICATES = 'Host("^(svc{n}[.]example[.]org[.]?(:[0-9]+)?)$")\n && PathSubtree("/v{n}/api")'
FILTERS = (
    '-> disableAccessLog(2, 3)\n-> flowId("reuse")\n-> xforward()\n{fifo}-> fifo({n}, 2, "1s")'
)
ENDPOINTS = '-> <roundRobin,\n  "http://10.2.{a}.1:8080",\n  "http://10.2.{a}.2:8080">'
MORE = '-> fifo(2000, 20, "1s")\n'
KEEP_LAST = {"kind": "keep-last", "options": {"names": ["fifo"]}, "side": "shadow"}


def text(number: int, *, more: bool, backend: bool) -> str:
    """Return the canonical text of a route."""
    filters = FILTERS.format(n=number, fifo=MORE if more else "")
    place = number % 250 if backend else (number + 1) % 250
    return "\n".join([PREDICATES.format(n=number), filters, ENDPOINTS.format(a=place)])


def fill(findings: int, targets: int) -> int:
    """Store findings spread over targets, half of which the rule hides; return the rule's id."""

    now = database_now()
    sources = Source.objects.bulk_create(
        Source(
            labels={"rollout": "routesrv", "tier": f"t{n % 8}", "target": f"kube-{n}"},
            format="eskip",
            interval_seconds=60,
        )
        for n in range(targets)
    )
    rows = (
        Finding(
            digest=f"{n:032x}",
            key=f"kube_ns{n % 40}__svc{n}",
            kind="filter" if n % 2 else "backend",
            left=text(n, more=False, backend=True),
            right=text(n, more=bool(n % 2), backend=bool(n % 2)),
            last_seen_at=now,
        )
        for n in range(findings)
    )
    Finding.objects.bulk_create(rows, batch_size=2000)
    seen = (
        Occurrence(
            source=sources[n % targets],
            finding_id=f"{n:032x}",
            key=f"kube_ns{n % 40}__svc{n}",
            first_seen_at=now,
            first_look=1,
            last_seen_at=now,
            confirmed_at=now,
            resolved_at=now if n % 3 == 0 else None,
        )
        for n in range(findings)
    )
    Occurrence.objects.bulk_create(seen, batch_size=2000)
    person = User.objects.create(username="alice")
    rule = Rule.objects.create(
        content={**KEEP_LAST, "scope": {}},
        reason="measured", author=person, owner=person, made_at=now,
        expires_at=now + timedelta(days=1), request_key="measured",
    )  # fmt: skip
    return rule.pk


def run(rule_id: int) -> tuple[float, dict[str, object]]:
    """Run one preview; return its seconds and its result."""

    rule = Rule.objects.get(pk=rule_id)
    RulePreview.objects.create(rule=rule, started_by=rule.author, started_at=database_now())
    ((preview_id, claim),) = claim_previews(now=database_now())
    began = time.monotonic()
    run_preview(preview_id, claim)
    seconds = time.monotonic() - began
    return seconds, RulePreview.objects.get(pk=preview_id).result


def cancelled_on_its_way(rule_id: int) -> float:
    """Cancel a preview that has done a part; return for how many seconds it went on."""

    MEMORY.clear()
    at: list[float] = []

    def cancel() -> None:
        wait_until(RulePreview.objects.filter(state="running", done__gt=0).exists)
        RulePreview.objects.filter(state="running").update(state="cancelled")
        at.append(time.monotonic())
        connection.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    run(rule_id)
    ended = time.monotonic()
    thread.join()
    return ended - at[0]
