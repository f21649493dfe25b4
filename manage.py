#!/usr/bin/env python3
"""Django's command line for Penumbra."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (after the line above)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
