"""What an applier is asked for, and what it answers: values, three refusals, one protocol.

Pure: no Django, row or clock. An applier is called outside every transaction, since it talks to
the world; what it answers is written down by the operation that called it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mode of one target is kept, as the fleet file says.

    Shapes
        target      the target's key; for a cluster outside the rollout, the cluster's key
        name        what sentences call it: the alias
        options     the applier's options filled for it (remote, branch, file, key …)
        fields      the cluster's placeholders (environment, region, alias …)
    """

    target: str
    name: str
    options: Mapping[str, str]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to carry out: move these places from one mode to another.

    Shapes
        promotion       as people see it: P-42
        idempotency_key hex, unique for ever, also over restored databases
        generation      grows by each order of the tier, never falls
        words           {mode: the outside world's word}
        places          what is moved
        others          every other cluster of the fleet, that of no rollout included
        takes           further modes that a place may be found in and is moved from
        leaves          modes that a place may be found in and is left in: safer ones
        needs_commit    a commit is written even where nothing changes: it keeps whoever still
                        carries out an older order, and slept, from pushing it on the same head
        passes_over     what cannot be written is left out and told; else all is refused for one
    """

    promotion: str
    idempotency_key: str
    rollout: str
    tier: str
    generation: int
    from_mode: str
    to_mode: str
    words: Mapping[str, str]
    places: tuple[Place, ...]
    others: tuple[Place, ...]
    requested_by: str
    approved_by: tuple[str, ...]
    evidence: str
    audit_head: str
    title: str
    reason: str
    takes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    needs_commit: bool = False
    passes_over: bool = False

    @property
    def words_before(self) -> frozenset[str]:
        """Return the words that a place may hold and is moved from."""
        return frozenset(self.words[mode] for mode in (self.from_mode, *self.takes))

    @property
    def words_after(self) -> frozenset[str]:
        """Return the words that a place may hold and keeps."""
        return frozenset(self.words[mode] for mode in (self.to_mode, *self.leaves))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One place that an order could not be carried out for, while it was for others.

    Shapes
        target, name    as in its Place
        reason          a sentence
        lines           what it is about, as "FILE:LINE: text", or lines to write
    """

    target: str
    name: str
    reason: str
    lines: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return the reason with its lines."""
        return "\n".join([self.reason, *self.lines])


@dataclass(frozen=True, slots=True)
class Preview:
    """What `apply` would write, were it called now.

    Shapes
        head            the remote's head that this was worked out on
        diff            unified, one file or more; empty where nothing has to change
        files           paths that change
        message         the commit message with its trailers
        governed        names of all clusters that the changed values govern
        instructions    what a person has to do, where a person is the applier
        left_out        the places for which nothing could be written
    """

    head: str
    diff: str
    files: tuple[str, ...]
    message: str
    governed: tuple[str, ...]
    instructions: str
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written.

    Shapes
        reference   a commit's hash; empty where a person carries it out
        was_there   whether nothing had to be written now: this order's own commit is there, or
                    every place already holds the word (then `reference` is the head that says so)
        left_out    the places for which nothing could be written
        written     the change itself as people are shown it; its head is the one it was put on.
                    None where the forecast still tells it: nothing was written, or by a person
    """

    reference: str
    was_there: bool
    left_out: tuple[LeftOut, ...] = ()
    written: Preview | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The mode of one target as it is kept.

    Shapes
        mode        empty when it cannot be told
        word        as it is written, empty when there is none
        where       FILE:LINE of the value
        problem     why the mode cannot be told, empty when it can
    """

    mode: str
    word: str
    where: str
    problem: str


class Refused(Exception):
    """Final: the order cannot be carried out as it stands. The text is for people."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines
        """The lines it is about, as "FILE:LINE: text", or lines to write."""


class Overtaken(Exception):
    """A newer generation is there, or the guard said so: nothing was written."""

    def __init__(self, message: str, generation: int = 0) -> None:
        super().__init__(message)
        self.generation = generation
        """The newest one found in the world; 0 where the world said nothing."""


class NotNow(Exception):
    """The remote is away, a lock is held, time is up: try again; no write is known of."""


class Applier(Protocol):
    """What carries a mode out into the world."""

    kind: str
    keeps_modes: bool
    """Whether it can read back what it wrote; else each target needs an address that tells."""

    def preview(self, order: Order) -> Preview:
        """Return what would be written.

        Errors
            Refused, NotNow
        """
        ...

    def apply(self, order: Order, *, guard: Callable[[], None]) -> Receipt:
        """Carry the order out; calling it again is harmless.

        Shapes
            guard       called right before the write; raises Overtaken when the lease or the
                        generation in the database is no longer the caller's

        Errors
            Refused, Overtaken, NotNow
        """
        ...

    def read(
        self, places: Sequence[Place], words: Mapping[str, str]
    ) -> tuple[str, dict[str, Kept]]:
        """Return the head that was read and, by target, what is kept there.

        Errors
            Refused, NotNow
        """
        ...
