"""Redis as Celery's broker, deaf to what is no message.

Theory. Whoever reaches Redis can put anything into a queue. Celery drops what is a message but
none for it; but what is no message at all raises inside kombu, in the worker's own loop, and ends
the worker. Here such a thing is logged and dropped. Nothing is lost by that: a message only rings.
"""

from __future__ import annotations

import binascii
import json
from queue import Empty

import structlog
from kombu import transport
from kombu.exceptions import KombuError
from kombu.transport import redis

SHOWN_CHARACTERS = 200

log = structlog.get_logger(__name__)


class Channel(redis.Channel):
    """A channel that reads past what is no JSON."""

    def _brpop_read(self, **options: object) -> bool:
        try:
            return bool(super()._brpop_read(**options))  # type: ignore[no-untyped-call]
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            log.warning("broken_message", error=str(error))
            raise Empty from None


class Transport(redis.Transport):
    """A transport that delivers only what has the parts of a message."""

    Channel = Channel

    def _deliver(self, message: object, queue: str) -> None:
        if fault := _fault(message):
            log.warning("broken_message", error=fault, message=repr(message)[:SHOWN_CHARACTERS])
            return
        try:
            super()._deliver(message, queue)  # type: ignore[no-untyped-call]
        except (*self.connection_errors, *self.channel_errors):
            raise
        except (KombuError, TypeError, ValueError, AttributeError):
            log.exception("broken_message")


def install() -> None:
    """Make this the transport of redis:// and rediss://."""
    for scheme in ("redis", "rediss"):
        transport.TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"


def _fault(message: object) -> str:
    """Return what a message lacks of what kombu takes for granted; "" when nothing."""
    if not isinstance(message, dict):
        return "not an object"
    properties = message.get("properties")
    if not isinstance(properties, dict) or not isinstance(properties.get("delivery_tag"), str):
        return "no delivery tag"
    delivery = properties.get("delivery_info")
    if not isinstance(delivery, dict) or not {"exchange", "routing_key"} <= delivery.keys():
        return "no delivery"
    return "" if _is_readable(message.get("body"), properties) else "no readable body"


def _is_readable(body: object, properties: dict[str, object]) -> bool:
    """Say whether the body can be taken out of its encoding."""
    if not body or properties.get("body_encoding") != "base64":
        return True
    if not isinstance(body, str):
        return False
    try:
        binascii.a2b_base64(body)
    except ValueError:
        return False
    return True
