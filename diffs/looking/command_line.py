"""One look without a database: two files or addresses, and what they come to.

A single look cannot wait for a second one, so it says `different` where the workers would say
unconfirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from diffs.fetch import FILE, Endpoint, Payload, read_file
from diffs.formats.format import Format
from diffs.line_index import LineIndex
from diffs.looking.order import (
    Facts,
    Order,
    Problem,
    Reach,
    Seen,
    SideOrder,
    SideSeen,
    StoredReport,
)
from diffs.looking.sandwich import read_address, take_look
from diffs.looking.words import sentence
from diffs.outcomes import Outcome, Side
from diffs.report import Finding


@dataclass(frozen=True, slots=True)
class Answer:
    """What one look came to. Counts are of route ids; a sha256 is 64 hex, "" where unread."""

    outcome: Outcome
    side: str
    sentence: str
    total: int
    matched: int
    findings: tuple[Finding, ...]
    legacy_sha256: str
    shadow_sha256: str
    legacy_routes: int | None
    shadow_routes: int | None


class _NoMemory:
    """Nothing was stored before."""

    def body(self, sha256: str) -> bytes | None:  # noqa: ARG002
        """Return no body."""
        return None

    def facts(self, sha256: str) -> Facts | None:  # noqa: ARG002
        """Return no facts."""
        return None

    def lines(self, sha256: str) -> LineIndex | None:  # noqa: ARG002
        """Return no lines."""
        return None

    def report(self, legacy: str, shadow: str, *, rules: str) -> StoredReport | None:  # noqa: ARG002
        """Return no comparison."""
        return None


def look_once(format_: Format, legacy: Endpoint, shadow: Endpoint, *, reach: Reach) -> Answer:
    """Read two sides once and say what they come to.

    Shapes
        legacy, shadow      an http or https address, or the path of a file
    """

    legacy, shadow = (_named(one) for one in (legacy, shadow))
    order = Order(format_, SideOrder(Side.LEGACY, legacy), SideOrder(Side.SHADOW, shadow), reach)
    files: dict[str, Payload] = {}

    def read(side: SideOrder, deadline: float) -> Payload:
        url = side.endpoint.url
        if not _is_address(url):
            if url not in files:  # a pipe can be read once, and a look may ask twice
                files[url] = read_file(Path(url), limits=reach.limits)
            return files[url]
        return read_address(order, side, deadline)

    if _is_one_file(legacy.url, shadow.url):
        text = "Both sides are the same file, so they would agree whatever it says."
        one = Problem(Outcome.SAME_ADDRESS, None, text)
        seen = Seen(SideSeen(Side.LEGACY), SideSeen(Side.SHADOW), one)
        return _answer(seen, format_.words.noun)
    return _answer(take_look(order, memory=_NoMemory(), read=read), format_.words.noun)


def _named(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint by the path of its file, where it is written as pages show it."""
    return replace(endpoint, url=endpoint.url.removeprefix(FILE))


def _is_one_file(left: str, right: str) -> bool:
    """Say whether two spellings name one ordinary file; a pipe is another one at each opening."""
    if _is_address(left) or _is_address(right):
        return False
    try:
        return Path(left).is_file() and Path(left).samefile(right)
    except OSError:
        return False


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _answer(seen: Seen, noun: str) -> Answer:
    """Put a look into the shape that is printed."""
    report = seen.report
    total = report.total if report else _routes(seen.legacy) or 0
    if seen.problem is not None:
        outcome, side, text = seen.problem.outcome, seen.problem.side or "", seen.problem.sentence
    else:
        outcome, side = (Outcome.EQUAL if seen.is_equal else Outcome.DIFFERENT), ""
        differing = len(report.findings) if report else 0
        text = sentence(outcome, total=total, differing=differing, noun=noun)
    return Answer(
        outcome=outcome,
        side=side,
        sentence=text,
        total=total,
        matched=report.matched if report else total if seen.is_equal else 0,
        findings=report.findings if report else (),
        legacy_sha256=seen.legacy.sha256,
        shadow_sha256=seen.shadow.sha256 if seen.shadow else "",
        legacy_routes=_routes(seen.legacy),
        shadow_routes=_routes(seen.shadow),
    )


def _routes(seen: SideSeen | None) -> int | None:
    return seen.facts.routes if seen and seen.facts else None
