"""A tier summed up: its mode, its targets by state, and the clean time of its worst member.

Pure, but for the rows it is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from diffs.outcomes import SETTLING
from rollouts.queries.target_rows import TargetRow
from rollouts.queries.target_state import NEEDS_A_PERSON


@dataclass(frozen=True, slots=True)
class TierSummary:
    """What one row of the overview says of a tier.

    Units: `clean_seconds`, `soak_seconds` seconds; `soak_share` 0.0 to 1.0 of time and looks,
    whichever lags; 0.0 where nothing soaks. `blockers` are the members that need a person, by what
    was seen last. `is_blind` says that nobody looks, `note` why the tier may go on or not where no
    member needs a person. `rules` that are active hide `hidden` routes at its members.
    """

    mode: str
    counts: tuple[tuple[str, int], ...]
    targets: int
    set_aside: int
    is_soaking: bool
    clean_seconds: float
    clean_looks: int
    clean_changes: int
    soak_seconds: int
    soak_share: float
    worst: TargetRow | None
    blockers: tuple[TargetRow, ...]
    differences: int
    is_blind: bool
    note: str
    hidden: int = 0
    rules: int = 0


def tier_summary(rows: Sequence[TargetRow], policy: dict[str, object]) -> TierSummary:
    """Sum up the targets of one tier under its policy. Those set aside count for nothing."""
    members = [row for row in rows if not row.is_set_aside]
    soaking = [row for row in members if row.facts.is_soaking]
    worst = min(soaking, key=_clean, default=None)
    soak, looks = _number(policy.get("soak_seconds")), _number(policy.get("looks"))
    order = {state: place for place, state in enumerate(NEEDS_A_PERSON)}
    blockers = sorted(
        (row for row in members if row.seen_state in order),
        key=lambda row: (order[row.seen_state], row.name),
    )
    return TierSummary(
        mode=_mode(rows),
        counts=tuple(Counter(row.state for row in members).items()),
        targets=len(rows),
        set_aside=len(rows) - len(members),
        is_soaking=bool(soaking),
        clean_seconds=worst.facts.clean_seconds if worst else 0.0,
        clean_looks=worst.facts.clean_looks if worst else 0,
        clean_changes=worst.facts.clean_changes if worst else 0,
        soak_seconds=soak,
        soak_share=min((_share(row, soak, looks) for row in soaking), default=0.0),
        worst=worst,
        blockers=tuple(blockers),
        differences=sum(row.facts.differences for row in members),
        is_blind=any(row.was for row in rows),
        note=_note(rows, members, soak, looks),
        hidden=sum(row.facts.hidden + row.facts.explained for row in members),
        rules=len({rule for row in members for rule, _ in row.facts.hits}),
    )


def _note(rows: Sequence[TargetRow], members: Sequence[TargetRow], soak: int, looks: int) -> str:
    """Say what a tier waits for in which nobody needs a person."""
    if not members:
        return "every target is set aside" if rows else "no targets"
    awaited = Counter(word for row in members if (word := _awaited(row)))
    for word, count in awaited.most_common(1):
        return f"waits for {word}" + (f" at {count} of {len(members)}" if count < len(rows) else "")
    soaking = [row for row in members if row.facts.is_soaking]
    if any(_share(row, soak, looks) < 1 for row in soaking):
        return f"only time: {min(soaking, key=_clean).name} has soaked the least"
    return "nothing"


def _awaited(row: TargetRow) -> str:
    """Return what a member waits for without anybody's help; "" where it waits for nothing."""
    if row.seen_state == "unseen":
        return "the first look"
    if row.seen_state != "unconfirmed":
        return ""
    return "a second look" if row.facts.outcome in SETTLING else "a mode that is read back"


def _clean(row: TargetRow) -> tuple[float, int]:
    return row.facts.clean_seconds, row.facts.clean_looks


def _share(row: TargetRow, soak: int, looks: int) -> float:
    """Return how much of the soak a member has, in time or looks, whichever is less."""
    by_time = row.facts.clean_seconds / soak if soak else 1.0
    by_looks = row.facts.clean_looks / looks if looks else 1.0
    return min(by_time, by_looks, 1.0)


def _mode(rows: Sequence[TargetRow]) -> str:
    """Return the mode that all targets share, else how many have reached the most common one."""
    counted = Counter(row.mode for row in rows)
    if len(counted) <= 1:
        return next(iter(counted), "off")
    _, most = counted.most_common(1)[0]
    return f"mixed {most}/{len(rows)}"


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
