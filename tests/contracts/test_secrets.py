"""No credential's value leaves: not to pages, rows, the trail, logs, tracebacks or errors."""

from __future__ import annotations

import base64
import logging

import pytest
from django.urls import reverse

from diffs.models import Snapshot, SourceState
from diffs.operations.claim_due import claim_due
from diffs.operations.look import look
from diffs.queries.memory import stored_body
from ledger.clock import database_now
from rollouts.models import Target
from rollouts.permissions.roles import Role
from tests.rollouts.operations.syncing import everything
from tests.rollouts.stage import FLEET, changed, collector_beats, load, person, signed_in
from tests.servers import Behaviour, Conversation, answers, misbehaving, refused_port

pytestmark = [pytest.mark.django_db]

CANARY = "canary-b81e-Never-Show-Me"
SECRETS = {
    "bearer": (f"bearer {CANARY}", [CANARY]),
    "basic": (
        f"basic reader:{CANARY}",
        [CANARY, base64.b64encode(f"reader:{CANARY}".encode()).decode()],
    ),
}


def echoing(make: str) -> Behaviour:
    """A server that puts the credential it was sent where clients may print it."""

    def behave(talk: Conversation) -> None:
        sent = talk.asked.headers.get("authorization", "none")
        kinds = {
            "body of a 401": answers.answer(sent.encode(), status=401),
            "body of a 500": answers.answer(f"<p>{sent}</p>".encode(), status=500),
            "body of a 200": answers.answer(sent.encode()),
            "html page": answers.answer(
                f"<html>{sent}</html>".encode(), headers={"Content-Type": "text/html"}
            ),
            "json error": answers.answer(
                f'{{"error": "bad token {sent}"}}'.encode(),
                headers={"Content-Type": "application/json"},
            ),
            "redirect": answers.redirect(f"http://127.0.0.1/?token={sent}"),
            "content type": answers.answer(headers={"Content-Type": sent}),
            "content encoding": answers.answer(headers={"Content-Encoding": sent}),
            "count": answers.answer(headers={"X-Count": sent}),
            "status line": answers.raw(f"HTTP/1.1 {sent} {sent}\r\n\r\n".encode()),
            "no http": answers.raw(f"{sent}\r\n\r\n".encode()),
            "cut": answers.short_of_length(sent.encode(), missing=9),
        }
        kinds[make](talk)

    return behave


KINDS = (
    "body of a 401", "body of a 500", "body of a 200", "html page", "json error", "redirect",
    "content type", "content encoding", "count", "status line", "no http", "cut",
)  # fmt: skip


@pytest.fixture(params=SECRETS)
def secret(request, monkeypatch, settings):
    """A credential of each kind, in the environment, bound to loopback."""
    value, texts = SECRETS[request.param]
    monkeypatch.setenv("PENUMBRA_CREDENTIAL_ROUTES_READER", value)
    monkeypatch.setenv("PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS", "127.0.0.1")
    settings.ALLOWED_ADDRESSES = "127.0.0.1/32:1-65535"
    return texts


def stage(legacy: str, shadow: str) -> Target:
    """Load a fleet whose kube-1 is read at these addresses, with the credential on both sides."""
    side = '{{cluster: "aws:1:eu:kube-1", legacy: {{address: "{}", credential: routes-reader}}, '
    side += 'shadow: {{address: "{}", credential: routes-reader}}}}'
    load(changed('["aws:1:eu:kube-1", ', f"[{side.format(legacy, shadow)}, ", FLEET))
    collector_beats()
    return Target.objects.get(cluster__alias="kube-1", rollout__key="routesrv")


def take_look(one: Target) -> str:
    """Take one look at a target, as a worker does; return its sentence."""
    SourceState.objects.exclude(source=one.source).update(next_look_at="2099-01-01T00:00Z")
    SourceState.objects.filter(source=one.source).update(next_look_at=database_now())
    ((source, claim),) = claim_due(now=database_now(), places=10)
    look(source, claim)
    return SourceState.objects.get(source=one.source).sentence


def pages() -> str:
    """Return every page that somebody with every role can open."""
    client = signed_in(person("olga", *Role))
    paths = ["/", reverse("tier", args=["routesrv", "test"]), reverse("frame")]
    for one in Target.objects.all():
        paths += [
            reverse("target", args=[one.pk]),
            reverse("target-differences", args=[one.pk]),
        ]
    return "".join(client.get(path).content.decode() for path in paths)


def places(logged: str) -> dict[str, str]:
    """Return all texts in which a secret could have come to rest."""
    bodies = " ".join(repr(stored_body(row.sha256)) for row in Snapshot.objects.all())
    return {"rows": str(everything()), "pages": pages(), "logs": logged, "bodies": bodies}


@pytest.mark.parametrize("kind", KINDS)
def test_a_failing_look_tells_nothing_of_what_it_sent(kind, secret, caplog, capfd):
    with (
        caplog.at_level(logging.INFO),
        misbehaving(echoing(kind)) as legacy,
        misbehaving(answers.routesrv()) as shadow,
    ):
        one = stage(legacy.url, shadow.url)

        sentence = take_look(one)

    assert any(text in legacy.asked[0].headers["authorization"] for text in secret)
    assert sentence
    out, err = capfd.readouterr()
    found = places(caplog.text + out + err)
    assert not [place for place, held in found.items() if any(text in held for text in secret)]


def test_an_address_that_refuses_tells_nothing(secret, caplog):
    with refused_port() as port, misbehaving(answers.routesrv()) as shadow:
        one = stage(f"http://127.0.0.1:{port}/routes", shadow.url)

        take_look(one)

    found = places(caplog.text)
    assert not [place for place, held in found.items() if any(text in held for text in secret)]


def test_a_credential_meant_for_another_host_is_named_and_not_sent(secret, monkeypatch):
    monkeypatch.setenv("PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS", "elsewhere.example.org")
    with misbehaving(answers.table()) as legacy, misbehaving(answers.routesrv()) as shadow:
        one = stage(legacy.url, shadow.url)

        sentence = take_look(one)

    assert legacy.asked == []
    assert "PENUMBRA_CREDENTIAL_ROUTES_READER_HOSTS" in sentence
    found = places(sentence)
    assert not [place for place, held in found.items() if any(text in held for text in secret)]
