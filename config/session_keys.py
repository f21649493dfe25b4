"""Sessions in the database, asked for only by keys that we could have made.

Theory. A cookie is text that anybody writes. Django hands its value to the database as it is, and
PostgreSQL refuses some texts (a NUL) with an error. What is no key of ours names no session.
"""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS

KEY_CHARACTERS = 32
"""As long as Django makes a key: SessionBase._get_new_session_key."""


class SessionStore(db.SessionStore):
    """Django's own store; Django finds it by this name."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if is_key(session_key) else None)


def is_key(text: str | None) -> bool:
    """Say whether a text is written as the keys of sessions are."""
    return text is not None and len(text) == KEY_CHARACTERS and set(text) <= set(VALID_KEY_CHARS)
