"""The first command on a fresh machine works, or says in a sentence what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

PROGRAMS = ("postgres", "redis-server", "chromium", "git", "setpriv")


def make(folder, *arguments):
    """Run make in a folder that holds the Makefile and the pins, and nothing else."""
    for name in ("Makefile", "requirements-uv.lock", "requirements.lock", "requirements-dev.lock"):
        if not (folder / name).exists():
            shutil.copy(ROOT / name, folder)
    # Nothing here may install anything: should a test be wrong, it fails at once.
    offline = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1"}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **offline}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def program(folder: Path, name: str, script: str) -> Path:
    """Write a program of a few shell lines."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def installed(folder):
    """Pretend that everything is installed."""
    (folder / ".venv").mkdir()
    make(folder, "help")
    for name in ("ready", "installed", "installed-dev"):
        (folder / ".venv" / name).touch()


def test_help_names_every_target_that_a_person_needs(tmp_path):
    said = make(tmp_path).stdout

    for target in [
        "help",
        "setup",
        "demo",
        "run",
        "test",
        "check",
        "lint",
        "benchmark",
        "load",
        "format",
    ]:
        assert f"make {target} " in said


def test_says_when_python_is_too_old(tmp_path):
    old = program(tmp_path / "bin", "python3", '[ "$1" = -V ] && echo Python 3.10.1; exit 1')

    done = make(tmp_path, "setup", f"PYTHON={old}")

    assert done.returncode
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is Python 3.10.1" in done.stderr


def test_says_when_there_is_no_python(tmp_path):
    done = make(tmp_path, "setup", "PYTHON=no-such-python")

    assert "no-such-python is not installed" in done.stderr


def test_says_when_python_came_without_venv(tmp_path):
    bare = program(tmp_path / "bin", "python3", 'case "$2" in *ensurepip*) exit 1;; esac')

    done = make(tmp_path, "setup", f"PYTHON={bare}")

    assert "apt-get install python3-venv" in done.stderr


def test_running_asks_for_a_fleet(tmp_path):
    installed(tmp_path)

    done = make(tmp_path, "run")

    assert done.returncode
    assert "make run FLEET=fleet.yaml" in done.stderr


def test_a_second_setup_costs_nothing(tmp_path):
    installed(tmp_path)

    assert "Nothing to be done" in make(tmp_path, "setup").stdout


@pytest.mark.parametrize(
    ("missing", "package"), [("redis-server", "redis-server"), ("chromium", "chromium")]
)
def test_who_may_not_install_is_told_exactly_what_is_missing(tmp_path, missing, package):
    folder = tmp_path / "bin"
    for name in set(PROGRAMS) - {missing}:
        program(folder, name, "exit 0")
    program(folder, "id", "echo 1000")

    done = subprocess.run(
        ["/bin/bash", str(ROOT / "tests/plugins/packages.sh")],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 1
    assert f"they are missing: {package}\n" in done.stderr
    assert f"sudo apt-get install {package}" in done.stderr
