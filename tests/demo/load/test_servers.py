"""The servers of a load are real, its own, and gone with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
import redis

from demo.load import servers
from demo.load.servers import ServerMissing, throw_away_servers


def test_both_servers_answer_and_leave_nothing_behind():
    with throw_away_servers() as (database, broker):
        folder = unquote(urlsplit(database).netloc.partition("@")[2])
        with psycopg.connect(host=folder, user="postgres", dbname="postgres") as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        socket = broker.removeprefix("redis+socket://")
        with redis.Redis(unix_socket_path=socket) as client:
            assert client.ping()
        home = Path(folder).parent
        assert home.exists()

    assert not home.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=folder, user="postgres", dbname="postgres")


def test_a_server_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(ServerMissing, match="redis-server is not installed"):
        servers._program("redis-server")


def test_a_server_that_does_not_start_leaves_its_last_words(monkeypatch):
    program = servers._program
    monkeypatch.setattr(
        servers, "_program", lambda name: "false" if name == "redis-server" else program(name)
    )

    with pytest.raises(ServerMissing, match="did not start"), throw_away_servers():
        pass
