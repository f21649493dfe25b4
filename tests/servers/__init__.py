"""Real servers on loopback that misbehave on purpose, for any test that reads an address.

    from tests.servers import answers, misbehaving

    with misbehaving(answers.drip(every=0.2)) as server:
        fetch(Endpoint(server.url), ...)
    assert server.asked[0].headers["accept-encoding"] == "identity"

`misbehaving(..., host=EVERY_LOOPBACK)` answers on all of 127.0.0.0/8, as the pods behind a name.
`answers` holds the behaviours, `hanging_port` and `refused_port` are ports without a server,
`certificate_for` makes TLS, `tunnel_to` a proxy, `mailbox` a mail server.
"""

from __future__ import annotations

from tests.servers import answers
from tests.servers.certificates import Certificate, certificate_for
from tests.servers.listener import (
    EVERY_LOOPBACK,
    Asked,
    Behaviour,
    Conversation,
    Misbehaving,
    misbehaving,
)
from tests.servers.mailbox import Mailbox, mailbox
from tests.servers.ports import hanging_port, refused_port
from tests.servers.proxy import tunnel_to

__all__ = [
    "EVERY_LOOPBACK",
    "Asked",
    "Behaviour",
    "Certificate",
    "Conversation",
    "Mailbox",
    "Misbehaving",
    "answers",
    "certificate_for",
    "hanging_port",
    "mailbox",
    "misbehaving",
    "refused_port",
    "tunnel_to",
]
