"""What a look came to, in a sentence for the people who must decide on it.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from diffs.outcomes import Outcome


def sentence(  # noqa: PLR0913  (each is one thing that is told)
    outcome: Outcome,
    *,
    total: int,
    differing: int,
    seen_once: int = 0,
    unstable: tuple[str, ...] = (),
    late: str = "",
    noun: str = "route",
    expected: int = 0,
    hidden: int = 0,
    explained: int = 0,
) -> str:
    """Return the sentence of an outcome that follows from a comparison.

    Units: `total`, `differing` and `seen_once` count route ids: those that differ for sure, and
    those that may yet settle; `unstable` names the routes that never settle,
    `late` the side that is late. `noun` is what the format calls one of them. People expect
    `expected` of them to differ, rules hide `hidden`, the component itself explains `explained`.
    """
    more = f" {seen_once:,} more were seen to differ once and may settle." if seen_once else ""
    routes = f"{differing:,} of {total:,} {noun}s" if total != 1 else f"the only {noun}"
    ruled = _ruled(hidden, explained)
    names = ", ".join(unstable[:3]) + (", …" if len(unstable) > 3 else "")  # noqa: PLR2004
    return {
        Outcome.EQUAL: f"Both sides say the same about all {total:,} {noun}s.",
        Outcome.EQUAL_AFTER_RULES: (
            f"Both sides say the same about all {total:,} {noun}s once rules are applied: {ruled}."
        ),
        Outcome.EXPECTED: (
            f"The two sides disagree on {_counted(expected, noun)} of {total:,},"
            " all of them as people expect."
        ),
        Outcome.LAG: (
            f"The {late} side is late: on {routes} it says what the other said one look ago."
        ),
        Outcome.UNCONFIRMED: f"Seen once: {routes} differ. The next look tells whether that stays.",
        Outcome.UNSTABLE: f"Never settles: {names} differs in another way at every look.",
        Outcome.DIFFERENT: f"The two sides disagree on {routes}.{more}",
        Outcome.NOT_COMPARED: f"Only the legacy side is read; it holds {total:,} {noun}s.",
    }[outcome]


def _ruled(hidden: int, explained: int) -> str:
    """Return what rules leave out: "412 hidden, 3 explained by the component"."""
    told = [f"{hidden:,} hidden"] if hidden or not explained else []
    return ", ".join([*told, *([f"{explained:,} explained by the component"] if explained else [])])


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
