"""Print the canonical text of a table, to be laid beside another one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from diffs.canonical_text import canonical_text
from diffs.formats import FORMATS, format_of
from diffs.formats.format import BadOption, Format
from diffs.management.commands.compare import options_of
from diffs.reach import limits
from diffs.table import Table, TableTooLarge


class Command(BaseCommand):
    """`manage.py canonical FORMAT < table`: what the comparison sees of it."""

    help = (
        "Read a table from standard input and print its canonical text: the same for two tables"
        " that mean the same, whatever their spelling. Exit status: 0, or 2 where it is no table."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  (needs no database and no settings)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("format", choices=sorted(FORMATS))
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an option of the format, as `compare` takes it",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, print, and say what of it would be refused."""
        try:
            format_ = format_of(options["format"], options_of(options["option"]))
        except BadOption as error:
            raise CommandError(f"--option {error}.", returncode=2) from None
        table = read_from(sys.stdin.buffer, format_)
        for piece in canonical_text(table):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        if table.refusals:
            places = len(table.refusals)
            words = format_.words
            what = f"{places} {words.noun}{'s' * (places > 1)} that {words.unloaded}"
            self.stderr.write(f"It holds {what}; they stand at the end.")


def read_from(stream: BinaryIO, format_: Format) -> Table:
    """Return the table that a stream holds.

    Errors
        CommandError    with status 2: it is too large, or no table of this format
    """
    most = limits().decoded_bytes
    body = stream.read(most + 1)
    if len(body) > most:
        raise CommandError(f"It is larger than {most} bytes.", returncode=2)
    if phrase := format_.why_not_a_table(None, body):
        raise CommandError(f"It is {phrase}, not {format_.words.table}.", returncode=2)
    try:
        return format_.read(body)
    except TableTooLarge as error:
        raise CommandError(f"It is too large: {error}.", returncode=2) from None
