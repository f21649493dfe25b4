"""Signed anchors: the head of the audit trail, said outside the database.

Theory. A hash chain shows an edit only as long as its end is known: whoever owns the database can
cut the tail, or write the whole chain anew. An anchor says number and hash of the last record and
is signed; once it stands in a git trailer, a log or a mail, no chain passes that lacks it. Anybody
with the public key checks it offline, only the holder of the key can make one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from ledger.heartbeat import beat, last_beat
from ledger.models import AuditHead

_GAP = r"[\s>]+"  # mail folds a long line, and quotes it
LONG = re.compile(
    rf"penumbra-audit{_GAP}v1{_GAP}seq=(?P<seq>\d{{1,18}}){_GAP}hash=(?P<hash>[0-9a-f]{{64}})"
    rf"{_GAP}key=(?P<key>[0-9a-f]{{16}}){_GAP}sig=(?P<sig>[\w-]{{86}})(?![\w-])",
    re.ASCII,
)
SHORT = re.compile(
    r"(?<![\w:-])(?P<seq>\d{1,18}):(?P<hash>[0-9a-f]{64}):(?P<key>[0-9a-f]{16}):(?P<sig>[\w-]{86})"
    r"(?![\w-])",
    re.ASCII,
)
BEGINNING = re.compile(r"penumbra-audit\s+v1\b|\b\d+:[0-9a-f]{64}:", re.ASCII)
FOLDS = 4
"""How many lines more than one an anchor may stand on."""


HEARTBEAT = "anchor"
EVERY = timedelta(hours=1)


class BadKey(Exception):
    """A text is no Ed25519 key of 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One anchor: record `seq` had `hash`, says whoever holds the key with the id `key`."""

    seq: int
    hash: str
    key: str
    signature: str

    @property
    def statement(self) -> str:
        """The text that is signed."""
        return f"penumbra-audit v1 seq={self.seq} hash={self.hash} key={self.key}"

    @property
    def line(self) -> str:
        """The anchor as one line of a log or a mail."""
        return f"{self.statement} sig={self.signature}"

    @property
    def short(self) -> str:
        """The anchor as one word, for a git trailer."""
        return f"{self.seq}:{self.hash}:{self.key}:{self.signature}"

    def is_signed_by(self, public: str) -> bool:
        """Say whether the holder of this public key (64 hexadecimal digits) signed it."""
        try:
            signature = base64.urlsafe_b64decode(self.signature + "==")
            key = Ed25519PublicKey.from_public_bytes(_bytes(public))
            key.verify(signature, self.statement.encode())
        except (InvalidSignature, binascii.Error):
            return False
        return True


def anchor() -> str:
    """Return the present head of the trail as a signed line.

    "penumbra-audit v1 seq=… hash=… key=KEYID sig=BASE64URL"
    """
    return _signed_head().line


def short_anchor() -> str:
    """Return the present head of the trail as one signed word: "SEQ:HASH:KEYID:BASE64URL"."""
    return _signed_head().short


def anchor_if_due(*, now: datetime) -> str:
    """Return an anchor once an hour, also where what ticks is restarted often; else ""."""
    last = last_beat(HEARTBEAT)
    if last is not None and timedelta(0) <= now - last < EVERY:
        return ""
    beat(HEARTBEAT, now=now)
    return anchor()


def public_key() -> str:
    """Return the public half of this deployment's key, 64 hexadecimal digits."""
    return _private().public_key().public_bytes_raw().hex()


def key_id(public: str) -> str:
    """Return the id of a public key: the first 16 hexadecimal digits of its SHA-256.

    Errors
        BadKey      not 64 hexadecimal digits
    """
    return hashlib.sha256(_bytes(public)).hexdigest()[:16]


def find_anchors(lines: Iterable[str]) -> Iterator[Anchor | str]:
    """Yield the anchors of a text in both forms, and in words what begins as one but is none.

    A mail may have folded one over a few lines; only those are held in memory.
    """
    pending, began = "", 0
    for number, line in enumerate(lines, start=1):
        if not pending:
            if not BEGINNING.search(line):
                continue
            began = number
        pending += line
        end = 0
        for match in _matches(pending):
            if BEGINNING.search(pending, end, match.start()):
                yield _damaged(began)
            end, began = match.end(), number
            yield Anchor(int(match["seq"]), match["hash"], match["key"], match["sig"])
        rest = BEGINNING.search(pending, end)
        pending = pending[rest.start() :] if rest else ""
        if pending and number - began >= FOLDS:
            yield _damaged(began)
            pending = ""
    if pending:
        yield _damaged(began)


def _matches(text: str) -> list[re.Match[str]]:
    """Return where anchors stand in a text, in order."""
    return sorted((*LONG.finditer(text), *SHORT.finditer(text)), key=re.Match.start)


def _damaged(line: int) -> str:
    """Say that an anchor cannot be read."""
    return f"Line {line} begins an anchor that is cut or changed."


def _signed_head() -> Anchor:
    """Return the head as it is committed now, signed."""
    head = AuditHead.objects.filter(id=1).first() or AuditHead()
    key = _private()
    unsigned = Anchor(head.seq, head.hash, key_id(public_key()), "")
    signature = base64.urlsafe_b64encode(key.sign(unsigned.statement.encode()))
    return replace(unsigned, signature=signature.decode().rstrip("="))


def _private() -> Ed25519PrivateKey:
    """Return the key of the environment."""
    return Ed25519PrivateKey.from_private_bytes(_bytes(settings.AUDIT_KEY))


def _bytes(key: str) -> bytes:
    """Return the 32 bytes of a key."""
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise BadKey("This is no key: it must be 64 hexadecimal digits.")
    return bytes.fromhex(key)
