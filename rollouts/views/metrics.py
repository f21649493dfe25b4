"""What a monitoring system reads; who may stands in rollouts.permissions.scraping."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ledger.clock import database_now
from rollouts.exposition import CONTENT_TYPE, exposition
from rollouts.queries.fleet_metrics import fleet_metrics


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format."""
    page = exposition(fleet_metrics(now=database_now()), version=settings.VERSION)
    return HttpResponse(page, content_type=CONTENT_TYPE)
