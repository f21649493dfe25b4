"""All that is wrong in one file, gathered before anything is refused.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: where it stands, what is wrong, and what to write instead.

    Units
        line    first line 1
        path    keys from the top, as in rollouts.routesrv.tiers[0].name; "" for the whole file
    """

    line: int
    path: str
    message: str
    mend: str


class FleetFileError(Exception):
    """The file cannot be taken; its text is one line a problem, each with its mend."""

    def __init__(self, problems: tuple[Problem, ...], *, name: str) -> None:
        super().__init__(problems)
        self.problems = problems
        self.name = name

    def __str__(self) -> str:
        return "\n".join(self._line(problem) for problem in self.problems)

    def _line(self, problem: Problem) -> str:
        place = f"{problem.path}: " if problem.path else ""
        return f"{self.name}:{problem.line}: {place}{problem.message}. {problem.mend}"


class Problems:
    """The problems found so far; one that a template gives to many targets is told once."""

    def __init__(self) -> None:
        self._targets: dict[Problem, list[str]] = {}

    def add(self, problem: Problem, *, target: str = "") -> None:
        """Note a problem; `target` is whose fields a template was filled with, if any were."""
        targets = self._targets.setdefault(problem, [])
        if target and target not in targets:
            targets.append(target)

    def __bool__(self) -> bool:
        return bool(self._targets)

    def sorted(self) -> tuple[Problem, ...]:
        """Return the problems in the order of their lines, each once."""
        told = (_for_targets(problem, targets) for problem, targets in self._targets.items())
        return tuple(sorted(told))


def _for_targets(problem: Problem, targets: list[str]) -> Problem:
    if not targets:
        return problem
    rest = f" and {len(targets) - 1} more" if len(targets) > 1 else ""
    message = f"{problem.message} (for {shown(targets[0])}{rest})"
    return Problem(problem.line, problem.path, message, problem.mend)


def shown(text: str) -> str:
    """Return `text` in quotes, printable and short, for a message."""
    short = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    kept = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
    return f'"{kept}"'


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str, closeness: float = 0.6) -> str:
    """Return the mend for an unknown word: the nearest known one, else `otherwise`."""
    near = get_close_matches(word.lower(), list(known), n=1, cutoff=closeness)
    return f"Did you mean {shown(near[0])}?" if near else otherwise
