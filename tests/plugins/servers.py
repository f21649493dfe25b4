"""Start what the tests stand on before anything reads the settings.

pytest-django reads the settings before any conftest runs, so the servers start when this module is
imported, as a plugin named in addopts; else the suite would run on SQLite without a word. Under
xdist only the controller starts them: the workers inherit its environment.

PENUMBRA_TEST_DATABASE=sqlite runs the same tests on the embedded default: SQLite, memory broker.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import sys

import pytest

from tests.plugins.child import NotReady, ProgramMissing
from tests.plugins.postgres_server import PostgresServer
from tests.plugins.redis_server import RedisServer
from tests.plugins.scratch import scratch_folder, sweep

CHOICE = "PENUMBRA_TEST_DATABASE"


def _fresh_environment() -> None:
    """Forget the developer's own settings and set those of the tests."""
    for name in list(os.environ):
        if name.startswith("PENUMBRA_") and name != CHOICE:
            del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    folder = scratch_folder("var")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
        "PENUMBRA_FOLDER": str(folder),
        "PENUMBRA_SECRET_KEY": secrets.token_hex(32),
        "PENUMBRA_AUDIT_KEY": secrets.token_hex(32),
        "PENUMBRA_BASE_URL": "http://127.0.0.1:8000",
        "PENUMBRA_COLLECTED_STATIC": "0",
    }


def _start_servers() -> None:
    """Run PostgreSQL and Redis until this process ends."""
    database, broker = PostgresServer(), RedisServer()
    atexit.register(database.remove)
    atexit.register(broker.remove)
    database.start()
    broker.start()
    os.environ["DATABASE_URL"] = database.create_database("penumbra")
    os.environ["PENUMBRA_BROKER_URL"] = broker.url


def _prepare() -> None:
    """Set the environment up, once for all processes of a run."""
    sweep()
    _fresh_environment()
    chosen = os.environ.get(CHOICE, "postgres")
    if chosen not in {"postgres", "sqlite"}:
        sys.exit(f"{CHOICE}={chosen!r}: set it to postgres (the default) or sqlite.")
    if chosen == "postgres":
        try:
            _start_servers()
        except (ProgramMissing, NotReady) as refusal:
            sys.exit(f"The tests cannot start their servers. {refusal}")


@pytest.fixture(scope="session")
def uses_sqlite() -> bool:
    """Whether this run is the one on SQLite."""
    return os.environ.get(CHOICE) == "sqlite"


if "PYTEST_XDIST_WORKER" not in os.environ:
    _prepare()
