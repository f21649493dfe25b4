"""What keeps a fresh Penumbra from working on one's own fleet, with the line that mends it."""

from __future__ import annotations

import getpass
import json
import secrets
import shlex
import socket

from django.conf import settings

from diffs.fetch import AddressPolicy, AddressRefused, BadAllowList
from rollouts.appliers.git.remotes import open_remote
from rollouts.appliers.order import Refused
from rollouts.fleet_file import AllowList, Fleet, address_allow_list
from rollouts.machine import Mode
from rollouts.models import Grant, Rollout, Target, Tier
from rollouts.notifying import is_anybody_told
from rollouts.permissions.roles import Role
from rollouts.queries.untold_targets import untold_targets
from rollouts.reach import git_settings

SHOWN = 5
"""Names of one kind in a text; of more, the count is said."""


def what_is_missing(fleet: Fleet) -> list[str]:
    """Return one paragraph for each thing without which a start would be useless; none: go."""
    return [*_addresses(fleet), *_operator()]


def what_to_consider() -> list[str]:
    """Return one paragraph for each thing that is right for trying and wrong for a team.

    It is about the fleet as it was synced.
    """
    found = [*_unknown_modes(), *untold_targets(), *_remotes()]
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
    if not is_anybody_told():
        found.append(
            "Nobody is told of new differences, of promotions or of a collector that died: neither"
            " Slack nor mail is set up. Set one or both (docs/settings.md):\n"
            "  export PENUMBRA_SLACK_WEBHOOK=https://hooks.slack.com/services/…\n"
            "  export PENUMBRA_MAIL_HOST=smtp.example.org PENUMBRA_MAIL_FROM=penumbra@example.org"
            " PENUMBRA_MAIL_TO=team@example.org"
        )
    return found


def _unknown_modes() -> list[str]:
    """Say which targets have a mode that nothing tells, with the lines to write."""
    silent = Target.objects.filter(removed_at=None, mode=Mode.UNKNOWN, read_back__isnull=True)
    silent = silent.exclude(rollout__applier__kind="git")  # the repository tells
    rows = list(silent.select_related("rollout", "tier").order_by("rollout", "tier__rank", "key"))
    if not rows:
        return []
    tiers = list({row.tier_id: row.tier for row in rows}.values())
    lines = [line for tier in tiers[:SHOWN] for line in _tier_lines(tier, rows)]
    more = [f"  # … and {len(tiers) - SHOWN} more tiers"] if len(tiers) > SHOWN else []
    head = (
        f"No mode is known for {len(rows)} of the targets, and nothing tells it: both sides are"
        " compared, but without a mode nothing is proven. Write the mode in which they are now"
        " (off, shadow or exec) into the fleet file, or a read_back (docs/fleet-file.md):"
    )
    return ["\n".join([head, *lines, *more])]


def _tier_lines(tier: Tier, rows: list[Target]) -> list[str]:
    """Return what to write for a tier: one line where it is about all of its targets."""
    silent = [row for row in rows if row.tier_id == tier.pk]
    head = [f"  - name: {tier.name}  # of {tier.rollout.key}"]
    if len(silent) == tier.targets.filter(removed_at=None).count():
        return [*head, "    mode: shadow"]
    shown = [f"      - {{cluster: {json.dumps(row.key)}, mode: shadow}}" for row in silent[:SHOWN]]
    more = [f"      # … and {len(silent) - SHOWN} more"] if len(silent) > SHOWN else []
    return [*head, "    targets:", *shown, *more]


def _remotes() -> list[str]:
    """Say which repositories of the fleet git may not go to."""
    rollouts = Rollout.objects.filter(removed_at=None, applier__kind="git")
    named = sorted({rollout.applier["options"]["remote"] for rollout in rollouts})
    if not (missing := [url for url in named if not _is_open(url)]):
        return []
    merged = ",".join((*settings.GIT_REMOTES, *missing))
    return [
        "Git goes only to repositories that you allow, and some of this file are not yet:\n"
        f"  export PENUMBRA_GIT_REMOTES='{merged}'"
    ]


def _is_open(url: str) -> bool:
    """Say whether git may go to a repository."""
    try:
        open_remote(url, None, git_settings())
    except Refused:
        return False
    return True


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
    names = ", ".join(needed.unresolved[:SHOWN])
    names += ", …" if len(needed.unresolved) > SHOWN else ""
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
    lines = [] if operators else [f"  {settings.MANAGE} grant operator {name}"]
    head = "Nobody could sign in: make yourself the first operator."
    return ["\n".join([head, *lines, f"  {settings.MANAGE} changepassword {name}"])]


def _account() -> str:
    """Return who runs this, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's bare user id
        return "operator"
