"""The two sides of a source as real servers, whose tables a test writes line by line.

    with two_sides() as pair:
        pair.say({"a": '"http://a"', "b": '"http://b"'})            both sides
        pair.shadow.say({"a": '"http://a"', "b": '"http://b2"'})    one of them
        pair.legacy.behave(answers.html_page())                     anything else

Legacy answers as Skipper does, shadow as routesrv does; each counts how often it was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers import answers
from tests.servers.listener import Behaviour, Misbehaving, misbehaving

Routes = Mapping[str, str]


def table_of(routes: Routes) -> bytes:
    """Print {route id: backend} as a table, a route a line."""
    return b"\n".join(f'{key}: Path("/{key}") -> {to};'.encode() for key, to in routes.items())


def some_routes(count: int, **changed: str) -> dict[str, str]:
    """Return {"r0": '"http://r0"', …}; `changed` names routes with another backend."""
    return {f"r{n}": f'"http://r{n}"' for n in range(count)} | changed


@dataclass(frozen=True, slots=True)
class ServedSide:
    """One side while it is served."""

    server: Misbehaving
    is_legacy: bool

    @property
    def url(self) -> str:
        """Its address."""
        return self.server.url

    @property
    def asked(self) -> int:
        """How many requests it has had."""
        return len(self.server.asked)

    def say(self, routes: Routes, *, timestamp: int = answers.TIMESTAMP) -> None:
        """Answer with these routes from now on."""
        self.say_bytes(table_of(routes), count=len(routes), timestamp=timestamp)

    def say_bytes(self, body: bytes, *, count: int, timestamp: int = answers.TIMESTAMP) -> None:
        """Answer with this body, whatever it is, from now on."""
        self.behave(_served(self, body, count, timestamp))

    def say_next(self, *tables: Routes) -> None:
        """Answer the next requests with these tables in turn, the last one for ever."""
        self.behave(
            *(
                _served(self, table_of(routes), len(routes), answers.TIMESTAMP + n)
                for n, routes in enumerate(tables)
            )
        )

    def behave(self, *behaviours: Behaviour) -> None:
        """Answer the next requests so, the last one for ever."""
        self.server.answer_with(*behaviours)


def _served(side: ServedSide, body: bytes, count: int, timestamp: int) -> Behaviour:
    if side.is_legacy:
        return answers.table(body, count=count, timestamp=timestamp)
    return answers.routesrv(body, count=count)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides while they are served."""

    legacy: ServedSide
    shadow: ServedSide

    def say(self, routes: Routes) -> None:
        """Let both sides answer with these routes."""
        self.legacy.say(routes)
        self.shadow.say(routes)


@contextmanager
def two_sides() -> Iterator[Pair]:
    """Serve two sides that agree about ten routes until a test says otherwise."""
    with misbehaving(answers.table()) as legacy, misbehaving(answers.routesrv()) as shadow:
        pair = Pair(ServedSide(legacy, is_legacy=True), ServedSide(shadow, is_legacy=False))
        pair.say(some_routes(10))
        yield pair
