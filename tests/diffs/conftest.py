"""Fixtures of the tests that look at real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from diffs.looking import sandwich
from tests.diffs.watched import Watched
from tests.servers.pair import Pair, two_sides


@pytest.fixture
def pair(settings, monkeypatch) -> Iterator[Pair]:
    """Two servers that agree; loopback is allowed, and a look is retried without a pause."""
    settings.ALLOWED_ADDRESSES = "127.0.0.0/8:1024-65535"
    monkeypatch.setattr(sandwich, "PAUSE_SECONDS", (0.0, 0.0))
    with two_sides() as served:
        yield served


@pytest.fixture
def watched(db, pair) -> Watched:
    """A source over the pair, in mode shadow, with an interval of 60 s."""
    return Watched.over(pair)


@pytest.fixture
def proven(watched) -> Watched:
    """The source after two equal looks: 60 s clean."""
    assert [watched.look(), watched.look()] == ["equal", "equal"]
    return watched
