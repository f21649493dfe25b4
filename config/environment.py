"""Typed readers of the environment that fail loudly: the name, what is wrong, and the mend."""

from __future__ import annotations

import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from environs import Env

env = Env()

_REMOTE = re.compile(
    r"(https?://|ssh://([^/@:\s]+@)?)[^/@?#%\\\s]+(/[^?#%\\\s]*)?|file:///[^/?#%\\\s][^?#%\\\s]*"
)


class BadSetting(Exception):
    """A setting is missing or not usable; the text names it and says what to set."""


def positive_seconds(name: str, *, default: float) -> float:
    """Return a duration in seconds, above zero; BadSetting otherwise."""
    return _positive(name, default=default, unit="seconds")


def positive_count(name: str, *, default: int) -> int:
    """Return a whole number above zero; BadSetting otherwise."""
    value = _positive(name, default=default, unit="a count")
    if value != int(value):
        raise BadSetting(f"{name}={value:g} is not a whole number. Set it to a count.")
    return int(value)


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list with commas, none without it; BadSetting for anything else."""
    found = []
    for text in filter(None, (item.strip() for item in env.str(name, "").split(","))):
        try:
            found.append(ip_network(text))
        except ValueError as error:
            raise BadSetting(f"{name}: {error}. Set it to networks, 10.0.0.0/8,fd00::/8.") from None
    return tuple(found)


def _positive(name: str, *, default: float, unit: str) -> float:
    """Read one number above zero."""
    text = env.str(name, str(default))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise BadSetting(f"{name}={text!r} is not a number above zero. Set it to {unit}.")
    return value


def remote_beginnings(name: str) -> tuple[str, ...]:
    """Return beginnings of repositories' addresses, with commas; BadSetting for one that is none.

    Each names its protocol and host in full, so that no other host's name can begin alike.
    """
    listed: list[str] = env.list(name, [])
    items = tuple(item.strip() for item in listed if item.strip())
    for item in items:
        if not _REMOTE.fullmatch(item):
            raise BadSetting(
                f"{name} holds what is no beginning of a repository's address. Write items such as"
                " https://git.example.org/platform, ssh://git@git.example.org or file:///srv/git."
            )
    return items


def folders(name: str) -> tuple[str, ...]:
    """Return absolute folders, with commas, as they are without detours; BadSetting otherwise."""
    listed: list[str] = env.list(name, [])
    items = tuple(item.strip() for item in listed if item.strip())
    for item in items:
        if not item.startswith("/") or ".." in Path(item).parts or Path(item) == Path("/"):
            raise BadSetting(
                f"{name} holds what is no folder of its own. Write absolute paths without .., such"
                " as /srv/penumbra/evidence."
            )
    return tuple(str(Path(item)) for item in items)


def secret_key(*, embedded: bool, folder: Path) -> str:
    """Return the signing key: from the environment, or, embedded, one made once and kept in a file.

    Errors
        BadSetting      a real deployment without a key, or with one too short to be a secret
    """
    key: str = env.str("PENUMBRA_SECRET_KEY", "")
    if key:
        if len(key) < 32:  # noqa: PLR2004  (Django's own warning starts at 50; 32 is 128 bits in hex)
            raise BadSetting("PENUMBRA_SECRET_KEY is shorter than 32 characters. " + _KEY_MEND)
        return key
    if not embedded:
        raise BadSetting("PENUMBRA_SECRET_KEY is not set. " + _KEY_MEND)
    return _kept(folder / "secret_key")


def audit_key(*, embedded: bool, folder: Path) -> str:
    """Return the key that signs the audit trail's anchors, as `secret_key` is found.

    Errors
        BadSetting      a real deployment without a key, or a text that is no key
    """
    key: str = env.str("PENUMBRA_AUDIT_KEY", "")
    if not key and embedded:
        return _kept(folder / "audit_key")
    if not key:
        raise BadSetting("PENUMBRA_AUDIT_KEY is not set. " + _KEY_MEND)
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise BadSetting("PENUMBRA_AUDIT_KEY is not 64 hexadecimal digits. " + _KEY_MEND)
    return key


def _kept(path: Path) -> str:
    """Return a key that was made once and lies in a file that only its owner reads."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()


_KEY_MEND = "Set it to the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'"
