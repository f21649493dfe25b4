"""What a kind of rule has to offer; one class of these is one kind, its instance one rule.

Pure: nothing here imports Django, reads a clock or opens a socket.

Four things a rule can do, and no more: make a pair of routes the same, hide single findings by
what they are called, pair findings with each other, or explain one that stays on record.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from diffs.part import Role
from diffs.report import Finding


class RuleSide(StrEnum):
    """Whose routes a rule is about."""

    LEGACY = "legacy"
    SHADOW = "shadow"
    BOTH = "both"


class Pair(Protocol):
    """Two sides of a finding, as a format lays them open to rules; a value."""

    def differing(self) -> frozenset[Role]:
        """Return the parts in which the sides differ."""
        ...

    def differs(self, role: Role) -> bool:
        """Say whether the sides differ in one part."""
        ...


P = TypeVar("P", bound=Pair)


@dataclass(frozen=True, kw_only=True)
class RuleKind(ABC):
    """One rule: the options of its kind are fields, made by `options.option`.

    Shapes
        name        of the kind, as it stands in a stored rule; never changed
        says        what it does, one sentence for people
        sides       the sides it can be set to, the first one by default; none where it has no side
        formats     the formats it knows; empty where it needs none
        side        one of `sides`, None where there are none
    """

    name: ClassVar[str]
    says: ClassVar[str]
    sides: ClassVar[tuple[RuleSide, ...]] = ()
    formats: ClassVar[frozenset[str]] = frozenset()

    side: RuleSide | None = None

    def checked(self) -> Self:
        """Return the rule itself where its options go together.

        Errors
            BadRule     they do not
        """
        return self


class PairRule(RuleKind, Generic[P]):
    """Makes the sides of a finding the same, where both have the route."""

    @property
    @abstractmethod
    def touches(self) -> frozenset[Role]:
        """The parts that it can change; it is asked only where one of them differs."""

    @abstractmethod
    def normalised(self, pair: P) -> P:
        """Return the pair without what the rule takes out; itself where that is nothing.

        Laws: normalised(normalised(x)) == normalised(x); what it does not touch stays as it is.
        """


class NameRule(RuleKind):
    """Hides a finding by what it is, whatever its texts say."""

    @abstractmethod
    def covers(self, finding: Finding) -> bool:
        """Say whether it hides this one."""


class MeetingRule(RuleKind):
    """Hides findings that belong together: only all findings of a comparison show which."""

    @abstractmethod
    def meetings(
        self, findings: Sequence[Finding], unique: Collection[str]
    ) -> Iterable[tuple[Finding, Finding]]:
        """Return pairs (only in legacy, only in shadow) that are one route; each finding once.

        Shapes: `unique` are the ids whose content no other route of their side has.
        """


class ExplainingRule(RuleKind):
    """Explains a finding by what the component itself says; it is counted apart, never hidden."""

    @abstractmethod
    def explanation(self, finding: Finding, invalid: Mapping[str, str]) -> str | None:
        """Return why the finding is there, in the component's words; None where it cannot tell."""
