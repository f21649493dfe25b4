"""What happens to a source in the stories of outcomes: real servers that misbehave."""

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
