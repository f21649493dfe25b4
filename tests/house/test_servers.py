"""The tests' own servers: real, restartable, and gone when the tests are."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection

from tests.house.tree import ROOT
from tests.plugins.child import ProgramMissing, find_program
from tests.plugins.postgres_server import PostgresServer
from tests.plugins.redis_server import RedisServer
from tests.plugins.scratch import scratch_folder, sweep


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server.start()
    server.remove()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_suite_runs_on_the_database_that_was_asked_for(uses_sqlite):
    assert connection.vendor == ("sqlite" if uses_sqlite else "postgresql")
    assert settings.EMBEDDED is uses_sqlite


@pytest.mark.parametrize("ending", [PostgresServer.stop, PostgresServer.kill])
def test_postgresql_keeps_what_was_committed_over_stop_and_kill(postgres, ending):
    with postgres.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (ending text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [ending.__name__])
        ending(postgres)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    postgres.start()

    with postgres.connect() as connection:
        query = "SELECT count(*) FROM kept WHERE ending = %s"
        assert connection.execute(query, [ending.__name__]).fetchone() == (1,)


@pytest.mark.parametrize("on_port", [False, True])
def test_redis_comes_back_empty_on_the_same_address(on_port):
    server = RedisServer(on_port=on_port).start()
    url, client = server.url, server.client()
    client.set("a", "b")

    server.kill()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    server.start()

    assert server.url == url
    assert client.get("a") is None
    client.close()
    server.remove()


def test_a_server_does_not_outlive_a_killed_test_process():
    program = (
        "from tests.plugins.redis_server import RedisServer\n"
        "server = RedisServer().start()\n"
        "print(server.child.process.pid, flush=True)\n"
        "import signal; signal.pause()\n"
    )
    argv = [sys.executable, "-c", program]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        server = int(parent.stdout.readline())
        ended = subprocess.Popen(["tail", f"--pid={server}", "-f", "/dev/null"])

        parent.send_signal(signal.SIGKILL)

        assert ended.wait(timeout=20) == 0


def test_a_missing_program_is_named_with_its_package():
    with pytest.raises(ProgramMissing, match="apt-get install postgresql"):
        find_program("no-such-program", package="postgresql")


def test_what_a_killed_run_left_behind_is_swept_up_and_nothing_else():
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = Path(tempfile.mkdtemp(prefix=f"penumbra-redis-{gone.pid}-"))
    ours = scratch_folder("redis")

    sweep()

    assert not left.exists()
    assert ours.exists()
    ours.rmdir()
