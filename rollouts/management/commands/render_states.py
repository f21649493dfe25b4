"""Draw docs/states.md, or say that it is stale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rollouts.management.states_page import states_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "states.md"


class Command(BaseCommand):
    """Write the page of modes and states from the tables that decide them."""

    help = "Draws docs/states.md from the tables of modes, states and gates."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the page and whether it is only checked."""
        parser.add_argument("--page", type=Path, default=PAGE, help="the file (docs/states.md)")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 where the page is stale"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the page, or compare it."""
        page, text = options["page"], states_page()
        if not options["check"]:
            page.write_text(text, encoding="utf-8")
            self.stdout.write(f"{page.name} drawn.")
        elif not page.is_file() or page.read_text(encoding="utf-8") != text:
            mend = f"{settings.MANAGE} render_states"
            raise CommandError(f"{page.name} is stale. Draw it: {mend}", returncode=1)
        else:
            self.stdout.write(f"{page.name} is as the tables are.")
