"""What keeps a fresh Penumbra from working on one's own fleet, with the line that mends it."""

from __future__ import annotations

import getpass
import secrets
import shlex
import socket

from django.conf import settings

from diffs.fetch import AddressPolicy, AddressRefused, BadAllowList
from rollouts.fleet_file import AllowList, Fleet, address_allow_list
from rollouts.models import Grant
from rollouts.permissions.roles import Role

MANAGE = ".venv/bin/python manage.py"


def what_is_missing(fleet: Fleet) -> list[str]:
    """Return one paragraph for each thing without which a start would be useless; none: go."""
    return [*_addresses(fleet), *_operator()]


def what_to_consider() -> list[str]:
    """Return one paragraph for each default that is right for trying and wrong for a team."""
    found = []
    if not settings.SECRET_KEY_IS_GIVEN:
        found.append(
            f"The secret key was made for you and lies in {settings.FOLDER.name}/secret_key. Where"
            " several processes or machines serve the pages, set one for all of them:\n"
            f"  export PENUMBRA_SECRET_KEY={secrets.token_hex(32)}"
        )
    if not settings.BASE_URL_IS_GIVEN:
        found.append(
            f"Links in notices lead to {settings.BASE_URL}. If people open another address, set it:"
            "\n  export PENUMBRA_BASE_URL=https://penumbra.example.org"
        )
    return found


def resolve(name: str) -> list[str]:
    """Return the addresses of a name; OSError where it has none."""
    return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(name, None)})


def _addresses(fleet: Fleet) -> list[str]:
    """Say which addresses of the file workers may not reach."""
    needed = address_allow_list(fleet, resolve)
    try:
        policy = AddressPolicy.parse(settings.ALLOWED_ADDRESSES)
    except BadAllowList as error:
        return [str(error)]
    found = []
    if missing := [item for item in needed.items if not _is_covered(policy, item)]:
        merged = ",".join((*_given(), *missing))
        found.append(
            "Workers reach only addresses that you allow, and some of this file are not yet:\n"
            f"  export PENUMBRA_ALLOWED_ADDRESSES='{merged}'"
        )
    found += _unresolved(needed)
    return found


def _given() -> list[str]:
    """Return the items that are set already."""
    return [item.strip() for item in settings.ALLOWED_ADDRESSES.split(",") if item.strip()]


def _is_covered(policy: AddressPolicy, item: str) -> bool:
    """Say whether the allow-list covers every port of an item."""
    network, _, ports = item.rpartition(":")
    ip = network.strip("[").partition("]")[0].partition("/")[0]
    first, _, last = ports.partition("-")
    try:
        for port in range(int(first), int(last or first) + 1):
            policy.check(ip, port)
    except AddressRefused:
        return False
    return True


def _unresolved(needed: AllowList) -> list[str]:
    """Say which names have no address from here."""
    if not needed.unresolved:
        return []
    names = ", ".join(needed.unresolved[:5]) + (", …" if len(needed.unresolved) > 5 else "")  # noqa: PLR2004
    return [
        f"{len(needed.unresolved)} names of the file have no address from this machine: {names}.\n"
        "  Check them with: getent hosts NAME. Once they have one, its line is printed here."
    ]


def _operator() -> list[str]:
    """Say how the first person gets in."""
    grants = Grant.objects.filter(role=Role.OPERATOR, user__is_active=True).select_related("user")
    operators = [grant.user for grant in grants]
    if any(user.has_usable_password() for user in operators):
        return []
    name = shlex.quote(operators[0].get_username() if operators else _account())
    lines = [] if operators else [f"  {MANAGE} grant operator {name}"]
    head = "Nobody could sign in: make yourself the first operator."
    return ["\n".join([head, *lines, f"  {MANAGE} changepassword {name}"])]


def _account() -> str:
    """Return who runs this, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's bare user id
        return "operator"
