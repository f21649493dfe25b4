"""The files of the repository, as the house rules see them."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("config", "demo", "diffs", "ledger", "rollouts")
TEXT = {
    "", ".cfg", ".css", ".html", ".in", ".js", ".json", ".jsonl", ".lock", ".md", ".py", ".sh",
    ".svg", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is in version control or would be, relative to the root."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = sorted(set(listed.split("\0")) - {""})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below the folders, all if none is named, without migrations."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (not folders or path.parts[0] in folders)
    ]


def text_files() -> list[Path]:
    """Return the files that people write: no pictures, fonts or vendored code."""
    return [path for path in files() if path.suffix in TEXT and "vendor" not in path.parts]


def read(path: Path) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def lines_matching(paths: list[Path], pattern: str) -> list[str]:
    """Return "path:line: text" of every line that matches the regular expression."""
    compiled = re.compile(pattern)
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(read(path).splitlines(), start=1)
        if compiled.search(line)
    ]
