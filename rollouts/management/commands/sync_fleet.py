"""Bring the fleet in step with a fleet file."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from diffs.formats import FORMATS
from ledger.clock import database_now
from rollouts.fleet_file import Fleet, FleetFileError, read_fleet
from rollouts.management.actor import command_line_actor
from rollouts.operations.sync_fleet import SyncRefused, sync_fleet
from rollouts.queries.untold_targets import untold_targets


class Command(BaseCommand):
    """`manage.py sync_fleet FILE [--dry-run] [--remove]`."""

    help = "Show what a fleet file would change, then change it in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show, change nothing")
        parser.add_argument(
            "--remove",
            action="store_true",
            help="stop looking at targets with a history that the file no longer names",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read the file, sync, and tell each change."""
        try:
            changes = sync_fleet(
                read_file(options["file"]),
                actor=command_line_actor(),
                now=database_now(),
                is_dry_run=options["dry_run"],
                may_remove=options["remove"],
            )
        except SyncRefused as error:
            again = f"{settings.MANAGE} sync_fleet {shlex.quote(str(options['file']))} --remove"
            raise CommandError(f"{error}\n  {again}") from None
        if options["verbosity"] == 0:
            return
        for change in changes:
            self.stdout.write(str(change))
        count = f"{len(changes)} changes" if len(changes) != 1 else "1 change"
        self.stdout.write(f"{count}, nothing written" if options["dry_run"] else f"{count} written")
        for sentence in [] if options["dry_run"] else untold_targets():
            self.stderr.write(f"note    {sentence}")


def read_file(path: Path) -> Fleet:
    """Return the fleet of a file.

    Errors
        CommandError    the file cannot be read, or holds mistakes: all of them, with their lines
    """
    try:
        return read_fleet(path.read_bytes(), name=str(path), formats=tuple(FORMATS))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except FleetFileError as error:
        raise CommandError(f"{error}") from None
