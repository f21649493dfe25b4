"""The audit trail: a page of records, and the same records as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from rollouts.queries.audit_export import csv_lines, json_lines
from rollouts.queries.audit_page import audit_page
from rollouts.queries.audit_records import AuditFilter
from rollouts.views.parameters import positive, typed
from rollouts.views.parts import answer
from rollouts.views.shell import present

TIMES = {"since": "From", "until": "Until"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Answer with the records that the address asks for, newest first."""
    now, _ = present(request)
    page = audit_page(_asked(request), now=now)
    unread = [
        label
        for name, label in TIMES.items()
        if request.GET.get(name) and _moment(request.GET[name], name) is None
    ]
    context = {"page": page, "now": now, "unread": unread}
    return answer(request, "rollouts/audit.html", context, state=page)


@require_safe
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Answer with the records as a table for a spreadsheet."""
    return _file(request, csv_lines, "csv", kind="text/csv; charset=utf-8")


@require_safe
def export_json(request: HttpRequest) -> StreamingHttpResponse:
    """Answer with the records as they are, a JSON object a line."""
    return _file(request, json_lines, "jsonl", kind="application/x-ndjson")


def _asked(request: HttpRequest) -> AuditFilter:
    """Return what the address asks for; what it says wrongly asks for nothing."""
    query = request.GET
    return AuditFilter(
        actor=typed(query.get("actor"), most=200),
        action=typed(query.get("action"), most=80),
        subject=typed(query.get("subject"), most=200),
        text=typed(query.get("q"), most=200),
        seq=positive(query.get("seq")),
        since=_moment(query.get("since", ""), "since"),
        until=_moment(query.get("until", ""), "until"),
        before=positive(query.get("before")),
        after=positive(query.get("after")),
    )


def _moment(text: str, name: str) -> datetime | None:
    """Return a time that somebody typed, in UTC unless it says its zone; None for anything else.

    A minute or a day as the end means all of it.
    """
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if name == "until":
            moment = _end_of(moment, text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _end_of(moment: datetime, text: str) -> datetime:
    """Return the last moment of the day or minute that a text names."""
    if len(text) == len("2026-03-02"):
        return moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment.replace(microsecond=999_999, second=moment.second or 59)


def _file(
    request: HttpRequest, lines: Callable[[AuditFilter], Iterator[str]], suffix: str, *, kind: str
) -> StreamingHttpResponse:
    """Answer with a file that is written while it is sent."""
    content = lines(_asked(request)) if request.method == "GET" else iter(())
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="penumbra-audit.{suffix}"'
    response["Cache-Control"] = "no-store"
    return response
