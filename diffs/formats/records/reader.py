"""Read records: the array of a document, or one record a line.

Flow: address -> fetch -> *parse* -> *canonical* -> compare -> report -> store -> gate.
Pure: nothing here imports Django, reads a clock or opens a socket.

A record that cannot be read is a refusal with its place, and the rest is still there. In an array
that holds only while its brackets and commas do: what follows the first fault is refused as one.
"""

from __future__ import annotations

from collections.abc import Mapping

from diffs.formats.records.found import Found
from diffs.formats.records.identity import NoKey, key_of
from diffs.formats.records.options import Options
from diffs.formats.records.places import Places
from diffs.formats.records.scan import records_in
from diffs.formats.records.shape import canonical, shaped
from diffs.formats.records.voice import RecordVoice
from diffs.line_index import NO_LINE, LineIndex, digest_of
from diffs.table import Limits, Refusal, Table, TableTooLarge

EXCERPT_BYTES = 120


def read_records(
    data: bytes, known: LineIndex | None, *, limits: Limits, options: Options, label: str
) -> Table:
    """Read a document into a table; lines that `known` has seen under `label` are not read again.

    Errors
        TableTooLarge   a limit is exceeded; everything else ends as a Refusal in the table
    """
    seen = known.records if known and known.label == label and not options.is_ordered else {}
    return _Reader(data, limits, options, seen).read(label)


class _Reader:
    """One reading."""

    def __init__(
        self,
        data: bytes,
        limits: Limits,
        options: Options,
        seen: Mapping[bytes, tuple[str, bytes]],
    ) -> None:
        self.data = data
        self.limits = limits
        self.options = options
        self.places = Places(options)
        self.seen = seen
        self.keys: list[str] = []
        self.meanings: list[bytes] = []
        self.raws: list[bytes] = []
        self.spans: tuple[list[int], list[int]] = ([], [])
        self.refusals: list[Refusal] = []
        self.counted = (0, 1, 0)

    def read(self, label: str) -> Table:
        found = records_in(self.data, self.options.root, limits=self.limits, is_seen=self.is_seen)
        for one in found:
            self._take(one)
            if len(self.keys) + len(self.refusals) > self.limits.routes:
                raise TableTooLarge("routes", self.limits.routes)
        longest = max(map(len, self.keys), default=0)
        if longest > self.limits.route_id_bytes:
            raise TableTooLarge("route_id_bytes", self.limits.route_id_bytes)
        after = self._in_order() if self.options.is_ordered else {}
        index = LineIndex(label, self.keys, self.meanings, self.raws)
        voice = RecordVoice(self.options, self.places, after)
        return Table(self.data, index, self.spans, tuple(self.refusals), voice)

    def is_seen(self, raw: bytes) -> bool:
        """Say whether a line was read in an earlier look."""
        return digest_of(raw) in self.seen

    def _take(self, found: Found) -> None:
        """Keep one record, or the reason why it is none."""
        raw = self.data[found.start : found.stop]
        digest = digest_of(raw)
        entry = self.seen.get(digest) if found.value is None else None
        if entry is None:
            if found.reason:
                self._refuse(found, raw, "")
                return
            entry = self._entry(found, raw)
        if entry is not None:
            self.keys.append(entry[0])
            self.meanings.append(entry[1])
            self.raws.append(digest if found.is_line else NO_LINE)
            self.spans[0].append(found.start)
            self.spans[1].append(found.stop)

    def _entry(self, found: Found, raw: bytes) -> tuple[str, bytes] | None:
        """Return key and meaning of a record; None where it was refused."""
        record = found.value
        if not isinstance(record, dict):
            self._refuse(found, raw, "no object: a record is written in braces")
            return None
        try:
            key = key_of(record, self.options.key)
        except NoKey as error:
            self._refuse(found, raw, found.flaw or str(error))
            return None
        if found.flaw:
            self._refuse(found, raw, found.flaw, key=key)
            return None
        return key, digest_of(canonical(shaped(record, self.places)))

    def _in_order(self) -> dict[str, str]:
        """Make the record before it part of what each record means; return {key: that one}."""
        before = ["", *self.keys[:-1]] if self.keys else []
        self.meanings = [
            digest_of(meaning + key.encode())
            for meaning, key in zip(self.meanings, before, strict=True)
        ]
        self.raws = [NO_LINE] * len(self.keys)
        return dict(zip(self.keys, before, strict=True))

    def _refuse(self, found: Found, raw: bytes, reason: str, *, key: str = "") -> None:
        line, column = self._line_and_column(found.at)
        excerpt = raw[:EXCERPT_BYTES].decode(errors="backslashreplace")
        self.refusals.append(
            Refusal(
                key=key or found.name,
                position=found.at,
                line=line,
                column=column,
                reason=reason or found.reason,
                excerpt="".join(sign if sign.isprintable() else " " for sign in excerpt),
                digest=digest_of(raw),
            )
        )

    def _line_and_column(self, position: int) -> tuple[int, int]:
        """Count on from the last place asked for, so that all of them together cost one reading."""
        counted, line, begun = self.counted if self.counted[0] <= position else (0, 1, 0)
        line += self.data.count(b"\n", counted, position)
        begun = max(begun, self.data.rfind(b"\n", counted, position) + 1)
        self.counted = (position, line, begun)
        return line, position - begun + 1
