"""Measure the preview of one rule over 50,000 stored findings of 250 targets, and its cancelling.

    python -m tests.measures.preview

On a PostgreSQL of its own. Prints seconds, findings a second and memory; exits 1 when the goal of
60 seconds is missed.
"""

from __future__ import annotations

import importlib
import os
import resource
import sys

import django
from django.db import connection

import tests.plugins.servers  # noqa: F401  (starts them and says where they are)

GOAL_SECONDS = 60.0
FINDINGS, TARGETS = 50_000, 250
MEGABYTE = 1024.0


def main() -> None:
    """Fill, measure and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    connection.creation.create_test_db(verbosity=0)
    measured = importlib.import_module("tests.measures.preview_run")
    rule_id = measured.fill(FINDINGS, TARGETS)
    before = most_memory()
    seconds, result = measured.run(rule_id)
    after = most_memory()
    again, _ = measured.run(rule_id)
    late = measured.cancelled_on_its_way(rule_id)
    verdict = "met" if seconds <= GOAL_SECONDS else "MISSED"
    sys.stdout.write(
        f"{FINDINGS} findings of {TARGETS} targets\n"
        f"preview       {seconds:6.1f} s  {FINDINGS / seconds:8.0f} findings/s"
        f"  goal {GOAL_SECONDS:.0f} s {verdict}\n"
        f"once more     {again:6.1f} s\n"
        f"cancelled in  {late:6.2f} s\n"
        f"memory        {before:6.0f} MB before, {after:.0f} MB at most\n"
        f"hides {result['routes']}, leaves {result['stays']}, past {result['past']}\n"
    )
    sys.exit(seconds > GOAL_SECONDS)


def most_memory() -> float:
    """Return the most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


if __name__ == "__main__":
    main()
