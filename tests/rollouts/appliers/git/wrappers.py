"""A `git` on PATH that does more than git: what a process dies of, waits for, or is watched by."""

from __future__ import annotations

import shutil

REAL = shutil.which("git")


def wrap_git(folder, monkeypatch, script):
    """Put a shell script in git's place; `$REAL` is git, and `is WORD` asks for a subcommand."""
    folder.mkdir(exist_ok=True)
    path = folder / "git"
    path.write_text(
        f'#!/bin/sh\nREAL="{REAL}"\nHERE="{folder}"\n'
        'is() { for word in $WORDS; do [ "$word" = "$1" ] && return 0; done; return 1; }\n'
        f'WORDS="$*"\n{script}\n'
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def killing(point, moment):
    """Return a script that kills whoever called git: before a subcommand, after it, or while it
    goes on as an orphan."""
    once = f'is {point} && mkdir "$HERE/killed" 2>/dev/null'
    die = "kill -9 $PPID"
    if moment == "before":
        return f'if {once}; then {die}; exit 1; fi\nexec "$REAL" "$@"'
    if moment == "orphan":
        return f'if {once}; then {die}; fi\nexec "$REAL" "$@"'
    return f'"$REAL" "$@"\ncode=$?\nif {once}; then {die}; fi\nexit $code'
