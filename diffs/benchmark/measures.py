"""What the benchmark measures, case by case, as ratios to a floor taken at the same moment.

Ratios, since machines differ and share their cores: the floor is the time that one compiled regexp
needs to cut the same texts into routes, or SHA-256 to digest them.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from diffs.benchmark.cut import cut
from diffs.benchmark.make_tables import tables
from diffs.compare import compare
from diffs.formats import FORMATS
from diffs.formats.eskip import lines
from diffs.line_index import LineIndex

ESKIP = FORMATS["eskip"]
COLD_RATIO = 8.0
AGAIN_OF_FIRST, AGAIN_OF_FLOOR = 0.1, 2.0
UNCHANGED_RATIO = 2.0
RESIDENT_MB, GROWTH_RATE = 400.0, 0.05
"""The process breathes by some MB as memory is given back, so peaks are compared."""

CHANGED_SHARE = 100
"""One line in so many changes from look to look."""
QUICK_REPEATS = 20
"""How many times as often the quick cases run, since a neighbour disturbs them more."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result; every text is for people."""

    case: str
    measured: str
    ratio: str
    goal: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides of one look."""

    legacy: bytes
    shadow: bytes


def make_pair(routes: int) -> Pair:
    """Return a pair of tables that mean the same except for one route in a hundred."""
    legacy, shadow, _ = tables(routes, routes // CHANGED_SHARE)
    return Pair(legacy.encode(), shadow.encode())


def measure_looks(pair: Pair, repeats: int) -> Iterator[Row]:
    """Measure a look at texts never seen, one at texts that changed a little, and one unchanged."""
    texts = (pair.legacy.decode(), pair.shadow.decode())
    floor = _best(lambda: [cut(text) for text in texts], repeats)
    often = repeats * QUICK_REPEATS
    hashing = _best(lambda: (_digest(pair.legacy), _digest(pair.shadow)), often)
    first = _best(lambda: _look(pair), repeats, before=lines.forget)
    seconds = f"{first:.3f} s, cutting {floor:.3f} s"
    case = "nothing cached, every line written differently"
    goal = f"at most {COLD_RATIO:.0f} x cutting both texts"
    yield Row(case, seconds, f"{first / floor:.2f}", goal, first <= COLD_RATIO * floor)

    known = [ESKIP.read(side).lines.to_bytes() for side in (pair.legacy, pair.shadow)]
    later = Pair(churned(pair.legacy, 1), churned(pair.shadow, 1))
    again = _best(lambda: _look(later, known), repeats)
    both = floor + hashing
    is_met = again <= AGAIN_OF_FIRST * first or again <= AGAIN_OF_FLOOR * both
    ratio = f"{again / first:.2f} and {again / both:.2f}"
    goal = f"{AGAIN_OF_FIRST} x the first, or {AGAIN_OF_FLOOR:.0f} x cutting and hashing both"
    seconds = f"{again:.3f} s, cutting and hashing {both:.3f} s"
    yield Row("second look, 1 % of the lines changed", seconds, ratio, goal, is_met)

    last = _digest(pair.legacy), _digest(pair.shadow)
    same = _best(lambda: (_digest(pair.legacy), _digest(pair.shadow)) == last, often)
    goal = f"at most {UNCHANGED_RATIO:.0f} x SHA-256 of the body"
    seconds = f"{same:.4f} s, SHA-256 {hashing:.4f} s"
    ratio = f"{same / hashing:.2f}"
    yield Row("unchanged body", seconds, ratio, goal, same <= UNCHANGED_RATIO * hashing)


def measure_memory(pair: Pair, comparisons: int) -> Iterator[Row]:
    """Look again and again at tables that keep changing, and watch the size of the process."""
    known: list[bytes] = []
    sizes = []
    for number in range(comparisons):
        moved = Pair(churned(pair.legacy, number), churned(pair.shadow, number + 1))
        known = _look(moved, known)
        sizes.append(resident_mb())
    quarter, most = len(sizes) // 4, max(sizes)
    early, late = max(sizes[quarter : 2 * quarter + 1]), max(sizes[-quarter - 1 :])
    goal = f"at most {RESIDENT_MB:.0f} MB"
    ratio = f"{most / RESIDENT_MB:.2f}"
    yield Row("memory of the process", f"{most:.0f} MB", ratio, goal, most <= RESIDENT_MB)
    grown = late / early - 1
    goal = f"flat: last quarter at most {GROWTH_RATE:.0%} above the second"
    measured = f"peaks {early:.0f} MB, then {late:.0f} MB"
    case = f"memory over {comparisons} comparisons"
    yield Row(case, measured, f"{grown:+.1%}", goal, grown <= GROWTH_RATE)


def churned(table: bytes, seed: int) -> bytes:
    """Return the table with one line in a hundred changed, other lines for another seed."""
    changed = table.split(b"\n")
    for place in range(seed % CHANGED_SHARE, len(changed), CHANGED_SHARE):
        changed[place] = changed[place].replace(b'"reuse"', b'"look-%d"' % seed)
    return b"\n".join(changed)


def resident_mb() -> float:
    """Return the resident size of this process; Linux tells it in /proc."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def _look(pair: Pair, known: list[bytes] | None = None) -> list[bytes]:
    """Read and compare both sides as a worker does; return what it would keep for the next look."""
    before = [LineIndex.from_bytes(index) for index in known] if known else [None, None]
    legacy, shadow = ESKIP.read(pair.legacy, before[0]), ESKIP.read(pair.shadow, before[1])
    compare(legacy, shadow)
    if known is None:
        return []
    return [legacy.lines.to_bytes(), shadow.lines.to_bytes()]


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def _best(
    work: Callable[[], object], repeats: int, before: Callable[[], object] = gc.collect
) -> float:
    """Return the seconds of the fastest of several runs: the one least disturbed."""
    best = float("inf")
    for _ in range(repeats):
        before()
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best
