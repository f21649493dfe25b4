"""The tables of a target as files to take away: as they were read, and as they are compared."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diffs.queries.stored_tables import MOST_PRINTED, NotKept, TooLarge
from rollouts.models import Target
from rollouts.queries.table_files import TEXT, TableFile, canonical_file, checksums, raw_file
from rollouts.views.scopes import target_of

SHA256 = re.compile(r"[0-9a-f]{64}")

NOT_KEPT = (
    "This side of the target shows no such table, or it is no longer kept. Kept are the present"
    " table, those of looks that were not equal for 14 days, and the first of each day for 90."
)
TOO_LARGE = (
    f"The table is larger than {MOST_PRINTED // 2**20} MiB, too large to be printed for a page."
    f" Take the body as it was read, and print it: {settings.MANAGE} canonical FORMAT < FILE"
)

View = Callable[..., HttpResponseBase]


def _of_target(view: View) -> View:
    """Find the target of an address, and say in words why there is no file."""

    @wraps(view)
    def found(request: HttpRequest, target_id: int, **words: str) -> HttpResponseBase:
        target = target_of(request, target_id)
        try:
            return view(request, target, **words)
        except NotKept:
            return _no_file(request, target, NOT_KEPT, HTTPStatus.NOT_FOUND)
        except TooLarge:
            return _no_file(request, target, TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)

    return found


@require_safe
@_of_target
def raw(request: HttpRequest, target: Target, side: str) -> HttpResponseBase:
    """Answer with the body of a side as it was read."""
    return _sent(request, raw_file(target, side, sha256=_asked(request)))


@require_safe
@_of_target
def canonical(request: HttpRequest, target: Target, side: str) -> HttpResponseBase:
    """Answer with the canonical text of a side's table."""
    return _sent(request, canonical_file(target, side, sha256=_asked(request)))


@require_safe
@_of_target
def sums(_request: HttpRequest, target: Target) -> HttpResponse:
    """Answer with the sha256 of each of these files."""
    response = HttpResponse(checksums(target), content_type=TEXT)
    response["Content-Disposition"] = 'attachment; filename="SHA256SUMS"'
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest) -> str:
    """Return the sha256 that an address names, "" for the present table.

    Errors
        NotKept     it names something that no body can have
    """
    sha256 = request.GET.get("sha", "")
    if sha256 and not SHA256.fullmatch(sha256):
        raise NotKept
    return sha256


def _sent(request: HttpRequest, file: TableFile) -> StreamingHttpResponse:
    """Answer with a file that is unpacked while it is sent, and the sha256 of all of it."""
    pieces = file.pieces if request.method == "GET" else iter(())
    response = StreamingHttpResponse(pieces, content_type=file.kind)
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Content-Length"] = str(file.size)
    response["X-Sha256"] = file.sha256
    response["Repr-Digest"] = f"sha-256=:{digest}:"
    response["Cache-Control"] = "no-store"
    return response


def _no_file(request: HttpRequest, target: Target, text: str, status: HTTPStatus) -> HttpResponse:
    """Answer with a page that says why there is no such file."""
    context = {"target_id": target.pk, "text": text, "code": status.value}
    return render(request, "rollouts/no_table.html", context, status=status)
