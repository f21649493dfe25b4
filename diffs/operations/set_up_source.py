"""Set up a source as its owner says; a changed address starts its proof anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from diffs.models import Source, SourceSide, SourceState
from diffs.models.source import Reads
from diffs.operations.restart_proof import forget_sides, restart_proof
from diffs.outcomes import Side


@dataclass(frozen=True, slots=True)
class SideSetUp:
    """How one side is reached; see SourceSide."""

    addresses: tuple[str, ...]
    credential: str = ""
    ca_bundle: str = ""
    proxy: str = ""
    metrics: str = ""
    paging: int = 0


@dataclass(frozen=True, slots=True)
class SourceSetUp:
    """A whole source as its owner describes it; `interval_seconds` between two looks.

    `options` are the format's own, as it has checked them.
    """

    labels: Mapping[str, str | int]
    format: str
    interval_seconds: int
    legacy: SideSetUp
    shadow: SideSetUp
    options: Mapping[str, object] = field(default_factory=dict)


def add_source(set_up: SourceSetUp, *, now: datetime) -> Source:
    """Write a new source that is not read yet: `restart_proof` says what is, and from when on."""
    source = Source.objects.create(
        labels=dict(set_up.labels),
        format=set_up.format,
        options=dict(set_up.options),
        interval_seconds=set_up.interval_seconds,
    )
    SourceState.objects.create(source=source, next_look_at=now)
    for side in Side:
        _write_side(source, side, getattr(set_up, side.value))
    return source


def change_source(source: Source, set_up: SourceSetUp, *, now: datetime) -> tuple[str, ...]:
    """Bring a source in step with its description; return what changed, in words.

    Labels and the interval change nothing about the proof; an address, a way of reaching it, the
    format or an option of it restarts it.
    """
    changed = []
    if source.labels != dict(set_up.labels):
        source.labels = dict(set_up.labels)
        changed.append("labels")
    if source.interval_seconds != set_up.interval_seconds:
        changed.append(f"interval {source.interval_seconds} s → {set_up.interval_seconds} s")
        source.interval_seconds = set_up.interval_seconds
        # A longer interval must not make a gap that was too long earn clean time after all.
        SourceState.objects.filter(source=source).update(last_good_at=None)
    source.save(update_fields=["labels", "interval_seconds"])
    moved = [side for side in Side if _write_side(source, side, getattr(set_up, side.value))]
    restarting = [f"{side.value} side" for side in moved]
    reread = _write_format(source, set_up)
    forget_sides(source.pk, list(Side) if reread else moved)
    restarting += reread
    if restarting:
        reason = f"changed: {', '.join(restarting)}"
        restart_proof(
            source.pk,
            reads=Reads(source.reads),
            is_soaking=source.is_soaking,
            reason=reason,
            now=now,
        )
    return tuple(changed + restarting)


def _write_format(source: Source, set_up: SourceSetUp) -> list[str]:
    """Write the format and its options; return what of them changed, in words."""
    changed = []
    if source.format != set_up.format:
        changed.append(f"format {source.format} → {set_up.format}")
    before, wanted = source.options, dict(set_up.options)
    names = [name for name in {**before, **wanted} if before.get(name) != wanted.get(name)]
    changed += [f"{name} of the format" for name in sorted(names)]
    if changed:
        source.format, source.options = set_up.format, wanted
        source.save(update_fields=["format", "options"])
    return changed


def _write_side(source: Source, side: Side, set_up: SideSetUp) -> bool:
    """Write one side's row; return whether anything but its metrics changed."""
    wanted = {**asdict(set_up), "addresses": list(set_up.addresses)}
    row = SourceSide.objects.filter(source=source, side=side).first()
    if row is None:
        SourceSide.objects.create(source=source, side=side, **wanted)
        return True
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=changed)
    return bool(set(changed) - {"metrics"})
