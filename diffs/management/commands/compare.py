"""Take one look from the command line, by the same code as the workers'."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diffs.fetch import AddressPolicy, Credentials, Endpoint
from diffs.formats import FORMATS, format_of
from diffs.formats.format import BadOption, Format
from diffs.looking.command_line import Answer, look_once
from diffs.looking.order import Reach
from diffs.outcomes import GOOD, Outcome, Side
from diffs.reach import limits
from diffs.route_diff import unified


class Command(BaseCommand):
    """`manage.py compare LEGACY SHADOW`: the outcome's name, and the canonical differences."""

    help = (
        "Compare two tables once, as the workers do. Each of LEGACY and SHADOW is a file or"
        " an http address. Exit status: 0 equal, 1 different, 2 anything that is neither."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012  (needs no database and no settings)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("legacy", help="the side in service: a file or an address")
        parser.add_argument("shadow", help="the candidate: a file or an address")
        parser.add_argument("--format", default="eskip", choices=sorted(FORMATS))
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an option of the format, as under evidence in a fleet file: key=/name. Given"
            " again it makes a list; a value may be written in JSON",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        for side in Side:
            parser.add_argument(f"--{side}-credential", help="name of a credential")
            parser.add_argument(f"--{side}-ca-bundle", metavar="FILE", help="PEM of its authority")
            parser.add_argument(f"--{side}-proxy", metavar="URL", help="what to ask it through")
            parser.add_argument(
                f"--{side}-paging", type=int, metavar="ROUTES", help="routes of one request"
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Look, print, and exit with the status of the outcome."""
        try:
            format_ = format_of(options["format"], options_of(options["option"]))
        except BadOption as error:
            raise CommandError(f"--option {error}.", returncode=2) from None
        try:
            answer = self._look(format_, options)
        except Exception as error:  # status 1 would say that the tables differ
            raise CommandError(f"Penumbra itself failed: {error!r}", returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(_document(answer), indent=2))
        else:
            self._print(answer, format_)
        sys.exit(_status(answer))

    def _look(self, format_: Format, options: dict[str, Any]) -> Answer:
        """Take the look that was asked for."""
        reach = Reach(
            limits=limits(),
            policy=AddressPolicy.open(),
            credentials=Credentials.from_environment(os.environ),
        )
        return look_once(
            format_,
            _endpoint(Side.LEGACY, options),
            _endpoint(Side.SHADOW, options),
            reach=reach,
        )

    def _print(self, answer: Answer, format_: Format) -> None:
        """Print for a person."""
        self.stdout.write(f"{answer.outcome}: {answer.sentence}")
        for finding in answer.findings:
            self.stdout.write(f"\n{finding.key}  ({finding.kind.replace('_', ' ')})")
            for row in unified(finding.left, finding.right, lines=format_.lines):
                text = row.fold or "".join(text for text, _ in row.segments)
                self.stdout.write(f"  {row.sign or '…'} {text}")


def _endpoint(side: Side, options: dict[str, Any]) -> Endpoint:
    """Return one side as the command line names it, with the ways of reaching it."""
    return Endpoint(
        options[side],
        credential=options[f"{side}_credential"],
        ca_bundle=options[f"{side}_ca_bundle"],
        proxy=options[f"{side}_proxy"],
        paging=options[f"{side}_paging"],
    )


def options_of(given: list[str]) -> dict[str, object]:
    """Return the options of a format as the command line has them.

    Errors
        BadOption   one is not written as NAME=VALUE
    """
    found: dict[str, object] = {}
    for one in given:
        name, is_one, text = one.partition("=")
        if not is_one or not name:
            raise BadOption(one, "it is not written as NAME=VALUE")
        value = _value(text)
        before = found.get(name)
        if isinstance(before, list):
            before.append(value)
        else:
            found[name] = value if before is None else [before, value]
    return found


def _value(text: str) -> object:
    """Return a value that is written in JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _status(answer: Answer) -> int:
    """Return the exit status: 0 equal, 1 different, 2 anything else."""
    if answer.outcome in GOOD:
        return 0
    return 1 if answer.outcome is Outcome.DIFFERENT else 2


def _document(answer: Answer) -> dict[str, object]:
    """Return what --json prints."""
    return {
        "outcome": answer.outcome,
        "side": answer.side,
        "sentence": answer.sentence,
        "routes": {"total": answer.total, "matched": answer.matched},
        "legacy": {"sha256": answer.legacy_sha256, "routes": answer.legacy_routes},
        "shadow": {"sha256": answer.shadow_sha256, "routes": answer.shadow_routes},
        "differences": [
            {
                "route": finding.key,
                "kind": finding.kind,
                "legacy": finding.left,
                "shadow": finding.right,
            }
            for finding in answer.findings
        ],
    }
