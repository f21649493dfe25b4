"""What must be written together with a change refuses to be written alone."""

from __future__ import annotations

from django.db import connection


class OutsideTransaction(Exception):
    """This stands or falls with a change; there is no change outside a transaction."""


def demand_transaction(what: str) -> None:
    """Return if a transaction is open.

    Errors
        OutsideTransaction      none is; the text says what was to be written
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{what} outside a transaction")
