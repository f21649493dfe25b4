"""Take each guard away in a copy of the tree, and see that a test misses it.

    python -m tests.mutants [WORD …]        only guards whose words hold one of these

Prints the list with its count; exits 1 when a guard is not missed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.house.tree import ROOT
from tests.mutants.guards import GUARDS, Guard

AT_ONCE = 2
LONGEST_SECONDS = 900


def main(words: list[str]) -> int:
    """Try the guards; return the exit code."""
    guards = [one for one in GUARDS if not words or any(word in one.what for word in words)]
    with tempfile.TemporaryDirectory(prefix="penumbra-mutants-") as folder:
        trees: Queue[Path] = Queue()
        for number in range(AT_ONCE):
            trees.put(_copy(Path(folder) / f"tree-{number}"))

        def tried(guard: Guard) -> bool:
            tree = trees.get()
            try:
                return _is_missed(guard, tree)
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            missed = []
            for guard, is_missed in zip(guards, pool.map(tried, guards), strict=True):
                missed.append(is_missed)
                print("caught  " if is_missed else "SURVIVED", guard.what, flush=True)  # noqa: T201
    print(f"{sum(missed)} of {len(guards)} guards are missed when they are gone")  # noqa: T201
    return 0 if all(missed) else 1


def _copy(tree: Path) -> Path:
    """Copy what git keeps, and nothing that was built."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    return tree


def _is_missed(guard: Guard, tree: Path) -> bool:
    """Say whether the tests fail without the guard; the tree is left as it was."""
    path = tree / guard.path
    before = path.read_text() if guard.text else None
    path.write_text(mutated(guard, before, tree))
    try:
        return _fails(guard.tests, tree)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)


def mutated(guard: Guard, before: str | None, tree: Path) -> str:
    """Return the file without the guard.

    Errors
        ValueError  the guard does not stand there once
    """
    if before is None:
        latest = max(path.stem for path in (tree / guard.path).parent.glob("0*.py"))
        return guard.without.format(latest=latest)
    if before.count(guard.text) != 1:
        raise ValueError(f"{guard.path} holds {before.count(guard.text)} times: {guard.text}")
    return before.replace(guard.text, guard.without)


def _fails(tests: str, tree: Path) -> bool:
    """Run the tests in the tree; only a test that failed counts, not a run that broke."""
    argv = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests.split()]
    done = subprocess.run(
        argv, cwd=tree, capture_output=True, check=False, text=True, timeout=LONGEST_SECONDS
    )
    return done.returncode == 1 and " failed" in done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
