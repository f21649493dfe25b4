"""`manage.py verify_audit`: check the whole audit trail, and anchors from outside against it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from ledger.anchors import BadKey, key_id, public_key
from ledger.chain import ChainBroken, Position, walk
from ledger.check_anchors import AnchorCheck, check_anchors

FAULTS_SHOWN = 20


class Command(BaseCommand):
    """Exits with 1 and a sentence that names the record, when the trail is not what was written."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--anchors",
            action="append",
            default=[],
            metavar="FILE",
            help="any text with anchors: a log, `git log`, mails; - is standard input; repeatable",
        )
        parser.add_argument(
            "--public-key",
            action="append",
            default=[],
            metavar="HEX",
            help="a key whose anchors count beside this deployment's own; repeatable",
        )
        parser.add_argument(
            "--print-public-key",
            action="store_true",
            help="print the public half of this deployment's key, and end",
        )

    def handle(self, **options: Any) -> None:
        """Walk the trail, then look the anchors up."""
        own = public_key()
        if options["print_public_key"]:
            self.stdout.write(f"key={key_id(own)} public={own}")
            return
        try:
            end = walk().position
        except ChainBroken as fault:
            raise CommandError(str(fault)) from None
        said = f"The audit trail is whole. Records: {end.seq}; the last hash is {end.hash}."
        if options["anchors"]:
            check = self._check(options["anchors"], [own, *options["public_key"]], end)
            said += f" Anchors that hold: {check.holding}."
        self.stdout.write(said)

    def _check(self, names: list[str], keys: list[str], end: Position) -> AnchorCheck:
        """Check the anchors of every file, and end here if one does not hold."""
        total = AnchorCheck()
        for name in names:
            check = self._check_file(name, keys, end)
            total.holding += check.holding
            total.faults += [f"{name}: {fault}" for fault in check.faults]
            if not check.holding and not check.faults:
                total.faults.append(f"{name}: No anchor stands in it, so it shows nothing.")
        if total.faults:
            shown = total.faults[:FAULTS_SHOWN]
            more = len(total.faults) - len(shown)
            raise CommandError("\n".join(shown) + (f"\nand {more} more" if more else ""))
        return total

    def _check_file(self, name: str, keys: list[str], end: Position) -> AnchorCheck:
        """Check the anchors of one file, read line by line."""
        with ExitStack() as stack:
            try:
                file: BinaryIO = sys.stdin.buffer
                if name != "-":
                    file = stack.enter_context(Path(name).open("rb"))
                lines = (line.decode("utf-8", "replace") for line in file)
                return check_anchors(lines, public_keys=keys, end=end)
            except OSError as error:
                raise CommandError(f"{name}: {error.strerror}") from None
            except BadKey as error:
                raise CommandError(f"--public-key: {error}") from None
