"""Stored findings as looks leave them: occurrences, variants and differences, in one line each."""

from __future__ import annotations

from datetime import timedelta

from diffs.edit_words import sentence
from diffs.fingerprint import ClusterNames, fingerprint
from diffs.formats import FORMATS
from diffs.models import (
    Difference,
    Finding,
    Occurrence,
    Review,
    Rule,
    RulePreview,
    SourceState,
    Variant,
)
from diffs.operations.claim_previews import claim_previews
from diffs.operations.keep_findings import digest_of
from diffs.operations.run_preview import run_preview
from ledger.clock import database_now
from tests.diffs.rules.ruling import finding
from tests.factories import SourceFactory, UserFactory

FIFO = 'fifo(2000, 20, "1s")'
LEGACY = '* -> fifo(3, 2, "1s") -> "http://a"'
SHADOW = f'* -> {FIFO} -> fifo(3, 2, "1s") -> "http://a"'
KEEP_LAST = {"kind": "keep-last", "options": {"names": ["fifo"]}, "side": "shadow"}


def source_at(target, tier="test", rollout="routesrv", **columns):
    """Return a source with the labels of a target."""
    labels = {"rollout": rollout, "tier": tier, "target": target, "cluster": target, "rank": 0}
    return SourceFactory.create(labels=labels, **columns)


def record(source, key, left=LEGACY, right=SHADOW, *, is_present=True, days_ago=0):
    """Store one finding at one source, believed; return its occurrence."""
    now = database_now() - timedelta(days=days_ago)
    found = finding(left, right, key=key)
    row, _ = Finding.objects.get_or_create(
        digest=digest_of(found),
        defaults={
            "key": key, "kind": found.kind, "left": found.left, "right": found.right,
            "last_seen_at": now,
        },
    )  # fmt: skip
    occurrence = Occurrence.objects.create(
        source=source, finding=row, key=key, first_seen_at=now, first_look=1, last_seen_at=now,
        confirmed_at=now, resolved_at=None if is_present else now,
        variant=variant_of(found, source.labels["rollout"], now),
    )  # fmt: skip
    SourceState.objects.filter(source=source).update(total=1000)
    return occurrence


def variant_of(found, rollout, now):
    """Return the variant that a finding is of, by its real fingerprint."""
    names = fingerprint(found, parts=FORMATS["eskip"].parts, names=ClusterNames([]))
    difference, _ = Difference.objects.get_or_create(
        rollout=rollout,
        shape=names.shape,
        defaults={
            "format": "eskip", "kind": found.kind, "label": "behavioural",
            "sentence": sentence(found.kind, names.edits, typed=True),
            "first_seen_at": now, "last_seen_at": now, "targets": 1, "routes": 1,
        },
    )  # fmt: skip
    variant, _ = Variant.objects.get_or_create(
        difference=difference,
        exact=names.exact,
        defaults={"key": found.key, "sentence": sentence(found.kind, names.edits)},
    )
    return variant


def judged(variant, verdict="bug", *, by=None):
    """Give a variant a verdict that counts."""
    review = Review.objects.create(
        difference=variant.difference, verdict=verdict, reason="as it is", at=database_now(),
        by=by or UserFactory.create(), request_key=f"{verdict} {variant.pk}",
        until=database_now() + timedelta(days=1),
    )  # fmt: skip
    Variant.objects.filter(pk=variant.pk).update(review=review)
    return review


def drafted(content=KEEP_LAST, *, author=None, state="draft", **columns):
    """Return the row of a rule; an active one was activated by somebody else."""
    now = database_now()
    author = author or UserFactory.create()
    if state == "active":
        columns = {"activated_by": UserFactory.create(), "activated_at": now, **columns}
    return Rule.objects.create(
        content={"scope": {}, "options": {}, **content},
        reason="Skipper keeps the last one",
        author=author,
        owner=author,
        made_at=now,
        state=state,
        request_key=f"{Rule.objects.count()}",
        **{"expires_at": now + timedelta(days=30), **columns},
    )


def asked(row, **columns):
    """Return a preview that waits for a worker."""
    now = database_now()
    person = UserFactory.create()
    return RulePreview.objects.create(rule=row, started_by=person, started_at=now, **columns)


def previewed(row):
    """Return the preview of a rule after a worker ran it."""
    preview = asked(row)
    ((preview_id, claim),) = claim_previews(now=database_now())
    assert preview_id == preview.pk
    run_preview(preview_id, claim)
    preview.refresh_from_db()
    return preview
