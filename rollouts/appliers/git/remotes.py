"""Which repositories may be talked to, and with what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from diffs.fetch import CredentialRefused
from rollouts.appliers.git.settings import GitSettings
from rollouts.appliers.order import Refused
from rollouts.fleet_file.git_options import remote_fault

SETTING = "PENUMBRA_GIT_REMOTES"
WITH_CREDENTIALS = frozenset({"http", "https"})
ODD_STEP = re.compile(r"(^|/)\.{1,2}(/|$)|%|\\")
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Remote:
    """One repository, allowed and with its credential."""

    url: str
    protocol: str
    configuration: Mapping[str, str] = field(repr=False, default_factory=dict)
    secrets: frozenset[str] = field(repr=False, default=frozenset())

    def shown(self, said: str) -> str:
        """Return what git said without what nobody may see."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            said = said.replace(secret, "…")
        return said if len(said) <= MOST_SHOWN else f"{said[:MOST_SHOWN]}…"


def open_remote(url: str, credential: str | None, settings: GitSettings) -> Remote:
    """Return a repository that may be talked to.

    Errors
        Refused     no good address, not on the list, a credential that is missing, not for this
                    host, or of no use for this kind of address
    """
    fault = remote_fault(url)
    if fault is not None:
        raise Refused(f"In the remote of the fleet file, {fault.message}. {fault.mend}")
    parts = urlsplit(url)
    if ODD_STEP.search(parts.path) or not any(_covers(item, url) for item in settings.remotes):
        listed = ",".join([*settings.remotes, url])
        raise Refused(f"Git may not go to {url}. If it may, set {SETTING}={listed}.")
    if credential is None:
        return Remote(url, parts.scheme)
    if parts.scheme not in WITH_CREDENTIALS:
        raise Refused(
            f"Credential {credential!r} cannot be used with {parts.scheme}://. Take it out of the"
            " fleet file; ssh finds its key by itself."
        )
    try:
        authorization = settings.credentials.authorize(credential, host=parts.hostname or "")
    except CredentialRefused as refused:
        raise Refused(str(refused)) from None
    header = f"Authorization: {authorization.header}"
    return Remote(url, parts.scheme, {f"http.{url}.extraHeader": header}, authorization.secrets)


def _covers(item: str, url: str) -> bool:
    """Whether an address is what the list names, or lies below it."""
    return bool(item) and (url == item or url.startswith(item.rstrip("/") + "/"))
