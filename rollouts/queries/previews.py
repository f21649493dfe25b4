"""What a step would change, as a worker worked it out last: for pages, which reach out nowhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollouts.commit_diff import CommitDiff, commit_diff
from rollouts.models import Forecast, Promotion, Tier
from rollouts.queries.forecasts import choice_of


@dataclass(frozen=True, slots=True)
class ShownLeftOut:
    """One target for which a way back could write nothing as things stand."""

    name: str
    reason: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """A forecast as a page prints it.

    Shapes
        diff            the change of the commit; no file where nothing has to change
        message         of the commit, with its trailers; "" where there is none
        governed        names of all clusters that the changed values govern
        instructions    what a person has to do, where a person is the applier
        head            of the repository that it was worked out on; "" where there is none
        problem, lines  why there is no change, and the lines it is about
        left_out        who would be left out, why, and the lines it is about
        is_written      whether it was written so; then head and made_at are about that
    """

    diff: CommitDiff
    message: str
    governed: tuple[str, ...]
    instructions: str
    head: str
    made_at: datetime | None
    problem: str
    lines: tuple[str, ...]
    left_out: tuple[ShownLeftOut, ...] = ()
    is_written: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Say whether everything is as it should be already."""
        return not (self.diff.files or self.instructions or self.problem or self.left_out)


def previews_of_tier(tier: Tier) -> dict[str, ShownPreview]:
    """Return the forecasts of all steps of a tier, {mode it leads to: forecast}, in one query."""
    return {
        row.to_mode: _shown(row.document, head=row.head, made_at=row.made_at, problem=row.problem)
        for row in Forecast.objects.filter(tier=tier, selection="")
    }


def preview_of_choice(tier: Tier, to_mode: str, named: Collection[int]) -> ShownPreview | None:
    """Return the forecast of moving some chosen targets; None while none was made."""
    rows = Forecast.objects.filter(tier=tier, to_mode=to_mode, selection=choice_of(named))
    row = rows.exclude(made_at=None).first()
    if row is None:
        return None
    return _shown(row.document, head=row.head, made_at=row.made_at, problem=row.problem)


def preview_of_promotion(promotion: Promotion) -> ShownPreview | None:
    """Return the forecast of a promotion; None while none was made."""
    document = promotion.forecast
    if not document:
        return None
    made_at = document.get("made_at")
    return _shown(
        document,
        head=str(document.get("head", "")),
        made_at=datetime.fromisoformat(made_at) if isinstance(made_at, str) else None,
        problem=str(document.get("problem", "")),
    )


def _shown(
    document: Mapping[str, Any], *, head: str, made_at: datetime | None, problem: str
) -> ShownPreview:
    return ShownPreview(
        diff=commit_diff(str(document.get("diff", ""))),
        message=str(document.get("message", "")),
        governed=tuple(document.get("governed", ())),
        instructions=str(document.get("instructions", "")),
        head=head,
        made_at=made_at,
        problem=problem,
        lines=tuple(document.get("lines", ())),
        left_out=tuple(
            ShownLeftOut(str(one["name"]), str(one["reason"]), tuple(one["lines"]))
            for one in document.get("left_out", ())
        ),
        is_written=bool(document.get("is_written")),
    )
