"""SMTP with one time for the whole conversation, whatever the server does.

Theory. A time-out per read does not bound a server that sends one byte and then another one. So the
connection is cut from beside the conversation when its time is over: who reads then is told that
the server went away. The cut has a handle of its own, since TLS takes the first one over.
"""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import suppress

from django.core.mail.backends.smtp import EmailBackend

TOTAL_SECONDS = 15.0


class BoundedSmtp(smtplib.SMTP):
    """A conversation that ends by itself."""

    _handle: socket.socket | None = None
    _cut: threading.Timer | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect, and begin to count."""
        connection = socket.create_connection((host, port), timeout)
        self._handle = connection.dup()
        self._cut = threading.Timer(TOTAL_SECONDS, _end, [self._handle])
        self._cut.daemon = True
        self._cut.start()
        return connection

    def close(self) -> None:
        """Close the connection and stop counting."""
        try:
            super().close()
        finally:
            if self._cut is not None and self._handle is not None:
                self._cut.cancel()
                self._handle.close()


class BoundedSmtpOverTls(smtplib.SMTP_SSL, BoundedSmtp):
    """The same with TLS from the first byte: what it wraps is the counted connection."""


class BoundedBackend(EmailBackend):
    """Django's way to a mail server, within that time."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return how the server is spoken to."""
        return BoundedSmtpOverTls if self.use_ssl else BoundedSmtp

    def close(self) -> None:
        """Part from the server; what it says to that changes nothing about what it took."""
        with suppress(OSError, smtplib.SMTPException):
            super().close()


def _end(connection: socket.socket) -> None:
    """End a connection for everybody who has a handle on it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
