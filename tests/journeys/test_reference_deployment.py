"""The reference deployment on PostgreSQL and Redis: it beats, and goes on after each is gone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.house.compose import services
from tests.plugins.child import START_SECONDS
from tests.plugins.deployment import Deployment
from tests.plugins.postgres_server import PostgresServer
from tests.plugins.redis_server import RedisServer

RESUMED_SECONDS = 45


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server.start()
    server.remove()


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    server = RedisServer(on_port=True)
    yield server.start()
    server.remove()


@pytest.fixture(scope="module")
def deployment(postgres: PostgresServer, redis: RedisServer) -> Iterator[Deployment]:
    url = postgres.create_database("deployment")
    with Deployment(database_url=url, broker_url=redis.url) as running:
        running.start("look", "apply", "notify", "beat", "web")
        wait_for_a_beat(postgres, running, patience=START_SECONDS)
        yield running


def wait_for_a_beat(postgres, deployment, *, later_seconds=0, patience=RESUMED_SECONDS):
    """Wait until a look worker says that it was rung after now, or so much later."""
    seconds = 0.0
    with postgres.connect("deployment") as connection:
        (began,) = connection.execute("SELECT clock_timestamp()").fetchone()
        after = began + timedelta(seconds=later_seconds)
        query = "SELECT count(*) FROM ledger_heartbeat WHERE name = 'due' AND at > %s"
        while not connection.execute(query, [after]).fetchone()[0]:
            assert seconds < patience, deployment.log("look")[-3000:]
            connection.execute("SELECT pg_sleep(0.1)")
            seconds += 0.1


def test_beat_rings_the_worker_through_redis(deployment, postgres):
    wait_for_a_beat(postgres, deployment)


def test_no_service_works_as_the_owner_of_the_tables(deployment, postgres):
    wait_for_a_beat(postgres, deployment)
    query = (
        "SELECT DISTINCT usename::text, usesuper FROM pg_stat_activity JOIN pg_user USING (usename)"
        " WHERE datname = 'deployment' AND pid <> pg_backend_pid()"
    )

    with postgres.connect("deployment") as connection:
        assert connection.execute(query).fetchall() == [("penumbra", False)]


@pytest.mark.parametrize("queue", ["look", "apply", "notify"])
def test_the_health_check_of_each_worker_finds_it(deployment, postgres, queue):
    wait_for_a_beat(postgres, deployment)
    _, line = services()[queue]["healthcheck"]["test"]
    bin_folder = deployment.command(queue)[0].rpartition("/")[0]

    done = subprocess.run(
        ["sh", "-c", line.replace("$$", "$")],
        env=deployment.environment | {"PATH": f"{bin_folder}:{deployment.environment['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "pong" in done.stdout


def test_work_goes_on_after_redis_was_killed(deployment, postgres, redis):
    wait_for_a_beat(postgres, deployment)

    redis.kill()
    redis.start()

    # Later than any message lives that the worker may have held before.
    wait_for_a_beat(postgres, deployment, later_seconds=6)


def test_work_goes_on_after_postgresql_was_killed(deployment, postgres):
    postgres.kill()
    postgres.start()

    wait_for_a_beat(postgres, deployment)
    assert deployment.answers()


def test_work_goes_on_after_the_worker_was_killed(deployment, postgres):
    deployment.processes["look"].kill()
    deployment.start("look")

    wait_for_a_beat(postgres, deployment)
