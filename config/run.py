"""`python -m config.run FLEET`: Penumbra on one's own fleet, in one process, or what is missing.

Nothing is guessed: the address allow-list, people and their roles are the operator's to set. Each
missing thing is said with the exact line that sets it.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    """Check, migrate, sync, and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("fleet", type=Path, help="a fleet file; see docs/fleet-file.md")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))
    options = parser.parse_args()
    os.environ["PORT"] = str(options.port)  # of which the address of links is made
    _set_up()

    from django.core.management import CommandError, call_command  # noqa: PLC0415

    from config.first_use import what_is_missing, what_to_consider  # noqa: PLC0415
    from rollouts.management.commands.sync_fleet import read_file  # noqa: PLC0415

    try:
        fleet = read_file(options.fleet)
        call_command("migrate", verbosity=0)
        if missing := what_is_missing(fleet):
            sys.exit("Not yet:\n\n" + "\n\n".join(missing) + "\n\nThen run it again.")
        call_command("sync_fleet", str(options.fleet))
    except CommandError as error:
        sys.exit(str(error))
    for paragraph in what_to_consider():
        print(f"\n{paragraph}")  # noqa: T201
    serve(options.host, options.port)


def _set_up() -> None:
    """Load the settings; a bad one ends here, in its own words."""
    from config.environment import BadSetting  # noqa: PLC0415  (it reads settings while imported)

    try:
        django.setup()
    except BadSetting as error:
        sys.exit(str(error))


def serve(host: str, port: int) -> None:
    """Serve until Ctrl-C."""
    from django.db import connections  # noqa: PLC0415  (needs settings)

    from config.embedded import EmbeddedServer  # noqa: PLC0415

    connections.close_all()  # gunicorn forks, and a connection must not be shared
    EmbeddedServer(host, port, lambda url: print(f"\n  Penumbra: {url}\n", flush=True)).run()  # noqa: T201


if __name__ == "__main__":
    main()
