"""Name the findings of a look over the fleet: which variant of which difference each one is.

Theory. A finding is named by what it says, a variant by the same without the cluster's own names.
Naming costs as much as reading the texts again, so it is done once per occurrence, and rows are
made for what was seen twice: what passes leaves none. Part of what is stored before the look's own
transaction; rows are written in one order by all who write them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from diffs.difference_label import label_of
from diffs.edit_words import sentence
from diffs.fingerprint import ClusterNames, fingerprint
from diffs.formats.format import Format
from diffs.models import Difference, Finding, Occurrence, Variant
from diffs.report import Finding as Disagreement
from diffs.report import Kind
from diffs.rules.memory import Memory

BATCH = 500
NAMES = ("cluster", "target")
"""The labels of a source that are names of its cluster."""

MOST_KEY = 520

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """A finding's names and words."""

    exact: str
    shape: str
    kind: str
    label: str
    key: str
    sentence: str
    typed: str


MEMORY: Memory[Named] = Memory(60_000)
"""What this process named before; a finding that stays is named once a process."""


def keep_variants(
    source_id: int,
    findings: Collection[str],
    *,
    labels: Mapping[str, str | int],
    format_: Format,
    texts: Mapping[str, Disagreement],
) -> dict[str, int]:
    """Return {finding digest: id of its variant} of all that are known or were seen before.

    Shapes
        findings    digests of the findings of a comparison at this source
        texts       {digest: finding} of those that are at hand; the others are read
    """
    if not findings:
        return {}
    rows = Occurrence.objects.filter(source_id=source_id).order_by("first_seen_at")
    seen = dict(rows.values_list("finding_id", "variant_id"))
    known = {digest: pk for digest in findings if (pk := seen.get(digest)) is not None}
    unnamed = [digest for digest in findings if digest not in known]
    names = ClusterNames([str(labels[name]) for name in NAMES if labels.get(name)])
    named = dict(_named(unnamed, names, format_, texts, labels))
    rollout = str(labels.get("rollout", ""))
    found = _existing(rollout, {one.exact for one in named.values()})
    again = {d: one for d, one in named.items() if d in seen and one.exact not in found}
    if again:
        found |= _written(rollout, format_.name, list(again.values()))
    return known | {d: found[one.exact] for d, one in named.items() if one.exact in found}


def _named(
    digests: Sequence[str],
    names: ClusterNames,
    format_: Format,
    texts: Mapping[str, Disagreement],
    labels: Mapping[str, str | int],
) -> Iterator[tuple[str, Named]]:
    """Yield each finding with its names; what this process named before is not read again."""
    own = "\0".join(str(labels.get(name, "")) for name in NAMES)
    for batch in _batches(digests):
        keys = {digest: f"{format_.label}\0{digest}\0{own}".encode() for digest in batch}
        known = {digest: MEMORY.get(key) for digest, key in keys.items()}
        missing = [digest for digest in batch if known[digest] is None and digest not in texts]
        at_hand = {**texts, **_read(missing)} if missing else texts
        for digest, before in known.items():
            if before is not None:
                yield digest, before
            elif digest in at_hand:
                named = name_of(at_hand[digest], names=names, format_=format_)
                MEMORY.keep(keys[digest], named)
                yield digest, named


def _read(digests: Sequence[str]) -> dict[str, Disagreement]:
    """Return stored findings; without those that were forgotten."""
    rows = Finding.objects.filter(pk__in=digests)
    return {
        digest: Disagreement(key, Kind(kind), left, right)
        for digest, key, kind, left, right in rows.values_list(
            "digest", "key", "kind", "left", "right"
        )
    }


def name_of(finding: Disagreement, *, names: ClusterNames, format_: Format) -> Named:
    """Return what a finding is called over the fleet."""
    given = fingerprint(finding, parts=format_.parts, names=names)
    edits, (left, right) = given.edits, given.sides
    return Named(
        exact=given.exact,
        shape=given.shape,
        kind=finding.kind,
        label=label_of(finding.kind, edits, left=left, right=right),
        key=names.generalised(finding.key)[:MOST_KEY],
        sentence=names.generalised(sentence(finding.kind, edits)),
        typed=sentence(finding.kind, edits, typed=True),
    )


def _existing(rollout: str, exacts: Collection[str]) -> dict[str, int]:
    """Return {exact: variant id} of those that have a row."""
    found: dict[str, int] = {}
    for batch in _batches(sorted(exacts)):
        rows = Variant.objects.filter(difference__rollout=rollout, exact__in=batch)
        found.update(rows.values_list("exact", "pk"))
    return found


def _written(rollout: str, format_name: str, named: Sequence[Named]) -> dict[str, int]:
    """Write the rows of variants, and of their differences where these are new."""
    by_shape = {one.shape: one for one in sorted(named, key=lambda one: one.exact, reverse=True)}
    Difference.objects.bulk_create(
        (
            Difference(
                rollout=rollout,
                shape=shape,
                format=format_name,
                kind=one.kind,
                label=one.label,
                sentence=one.sentence,
            )
            for shape, one in sorted(by_shape.items())
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    rows = Difference.objects.filter(rollout=rollout, shape__in=list(by_shape))
    differences = {row.shape: row for row in rows}
    by_exact = {one.exact: one for one in named}
    Variant.objects.bulk_create(
        (
            Variant(
                difference=differences[one.shape], exact=exact, key=one.key, sentence=one.sentence
            )
            for exact, one in sorted(by_exact.items())
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    for one in named:  # values differ: the group is called by their types
        row = differences[one.shape]
        if row.sentence not in {one.sentence, one.typed}:
            row.sentence = one.typed
            Difference.objects.filter(pk=row.pk).update(sentence=one.typed)
    return _existing(rollout, by_exact)


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
