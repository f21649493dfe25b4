"""Everything that is checked without running a test, two checks at a time.

    python -m tests.house.lint PACKAGE...

What passes is one line, what fails prints all it said; exits 1 if one failed.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.tree import ROOT, files

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
AT_ONCE = 2
SECONDS_AT_MOST = 900


@dataclass(frozen=True)
class Check:
    """One program and the settings it runs under."""

    name: str
    argv: list[str]
    settings: dict[str, str] = field(default_factory=dict)


def production() -> dict[str, str]:
    """Return settings as a real deployment has them; nothing connects to these addresses."""
    return {
        "DATABASE_URL": "postgres://penumbra@database.example.org/penumbra",
        "PENUMBRA_BROKER_URL": "redis://broker.example.org:6379/0",
        "PENUMBRA_SECRET_KEY": secrets.token_hex(32),
        "PENUMBRA_AUDIT_KEY": secrets.token_hex(32),
        "PENUMBRA_BASE_URL": "https://penumbra.example.org",
    }


def checks(packages: list[str]) -> list[Check]:
    """Return the checks, slowest first."""
    templates = [str(path) for path in files() if path.suffix == ".html"]
    python = [*packages, "manage.py"]
    djade = [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates]
    return [
        Check("types", [str(BIN / "mypy"), *python]),
        Check("deployment", [*MANAGE, "check", "--deploy", "--fail-level=WARNING"], production()),
        Check("lint of templates", [str(BIN / "djlint"), "--lint", "--quiet", "templates"]),
        Check("dependencies", [str(BIN / "deptry"), "--no-ansi", "."]),
        Check("import contracts", [str(BIN / "lint-imports")]),
        Check("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        Check("lint", [str(BIN / "ruff"), "check", "--quiet", *python]),
        Check("format", [str(BIN / "ruff"), "format", "--check", "--quiet", *python]),
        *([Check("format of templates", djade)] if templates else []),
    ]


def run(check: Check, folder: str) -> bool:
    """Run one check, print its line, and return whether it passed."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PENUMBRA_")}
    own.pop("DATABASE_URL", None)
    began = time.monotonic()
    done = subprocess.run(
        check.argv,
        cwd=ROOT,
        env={**own, "PENUMBRA_FOLDER": folder, **check.settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_AT_MOST,
        check=False,
    )
    mark = "ok    " if done.returncode == 0 else "FAILED"
    said = "" if done.returncode == 0 else f"\n{done.stdout.strip()}\n"
    print(f"{mark} {check.name} ({time.monotonic() - began:.1f} s){said}", flush=True)  # noqa: T201
    return done.returncode == 0


def main() -> None:
    """Run every check."""
    with (
        tempfile.TemporaryDirectory(prefix="penumbra-lint-") as folder,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        passed = list(pool.map(lambda check: run(check, folder), checks(sys.argv[1:])))
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
