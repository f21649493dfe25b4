"""A deployment that tells people: real servers of a test behind its settings, and time that passes.

Alice asks, Bob and Carol approve; the team's list and the channel are told everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from config.notice_settings import MailServer
from ledger.clock import database_now
from ledger.models import Lease, Outbox
from rollouts.models import Tier
from rollouts.notifiers import Notice
from rollouts.operations.deliver_notices import deliver_notices, due_ways
from rollouts.operations.send_notices import DELIVERIES, send_notices, tell
from tests.rollouts.notifiers.telling import HOOK, NOTICE
from tests.rollouts.promoting import alice, bob, carol, dave, ready_tier
from tests.servers import Behaviour, Mailbox, Misbehaving, answers, mailbox, misbehaving

TEAM = "team@example.org"
STEP = "routesrv/test shadow → exec"
OK = answers.answer(b"ok")


@dataclass
class Ways:
    """The servers, and what they got."""

    box: Mailbox
    slack: Misbehaving

    @property
    def posts(self) -> list[bytes]:
        """What the webhook was posted."""
        return [asked.body for asked in self.slack.asked]

    @property
    def mails(self) -> list[tuple[str, str]]:
        """(recipient, subject) of what the mail server took."""
        pairs = zip(self.box.letters, self.box.messages, strict=True)
        return [(one.recipients[0], str(read["Subject"]).strip()) for one, read in pairs]


@contextmanager
def ways(settings: Any, *behaviours: Behaviour) -> Iterator[Ways]:
    """Set mail and Slack up, the webhook behaving so."""
    with ExitStack() as stack:
        box = stack.enter_context(mailbox())
        slack = stack.enter_context(misbehaving(*(behaviours or (OK,))))
        set_up(settings, mail_port=box.port, slack_port=slack.port)
        yield Ways(box, slack)


def set_up(settings: Any, *, mail_port: int = 0, slack_port: int = 0) -> None:
    """Set up what has a port."""
    settings.ALLOWED_ADDRESSES = "127.0.0.1/32:1024-65535"
    settings.MAIL_FROM = "penumbra@example.org"
    if mail_port:
        settings.MAIL_SERVER = MailServer("127.0.0.1", mail_port, "none")
        settings.MAIL_TO = (TEAM,)
    if slack_port:
        settings.SLACK_WEBHOOK = f"http://127.0.0.1:{slack_port}{HOOK}"


def give_addresses(*people: User) -> None:
    """Give people's accounts a mail address."""
    for person in people:
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")


def work() -> int:
    """Do once what workers do every two seconds; return how many deliveries were sent."""
    send_notices(now=database_now())
    return sum(deliver_notices(kind) for kind in due_ways(now=database_now()))


def let_wait() -> None:
    """Let the time pass for which failed deliveries wait and closed ways are left alone."""
    later = database_now() - timedelta(seconds=1)
    Outbox.objects.filter(next_at__isnull=False).update(next_at=later)
    Lease.objects.update(expires_at=later)


def deliveries() -> list[Outbox]:
    """Return the rows of single deliveries."""
    return list(Outbox.objects.filter(kind__in=DELIVERIES).order_by("created_at", "pk"))


@pytest.fixture
def told(settings: Any) -> Iterator[Ways]:
    """Mail and Slack that take everything."""
    with ways(settings) as found:
        yield found


def happen(count: int = 1, notice: Notice = NOTICE) -> None:
    """Let so many things happen that are told."""
    for number in range(count):
        with transaction.atomic():
            tell(replace(notice, key=f"{notice.key} {number}"), now=database_now())


def left(kind: str) -> list[Outbox]:
    """Return the deliveries of one way that are not done."""
    return [row for row in deliveries() if row.kind.endswith(kind) and row.done_at is None]


@pytest.fixture
def tier() -> Tier:
    """A tier that is ready, and people who have addresses."""
    ready = ready_tier()
    give_addresses(alice(), bob(), carol(), dave())
    return ready


def subjects(told: Ways, address: str = TEAM) -> list[str]:
    """Return what one address was told, after the promotion's name."""
    return [subject.partition(": ")[2] for to, subject in told.mails if to == address]
