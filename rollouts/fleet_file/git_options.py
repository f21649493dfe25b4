"""The options of the git applier: which value, in which file, branch and repository."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from rollouts.fleet_file.addresses import Fault
from rollouts.fleet_file.scalars import read_credential, read_text
from rollouts.fleet_file.schema import keys_of
from rollouts.fleet_file.spot import Spot, open_table
from rollouts.fleet_file.templates import Template, read_template

SECTION = "rollouts.NAME.applier.git"
PLAIN = re.compile(r"[!-~]+")
# git check-ref-format(1), without what it allows and nobody needs
BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+#-]*(/[A-Za-z0-9_][A-Za-z0-9_.+#-]*)*")
PATH = re.compile(r"[A-Za-z0-9_. @+=,-]+(/[A-Za-z0-9_. @+=,-]+)*")
KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def read_git(spot: Spot) -> dict[str, Template | str]:
    """Return the options; all but remote, credential and commit_url may hold placeholders."""
    table = open_table(spot, keys_of(SECTION))
    checks = {
        "branch": branch_fault,
        "file": path_fault,
        "key": key_fault,
        "defaults": path_fault,
        "defaults_key": key_fault,
    }
    if "defaults_key" in table and "defaults" not in table:
        table["defaults_key"].refuse("a key of defaults without their file", "Add defaults: PATH.")
    options: dict[str, Template | str] = {}
    for name, value in table.items():
        option: Template | str | None
        if name == "remote":
            option = _read_checked(value, remote_fault)
        elif name == "credential":
            option = None if value.is_null else read_credential(value)
        elif name == "commit_url":
            option = None if value.is_null else _read_checked(value, commit_url_fault)
        else:
            option = read_template(value, checks[name])
        if option is not None:
            options[name] = option
    return options


def _read_checked(spot: Spot, fault_of: Callable[[str], Fault | None]) -> str | None:
    text = read_text(spot, most=2000)
    fault = fault_of(text) if text is not None else None
    if fault is not None:
        spot.refuse(fault.message, fault.mend)
    return text


def remote_fault(text: str) -> Fault | None:
    """Return what is wrong with a repository's address; it is never repeated, see addresses."""
    try:
        parts = urlsplit(text)
        user, host, port = parts.username, parts.hostname, parts.port
    except ValueError:
        return Fault("the host or port is not well formed", "Write https://HOST/PATH.git.")
    if not PLAIN.fullmatch(text) or parts.scheme not in {"https", "http", "ssh", "file"}:
        return Fault(
            "this is no address of a repository",
            "Write https://HOST/PATH.git, ssh://git@HOST/PATH.git or file:///PATH.",
        )
    if parts.password is not None or (user is not None and parts.scheme != "ssh"):
        return Fault(
            "a user or password stands in the address",
            "Take it out and name a credential instead: credential: NAME.",
        )
    if port == 0 or (parts.scheme != "file" and (not host or host.startswith("-"))):
        return Fault("the host or port is not well formed", "Write https://HOST/PATH.git.")
    if not parts.path.strip("/") or parts.query or parts.fragment:
        return Fault("the path is missing, or is not all", "End with the repository's path.")
    return None


def commit_url_fault(text: str) -> Fault | None:
    """Return what is wrong with the address at which people read a commit."""
    mend = "Write https://HOST/PATH/{commit}: {commit} is where the hash goes."
    try:
        parts = urlsplit(text)
        host, user = parts.hostname, parts.username
    except ValueError:
        return Fault("the host or port is not well formed", mend)
    if not PLAIN.fullmatch(text) or parts.scheme not in {"https", "http"} or not host:
        return Fault("this is no address that a browser opens", mend)
    if user is not None or parts.password is not None:
        return Fault("a user or password stands in the address", "Take it out.")
    if text.count("{commit}") != 1 or "{commit}" in parts.netloc:
        return Fault("the place of the commit's hash is missing or not plain", mend)
    return None


def branch_fault(text: str) -> Fault | None:
    """Return what is wrong with a branch's name."""
    if BRANCH.fullmatch(text) and ".." not in text and not text.endswith((".", ".lock")):
        if not text.startswith("refs/"):
            return None
        return Fault("a full ref stands here", "Write the branch alone, as in main.")
    return Fault("this is no branch name git takes", "Write a name such as main or channel/beta.")


def path_fault(text: str) -> Fault | None:
    """Return what is wrong with the path of a file inside a repository."""
    steps = text.split("/")
    if not PATH.fullmatch(text) or {".", "..", ".git"} & {step.strip().lower() for step in steps}:
        return Fault(
            "this is no path inside the repository",
            "Write it from the repository's top, without / in front, .. or .git.",
        )
    return None


def key_fault(text: str) -> Fault | None:
    """Return what is wrong with the keys that lead to the value."""
    if KEY.fullmatch(text):
        return None
    return Fault("these are no keys joined by dots", "Write them as in config_items.my_flag.")
