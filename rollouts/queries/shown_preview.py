"""The preview of a rule as its page prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diffs.models import Finding, RulePreview
from diffs.models.preview import UNENDED
from rollouts.models import Target
from rollouts.queries.target_rows import name_of


@dataclass(frozen=True, slots=True)
class Example:
    """One route that a rule would have hidden, with both texts."""

    key: str
    kind: str
    left: str
    right: str
    format: str
    target: str
    is_present: bool


@dataclass(frozen=True, slots=True)
class ListedDifference:
    """One difference of which a rule would hide something."""

    id: int
    name: str
    sentence: str
    routes: int
    past: int
    stays: int
    targets: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """A preview: how far it is, and what it came to.

    Shapes
        bugs        (name, sentence) of variants judged a bug
        counts      the numbers of the result by name, {} before the end
    """

    id: int
    state: str
    is_under_way: bool
    done: int
    total: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    problem: str
    counts: tuple[tuple[str, int], ...] = ()
    differences: tuple[ListedDifference, ...] = ()
    more: int = 0
    bugs: tuple[tuple[int, str], ...] = ()
    bugs_total: int = 0
    emptied: tuple[str, ...] = ()
    is_unforeseen: bool = False
    examples: tuple[Example, ...] = ()

    @property
    def counts_by(self) -> dict[str, int]:
        """Return the numbers of the result by name."""
        return dict(self.counts)


COUNTED = ("routes", "stays", "past", "targets", "closes", "compared")


def shown_preview(row: RulePreview | None) -> ShownPreview | None:
    """Return a preview with its examples; texts that are kept no longer are left out."""
    if row is None:
        return None
    result: dict[str, Any] = row.result
    listed = tuple(_difference(one) for one in result.get("differences", ()))
    return ShownPreview(
        id=row.pk,
        state=row.state,
        is_under_way=row.state in UNENDED,
        done=row.done,
        total=row.total,
        started_by=row.started_by.get_username(),
        started_at=row.started_at,
        ended_at=row.ended_at,
        problem=row.problem,
        counts=tuple((name, int(result.get(name, 0))) for name in COUNTED if result),
        differences=listed,
        more=int(result.get("differences_total", 0)) - len(listed),
        bugs=tuple(
            (int(one["difference"]), str(one["sentence"])) for one in result.get("bugs", ())
        ),
        bugs_total=int(result.get("bugs_total", 0)),
        emptied=tuple(map(str, result.get("emptied", ()))),
        is_unforeseen=bool(result.get("is_unforeseen")),
        examples=_examples(result.get("examples", ())),
    )


def _difference(one: Mapping[str, Any]) -> ListedDifference:
    return ListedDifference(
        id=int(one["id"]),
        name=f"D-{one['id']}",
        sentence=str(one["sentence"]),
        routes=int(one["routes"]),
        past=int(one["past"]),
        stays=int(one["stays"]),
        targets=int(one["targets"]),
        is_closed=bool(one["is_closed"]),
    )


def _examples(drawn: Any) -> tuple[Example, ...]:  # noqa: ANN401  (JSON of the result)
    rows = Finding.objects.in_bulk([str(one["finding"]) for one in drawn])
    targets = {
        target.source_id: target
        for target in Target.objects.filter(
            source_id__in=[int(one["source"]) for one in drawn]
        ).select_related("cluster", "source")
    }
    return tuple(
        _example(rows[one["finding"]], targets.get(int(one["source"])), one)
        for one in drawn
        if one["finding"] in rows
    )


def _example(row: Finding, target: Target | None, one: Mapping[str, Any]) -> Example:
    return Example(
        key=row.key,
        kind=row.kind,
        left=row.left,
        right=row.right,
        format=target.source.format if target else "eskip",
        target=name_of(target) if target else "a target that is gone",
        is_present=bool(one["is_present"]),
    )
