"""Credentials by name: read from environment or file when needed, bound to hosts, never shown.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

`PENUMBRA_CREDENTIAL_<NAME>` holds `bearer TOKEN`, `basic USER:PASSWORD` or `file:/path` of a
file that holds one of these; `PENUMBRA_CREDENTIAL_<NAME>_HOSTS` lists the hosts that may see
it. NAME is the credential's name in upper case with `_` for `-`. Files are read at each use,
so that a rotated token needs no restart.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

PREFIX = "PENUMBRA_CREDENTIAL_"
HOSTS = "_HOSTS"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_WILD = frozenset("*?[")
_ADDRESS_GLOB = re.compile(r"[0-9.*?]+|[0-9a-f:*?]*:[0-9a-f:*?]*")


class CredentialRefused(ValueError):
    """Missing, malformed or not meant for this host; the text has the name, never the value."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """One header value, and the texts in it that no sentence may repeat."""

    header: str = field(repr=False)
    secrets: frozenset[str] = field(repr=False, default=frozenset())


@dataclass(frozen=True, slots=True)
class Credentials:
    """All credentials of a deployment; printing it shows nothing."""

    _settings: Mapping[str, str] = field(repr=False, default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Credentials:
        """Keep the credential settings of an environment; they are judged when used."""
        return cls({key: text for key, text in environment.items() if key.startswith(PREFIX)})

    def authorize(self, name: str, *, host: str) -> Authorization:
        """Return the Authorization header of a credential for a host it is bound to.

        Errors
            CredentialRefused  no such credential, no hosts, another host, a value that is not
                               `bearer`, `basic` or `file:`, a file that cannot be read
        """
        setting = setting_name(name)
        if setting not in self._settings:
            raise CredentialRefused(f"Credential {name!r} is not known here. Set {setting}.")
        self._check_host(name, host)
        return _authorization(self._value(name, self._settings[setting]), name=name)

    def _check_host(self, name: str, host: str) -> None:
        setting = setting_name(name) + HOSTS
        listed = self._settings.get(setting, "").lower().split(",")
        globs = [glob for item in listed if (glob := item.strip())]
        if not globs:
            raise CredentialRefused(
                f"Credential {name!r} is bound to no host. Set {setting} to the hosts that may"
                " see it."
            )
        for glob in globs:
            _check_glob(glob, setting)
        if not any(_covers(glob, host) for glob in globs):
            raise CredentialRefused(
                f"Credential {name!r} is not meant for host {host}, so nothing was sent. If it"
                f" is, add the host to {setting}."
            )

    def _value(self, name: str, value: str) -> str:
        kind, _, path = value.partition(":")
        if kind != "file":
            return value.strip()
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError):
            raise CredentialRefused(
                f"The file of credential {name!r} cannot be read. Look at the path in"
                f" {setting_name(name)} and at its permissions."
            ) from None


def setting_name(name: str) -> str:
    """Return the environment variable of a credential.

    Errors
        CredentialRefused  a name with other characters than letters, digits, `-` and `_`, or one
                           whose variable would be another credential's list of hosts
    """
    setting = PREFIX + name.upper().replace("-", "_")
    if not _NAME.fullmatch(name) or setting.endswith(HOSTS):
        raise CredentialRefused(
            "A credential's name has letters, digits and dashes and does not end in -hosts."
        )
    return setting


def _authorization(value: str, *, name: str) -> Authorization:
    kind, _, secret = value.partition(" ")
    secret = secret.strip()
    if kind.lower() == "bearer" and _VISIBLE.fullmatch(secret):
        return Authorization(f"Bearer {secret}", frozenset({secret}))
    user, colon, password = secret.partition(":")
    if kind.lower() == "basic" and colon and user and "\n" not in secret and "\r" not in secret:
        encoded = base64.b64encode(secret.encode()).decode("ascii")
        return Authorization(f"Basic {encoded}", frozenset({secret, password, encoded}) - {""})
    raise CredentialRefused(
        f"Credential {name!r} must read 'bearer TOKEN', 'basic USER:PASSWORD' or 'file:/path'."
    )


def _check_glob(glob: str, setting: str) -> None:
    """Refuse a glob that does not say where the host's name ends: `*`, `api.*`."""
    last = glob.rpartition(".")[2]
    if glob == "*" or (_WILD & set(last) and not _ADDRESS_GLOB.fullmatch(glob)):
        raise CredentialRefused(
            f"{glob!r} in {setting} would match names of anybody. Write the end of the name out:"
            " '*.example.org'."
        )


def _covers(glob: str, host: str) -> bool:
    """`10.0.*` is meant for addresses; the name 10.0.evil.example.org is not one."""
    name = host.rstrip(".").lower()
    if _WILD & set(glob.rpartition(".")[2]) and not _is_address(name):
        return False
    return fnmatchcase(name, glob)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
