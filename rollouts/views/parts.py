"""One address serves a page and its parts: a poll gets the part it names, or 304."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rollouts.views.shell import NOW


def answer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    parts: tuple[str, ...] = (),
    state: object = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with the page, or with the part that HTMX asks for by the id of its target.

    Shapes
        parts   the names of the template's parts that may be asked for alone
        state   what the answer depends on besides the person and the address; its digest is the
                ETag, so that a poll that finds nothing new costs no rendering and no transfer
    """
    target = part_of(request)
    is_part = target in parts
    etag = etag_of(request, template, state)
    if is_part and request.headers.get("If-None-Match") == etag:
        unchanged = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        unchanged["ETag"] = etag
        return unchanged
    if "now" in context:
        request.META[NOW] = context["now"]
    name = f"{template}#{target}" if is_part else template
    response = render(request, name, {**context, "etag": etag, "is_part": is_part}, status=status)
    response["ETag"] = etag
    response["Cache-Control"] = "no-store" if not is_part else "private, no-cache"
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def part_of(request: HttpRequest) -> str:
    """Return the name of the part that HTMX asks for; "" where the whole page is."""
    return request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""


def etag_of(request: HttpRequest, template: str, state: object) -> str:
    """Return the ETag of a state as one person sees it."""
    text = f"{template}\0{request.get_full_path()}\0{request.user.pk}\0{state!r}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
