"""How each outcome comes about: real servers misbehave, and what then must be seen and counted.

Every story begins after two equal looks 60 s apart, with 60 s of clean time.
"""

from __future__ import annotations

from diffs.outcomes import Outcome
from tests.diffs.operations.outcome_acts import (
    POISON,
    TEN,
    TWICE,
    Story,
    behaves,
    blind_self_test,
    differ,
    fetch_errors,
    frozen,
    late,
    never_settle,
    nobody_there,
    one_look,
    other_address,
    restless,
    says_bytes,
    stay_different,
    swap,
    switch_off,
)
from tests.servers import answers
from tests.servers.pair import some_routes, table_of


def _of_side(side: str) -> list[Story]:
    """The stories that may happen to either side."""
    name = f"The {side} side"
    html, cut = answers.html_page(), answers.short_of_length(table_of(TEN), missing=9)
    few, comment = says_bytes(side, table_of(some_routes(9)), 10), says_bytes(side, b"// none", 10)
    small = says_bytes(side, table_of(some_routes(7)), 7)
    ways = [
        ("unreachable", "refuses", nobody_there(side), f"{name}: "),
        ("unreachable", "hangs-up", behaves(side, answers.hang_up()), f"{name}: "),
        ("unreachable", "500", behaves(side, answers.answer(status=500)), f"{name}: "),
        ("not_ready", "404", behaves(side, answers.not_loaded()), f"{name}: "),
        ("not_ready", "no-routes", behaves(side, answers.starting()), f"{name}: "),
        ("not_a_table", "html", behaves(side, html), f"{name} answered with an HTML page"),
        ("truncated", "cut", behaves(side, cut), f"{name}: "),
        ("truncated", "count", few, f"{name} counts 10 routes in X-Count but sent 9"),
        ("truncated", "gone", comment, f"{name} counts 10 routes in X-Count but sent 0"),
        ("refused", "poison", says_bytes(side, POISON, 11), f"{name} would be refused by Skipper"),
        ("duplicate_id", "", says_bytes(side, TWICE, 11), f"{name} defines 1 route ids more than"),
        ("suspect", "shrunk", small, f"{name} shrank from 10 routes to 7; acknowledge"),
    ]
    words = {"not_a_table": "unreachable", "truncated": "unreachable", "duplicate_id": "refused"}
    return [
        Story(Outcome(outcome), side, act, says, words.get(outcome, outcome), name=why)
        for outcome, why, act, says in ways
    ]


STORIES = [
    Story(Outcome.UNTRUSTED, "", blind_self_test, "The self-test changed one thing", "suspect"),
    Story(
        Outcome.SAME_ADDRESS,
        "",
        other_address("shadow", lambda w: w.pair.legacy.url.replace("http://", "HTTP://") + "/?"),
        "Both sides have the same address",
        "suspect",
        name="spelling",
    ),
    Story(
        Outcome.SAME_ADDRESS,
        "",
        other_address("shadow", lambda w: w.pair.legacy.server.url_as("localhost")),
        "Both addresses lead to the same server, 127.0.0.1",
        "suspect",
        name="localhost",
    ),
    Story(Outcome.SWAPPED, "", one_look(swap), "The addresses look swapped: ", "suspect"),
    Story(
        Outcome.SAME_ADDRESS,
        "shadow",
        behaves("shadow", answers.table(table_of(TEN), count=10)),
        "The shadow address answers as Skipper's own listener does",
        "suspect",
        name="component",
    ),
    Story(
        Outcome.SAME_ADDRESS,
        "legacy",
        behaves("legacy", answers.routesrv(table_of(TEN), count=10)),
        "The legacy address answers as routesrv does",
        "suspect",
        name="component",
    ),
    *_of_side("legacy"),
    *_of_side("shadow"),
    Story(Outcome.STALE_SOURCE, "shadow", frozen, "has not moved over 5 looks", "stale", 0, 0),
    Story(
        Outcome.STALE_SOURCE,
        "shadow",
        fetch_errors,
        "its own metrics count 1 more fetch error",
        "stale",
        name="metrics",
    ),
    Story(Outcome.MOVED, "legacy", restless, "The legacy side moved while", "clean"),
    Story(Outcome.EQUAL, "", lambda w: w.look(), "Both sides say the same", "clean", 120, 180),
    Story(Outcome.LAG, "shadow", late, "The shadow side is late", "clean", 60, 125, after=5),
    Story(
        Outcome.UNCONFIRMED, "", one_look(differ), "Seen once: 1 of 10", "clean", 60, 125, after=5
    ),
    Story(
        Outcome.DIFFERENT, "", stay_different, "The two sides disagree on 1 of 10", "differs", 0, 0
    ),
    Story(Outcome.UNSTABLE, "", never_settle, "Never settles: r0", "differs", 0, 0),
    Story(
        Outcome.NOT_COMPARED,
        "",
        switch_off,
        "Only the legacy side is read; it holds 10 routes",
        "not_compared",
        0,
        0,
        mode="off",
    ),
]
