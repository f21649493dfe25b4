"""How each outcome comes about: real servers misbehave, and what then must be seen and counted.

Every story begins after two equal looks 60 s apart, with 60 s of clean time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from diffs import self_test
from diffs.models import SelfTest, SourceSide
from diffs.models.source import Reads
from diffs.operations.restart_proof import restart_proof
from diffs.operations.run_self_test import run_self_test
from diffs.outcomes import Outcome
from diffs.report import Report
from tests.diffs.watched import Watched
from tests.servers import Behaviour, answers, misbehaving, refused_port
from tests.servers.pair import some_routes, table_of

TEN = some_routes(10)
POISON = table_of(TEN) + b'\nbad: Method("GET") && Method("PUT") -> "http://x";'
TWICE = table_of(TEN) + b'\nr3: Path("/again") -> "http://again";'


@dataclass(frozen=True)
class Story:
    """What happens, and what must come of it.

    Units: `left` and `regained` are seconds of clean time after the story, and after both sides
    agreed again in a look `after` seconds later.
    """

    outcome: Outcome
    side: str
    act: Callable[[Watched], Outcome | None]
    says: str
    state: str
    left: float = 60
    regained: float = 60
    after: float = 60
    mode: str = "shadow"
    name: str = ""

    def __str__(self) -> str:
        """Name it in the list of tests."""
        return "-".join(filter(None, [self.outcome, self.side, self.name]))


def one_look(change: Callable[[Watched], object]) -> Callable[[Watched], Outcome | None]:
    """A story of one change and one look."""

    def act(watched: Watched) -> Outcome | None:
        change(watched)
        return watched.look()

    return act


def behaves(side: str, *behaviours: Behaviour) -> Callable[[Watched], Outcome | None]:
    """A story of one side that answers otherwise."""
    return one_look(lambda watched: getattr(watched.pair, side).behave(*behaviours))


def says_bytes(side: str, body: bytes, count: int) -> Callable[[Watched], Outcome | None]:
    """A story of one side with another body."""
    return one_look(lambda watched: getattr(watched.pair, side).say_bytes(body, count=count))


def blind_self_test(watched: Watched) -> Outcome | None:
    """The comparer finds nothing, whatever differs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(self_test, "compare", lambda left, _: Report(left.routes, left.routes))
        run_self_test(now=watched.now)
    outcome = watched.look()
    SelfTest.objects.all().delete()
    return outcome


def other_address(side: str, url: Callable[[Watched], str]) -> Callable[[Watched], Outcome | None]:
    """A story of one look at an address that is wrong, mended behind it."""

    def act(watched: Watched) -> Outcome | None:
        row = SourceSide.objects.filter(source=watched.source, side=side)
        right = row.get().addresses
        row.update(addresses=[url(watched)])
        outcome = watched.look()
        row.update(addresses=right)
        return outcome

    return act


def nobody_there(side: str) -> Callable[[Watched], Outcome | None]:
    """A port that refuses."""

    def act(watched: Watched) -> Outcome | None:
        with refused_port() as port:
            return other_address(side, lambda _: f"http://127.0.0.1:{port}/routes")(watched)

    return act


def frozen(watched: Watched) -> Outcome | None:
    """The shadow stands still while legacy changes route after route."""
    outcome = None
    for number in range(5):
        watched.pair.legacy.say(some_routes(10, r0=f'"http://new{number}"'))
        outcome = watched.look()
    return outcome


def fetch_errors(watched: Watched) -> Outcome | None:
    """The shadow's own metrics count an error more than at the look before."""
    page = 'routesrv_custom_total{{key="routes.fetch_errors"}} {}\n'
    pages = [answers.answer(page.format(n).encode()) for n in (3, 4)]
    row = SourceSide.objects.filter(source=watched.source, side="shadow")
    with misbehaving(*pages) as server:
        row.update(metrics=server.url_as("127.0.0.1", "/metrics"))
        assert watched.look(after=0) == "equal"
        outcome = watched.look()
        row.update(metrics="")
    return outcome


def swap(watched: Watched) -> None:
    """Each side answers with what the other one is: the same routes by the other's headers."""
    watched.pair.legacy.behave(answers.routesrv(table_of(TEN), count=10))
    watched.pair.shadow.behave(answers.table(table_of(TEN), count=10))


def restless(watched: Watched) -> Outcome | None:
    """Legacy says something else at every request."""
    watched.pair.legacy.say_next(*(some_routes(10, r0=f'"http://m{n}"') for n in range(20)))
    return watched.look()


def late(watched: Watched) -> Outcome | None:
    """Legacy changed, the shadow did not yet."""
    watched.pair.legacy.say(some_routes(10, r0='"http://new"'))
    return watched.look()


def differ(watched: Watched, number: int = 0) -> None:
    """Both sides change one route, each in its own way."""
    watched.pair.legacy.say(some_routes(10, r0=f'"http://left{number}"'))
    watched.pair.shadow.say(some_routes(10, r0=f'"http://right{number}"'))


def stay_different(watched: Watched) -> Outcome | None:
    """The same two texts in two looks."""
    differ(watched)
    assert watched.look() == "unconfirmed"
    return watched.look(after=7)


def never_settle(watched: Watched) -> Outcome | None:
    """Other texts at each of three looks."""
    outcome = None
    for number in range(3):
        differ(watched, number)
        outcome = watched.look()
    return outcome


def switch_off(watched: Watched) -> Outcome | None:
    """The target goes to mode off: only legacy is read."""
    restart_proof(
        watched.source.pk, reads=Reads.LEGACY, is_soaking=False, reason="off", now=watched.now
    )
    return watched.look()


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
