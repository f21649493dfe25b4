"""Give a person a role."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ledger.clock import database_now
from rollouts.management.actor import command_line_actor
from rollouts.operations.grant_role import GrantRefused, grant_role
from rollouts.permissions.roles import SENTENCES, Role


class Command(BaseCommand):
    """`manage.py grant ROLE USER [--rollout R [--tier T]]`."""

    help = "Give a person a role everywhere, in one rollout, or in one tier of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        roles = ", ".join(f"{role} ({text})" for role, text in SENTENCES.items())
        parser.add_argument("role", choices=[role.value for role in Role], help=roles)
        parser.add_argument("user", help="the name the person signs in with; made if unknown")
        parser.add_argument("--rollout", default="", help="only in this rollout")
        parser.add_argument("--tier", default="", help="only in this tier of the rollout")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Grant, and say what is still missing."""
        try:
            grant, needs_password = grant_role(
                options["user"],
                Role(options["role"]),
                rollout_key=options["rollout"],
                tier_name=options["tier"],
                granted_by=command_line_actor(),
                now=database_now(),
            )
        except GrantRefused as error:
            raise CommandError(str(error)) from None
        where = f"in {grant.scope}" if grant.scope else "everywhere"
        self.stdout.write(f"{options['user']} is {grant.role} {where}.")
        if needs_password:
            line = f"{settings.MANAGE} changepassword {shlex.quote(options['user'])}"
            self.stdout.write(f"Set a password: {line}")
