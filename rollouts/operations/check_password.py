"""Check a name and a password, as often as may be tried.

A try is counted before its password is checked, in a transaction of its own, so that any number of
tries at once are let through no further than one after the other would be; a right password takes
its try back. Rows are locked in the order of `Counted`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ledger import audit
from rollouts.models import SignInTries
from rollouts.sign_in_limits import KNOWN_FOR, Counted, free_at, is_over, with_one_more

TOLD = {
    Counted.ADDRESS: "Too many wrong passwords from one address",
    Counted.NAME: "Too many wrong passwords for one name from many addresses",
    Counted.PAIR: "Too many wrong passwords for one name from one address",
}


class SignInRefused(Exception):
    """There were too many tries; the password was not even looked at. The text says until when."""

    def __init__(self, until: datetime, now: datetime) -> None:
        self.seconds = max(1, ceil((until - now).total_seconds()))
        super().__init__(
            "Too many wrong passwords. This one was not checked, right or wrong: try again after"
            f" {_up_to_the_second(until):%H:%M:%S} UTC, {_in_words(self.seconds)} from now."
        )


def check_password(
    username: str, password: str, *, request: HttpRequest | None, address: str, now: datetime
) -> User | None:
    """Return the person; None for a wrong name or password.

    Shapes
        address     where the try comes from, as `rollouts.views.client_address` tells

    Errors
        SignInRefused       too many tries; on the trail once a series
    """
    keys = {
        Counted.ADDRESS: _key(Counted.ADDRESS, address),
        Counted.NAME: _key(Counted.NAME, username),
        Counted.PAIR: _key(Counted.PAIR, f"{address}\0{username}"),
    }
    if refused := _count(keys, username=username, address=address, now=now):
        raise SignInRefused(refused, now)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        return None
    _take_back(keys, now=now)
    return user


def _count(
    keys: dict[Counted, str], *, username: str, address: str, now: datetime
) -> datetime | None:
    """Count one try; where a limit is reached, count nothing and return until when it holds."""
    known = SignInTries.objects.filter(key=keys[Counted.PAIR], proven_at__gt=now - KNOWN_FOR)
    with transaction.atomic(durable=True):
        is_known = known.exists()
        rows = []
        for by, key in keys.items():
            row = _locked(by, key, now)
            until = free_at(by, row.tries, now)
            if until > now and (by == Counted.PAIR or not is_known):
                _tell_once(row, username=username, address=address, now=now)
                return until
            rows.append(row)
        for row in rows:
            _add(row, now)
    return None


def _locked(by: Counted, key: str, now: datetime) -> SignInTries:
    """Return a row that nobody else counts on until the transaction ends, made if there is none."""
    SignInTries.objects.bulk_create(
        [SignInTries(key=key, by=by, began_at=now, last_at=now)],
        update_conflicts=True,  # with what it holds already: a row that is there is locked by it
        update_fields=["by"],
        unique_fields=["key"],
    )
    return SignInTries.objects.get(key=key)


def _add(row: SignInTries, now: datetime) -> None:
    """Write one more try, and forget a series that is over."""
    by = Counted(row.by)
    if is_over(by, row.tries, now):
        row.told_at = None
    tries = with_one_more(by, row.tries, now)
    row.count, row.began_at, row.last_at = tries.count, tries.began_at, tries.last_at
    row.save(update_fields=["count", "began_at", "last_at", "told_at"])


def _tell_once(row: SignInTries, *, username: str, address: str, now: datetime) -> None:
    """Write the first refusal of a series to the trail; who hammers on shall not fill it."""
    if row.told_at is not None:
        return
    row.told_at = now
    row.save(update_fields=["told_at"])
    is_person = row.by != Counted.ADDRESS and User.objects.filter(username=username).exists()
    name = f"person {username}" if is_person else "a name that nobody has"
    audit.record(
        "sign_in_refused",
        subject=f"address {address}" if row.by == Counted.ADDRESS else name,
        actor="sign-in",
        at=now,
        reason=f"{TOLD[Counted(row.by)]}: {row.count}, the last from {address}.",
    )


def _take_back(keys: dict[Counted, str], *, now: datetime) -> None:
    """Uncount the try of a right password, clear its pair, and know the pair from now on."""
    with transaction.atomic(durable=True):
        for by in (Counted.ADDRESS, Counted.NAME):
            counted = SignInTries.objects.filter(key=keys[by], count__gt=0)
            counted.update(count=F("count") - 1)
        pair = SignInTries.objects.filter(key=keys[Counted.PAIR])
        pair.update(count=0, told_at=None, proven_at=now)


def _key(by: Counted, text: str) -> str:
    """Return the digest under which something is counted: 64 hex, worth nothing without our key."""
    return salted_hmac(f"penumbra.sign-in.{by}", text, algorithm="sha256").hexdigest()


def _up_to_the_second(at: datetime) -> datetime:
    """Return the next whole second, so that nobody comes a moment too early."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def _in_words(seconds: int) -> str:
    """Return a wait as people say it."""
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    minutes = ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"
