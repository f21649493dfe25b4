"""What a page shows, read as a person does: words and marks."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from tests.rollouts.stage import target

MARK = re.compile(r'<span class="state is-([a-z]+)"><svg.*?</svg>([^<]*)<')


def page(client: Client, name: str = "target", alias: str = "kube-1") -> str:
    """Return the text of a page about a target, its tier, or everything."""
    arguments: dict[str, list[object]] = {"overview": [], "tier": ["routesrv", "test"]}
    path = reverse(name, args=arguments[name] if name in arguments else [target(alias).pk])
    return " ".join(client.get(path).content.decode().split())


def post(client: Client, name: str, **form: object):
    """Post a form of kube-1."""
    return client.post(reverse(f"target-{name}", args=[target("kube-1").pk]), form)


def marks(text: str) -> list[str]:
    """Return the states that a text shows, as colour and word."""
    pieces = text.split('<span class="state is-')[1:]
    return [
        f"{p.partition(chr(34))[0]}: {p.partition('</svg>')[2].partition('<')[0]}" for p in pieces
    ]


def head(text: str) -> list[str]:
    """Return the states beside the name of a target."""
    return marks(text.partition("<h1>")[2].partition("</div>")[0])
