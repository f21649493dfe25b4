r"""Rewrite the predicates or filters of one side by a pattern.

Pure: nothing here imports Django, reads a clock or opens a socket.

The pattern sees one predicate or filter at a time, as people read it: `flowId("reuse")`. What it
makes must again be one, and rewriting that must change nothing more; else it stays as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from diffs.formats.eskip.acceptance import is_void, may_be_called
from diffs.formats.eskip.lexer import Fault
from diffs.formats.eskip.route import Call, Route
from diffs.formats.eskip.route_pair import call_of_line, line_of_call
from diffs.part import Role
from diffs.rules.kind import RuleSide
from diffs.rules.kinds.route_rule import RouteRule
from diffs.rules.options import TEXT, TEXT_PATTERN, BadRule, one_of, reads
from diffs.rules.patterns import Pattern, Syntax

PREDICATES, FILTERS = "predicates", "filters"
_REFERENCE = re.compile(r"\\(.?)")


@dataclass(frozen=True, kw_only=True)
class Rewrite(RouteRule):
    """What the pattern finds on one side reads as the text."""

    name: ClassVar[str] = "rewrite"
    says: ClassVar[str] = "Rewrite predicates or filters of one side by a pattern."
    sides: ClassVar[tuple[RuleSide, ...]] = (RuleSide.LEGACY, RuleSide.SHADOW)

    pattern: Pattern = field(metadata=reads(TEXT_PATTERN, "What is looked for in each of them."))
    text: str = field(
        metadata=reads(TEXT, r"What it is replaced by; \1 is the first group of an RE2 expression.")
    )
    of: str = field(
        default=FILTERS, metadata=reads(one_of(PREDICATES, FILTERS), "What is rewritten.")
    )

    def checked(self) -> Self:
        """Return the rule where its text names only groups that there are, and finds an end."""
        if self.pattern.syntax == Syntax.RE2:
            for sign in _REFERENCE.findall(self.text):
                if sign != "\\" and not (sign.isdigit() and int(sign) <= self.pattern.groups):
                    raise BadRule(
                        "text",
                        f"the pattern has no group “\\{sign}”",
                        f"it has {self.pattern.groups}; write a backslash itself as \\\\",
                    )
        elif self.pattern.is_found_in(self.text):
            raise BadRule(
                "text",
                "the pattern is found in it again, so there would be no end",
                "write more of what stands around it, or an RE2 expression",
            )
        return self

    @property
    def touches(self) -> frozenset[Role]:
        """Return what is rewritten."""
        return frozenset({Role.PREDICATE if self.of == PREDICATES else Role.FILTER})

    def changed(self, route: Route) -> Route:
        """Return the route with each predicate or filter rewritten."""
        if self.of == FILTERS:
            filters = tuple(self._rewritten(call) for call in route.filters)
            return route if filters == route.filters else replace(route, filters=filters)
        predicates = tuple(self._predicate(call) for call in route.predicates)
        return route if predicates == route.predicates else replace(route, predicates=predicates)

    def _predicate(self, call: Call) -> Call:
        """Return a predicate rewritten, where Skipper would take it."""
        written = self._rewritten(call)
        return written if may_be_called(written) and not is_void(written) else call

    def _rewritten(self, call: Call) -> Call:
        line = line_of_call(call)
        written = self.pattern.replaced(line, self.text)
        if written == line:
            return call
        try:
            made = call_of_line(written)
        except Fault:
            return call
        again = line_of_call(made)
        return made if self.pattern.replaced(again, self.text) == again else call
