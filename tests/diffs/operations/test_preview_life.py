"""A preview is cancelled between two batches, and taken up when its worker was killed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diffs.models import PreviewState, RulePreview
from diffs.operations import run_preview as module
from diffs.operations.claim_previews import CLAIM_SECONDS, MOST_TRIES, claim_previews
from diffs.operations.run_preview import run_preview
from ledger.clock import database_now
from tests.diffs.operations.recorded import asked, drafted, previewed, record, source_at

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def test_a_cancelled_preview_stops_between_two_batches(monkeypatch):
    monkeypatch.setattr(module, "BATCH", 1)
    monkeypatch.setattr(module, "TOLD_EVERY_SECONDS", 0)
    source = source_at("kube-1")
    for number in range(20):
        record(source, f"kube_a__{number}")
    preview = asked(drafted())
    ((_, claim),) = claim_previews(now=database_now())
    seen = []

    def cancel_after_three(*args):
        seen.append(args)
        if len(seen) == 3:
            RulePreview.objects.update(state=PreviewState.CANCELLED, ended_at=database_now())
        return hidden(*args)

    hidden = module._hidden
    monkeypatch.setattr(module, "_hidden", cancel_after_three)
    assert run_preview(preview.pk, claim) == "lost"

    preview.refresh_from_db()
    assert (preview.state, preview.result, len(seen)) == (PreviewState.CANCELLED, {}, 3)


def test_what_a_killed_worker_left_is_taken_up_when_its_claim_ran_out():
    record(source_at("kube-1"), "kube_a__1")
    preview = asked(drafted())
    ((_, lost),) = claim_previews(now=database_now())
    assert claim_previews(now=database_now()) == []

    ((_, claim),) = claim_previews(now=database_now() + timedelta(seconds=CLAIM_SECONDS + 1))

    assert run_preview(preview.pk, lost) == "lost"
    assert run_preview(preview.pk, claim) == "done"
    assert CLAIM_SECONDS + 5 <= 45


def test_one_that_ends_every_worker_is_closed_with_words():
    preview = asked(drafted(), tries=MOST_TRIES)

    assert claim_previews(now=database_now()) == []

    preview.refresh_from_db()
    assert preview.state == PreviewState.FAILED
    assert "Start it again" in preview.problem


def test_an_error_of_its_own_ends_it_in_words(monkeypatch):
    record(source_at("kube-1"), "kube_a__1")
    monkeypatch.setattr(module, "preview_result", lambda *_, **__: 1 / 0)

    preview = previewed(drafted())

    assert preview.state == PreviewState.FAILED
    assert "ZeroDivisionError" in preview.problem
