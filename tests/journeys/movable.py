"""The reference deployment with tiers that a person can move: servers, fleet, people, repository.

Every rollout has one tier, `all`, of one cluster whose two sides always agree; it is in shadow and
soon has proven enough for exec. Its mode is kept in a repository of its own folder.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.tree import ROOT
from tests.journeys.loaded import LOOPBACK
from tests.plugins.deployment import Deployment
from tests.plugins.postgres_server import PostgresServer
from tests.plugins.redis_server import RedisServer
from tests.rollouts.appliers.git.repositories import Repository, make_repository
from tests.servers.pair import two_sides
from tests.waiting import wait_until

DATABASE = "movable"
TIER = "all"
PASSWORD = "rather a long way to say so"
PEOPLE = {"alice": "requester", "bob": "approver"}
SERVICES = ("web", "look", "apply", "notify", "beat")
FILE = "clusters/kube-1.yaml"

HEAD = """\
version: 1
clusters:
  - {key: "aws:1:eu:kube-1", alias: kube-1}
rollouts:
"""
ROLLOUT = """\
  {name}:
    evidence:
      format: eskip
      interval: 10s
      legacy: {{address: "{legacy}"}}
      shadow: {{address: "{shadow}"}}
    modes: {{"off": "false", shadow: pre, exec: exec}}
    applier: {{git: {{remote: "{remote}", branch: main, file: {file}, key: config_items.{name}}}}}
    policy: {{soak: 1s, looks: 2, bake: 1s, deadline: 3m}}
    tiers:
      - {{name: {tier}, mode: shadow, targets: ["aws:1:eu:kube-1"]}}
"""
FILL = """
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("sync_fleet", {fleet!r})
for name, role in {people!r}.items():
    call_command("grant", role, name)
    person = User.objects.get(username=name)
    person.set_password({password!r})
    person.save()
"""
"""One process for all of it: each start of Django takes seconds."""


@dataclass(frozen=True, slots=True)
class Movable:
    """The deployment and what it stands on."""

    deployment: Deployment
    postgres: PostgresServer
    redis: RedisServer
    repository: Repository

    def query(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database outside Django, as its owner."""
        with self.postgres.connect(DATABASE) as connection:
            return connection.execute(text, values).fetchall()

    def execute(self, *statements: str) -> None:
        """Change the database outside Django, as its owner."""
        with self.postgres.connect(DATABASE) as connection:
            for statement in statements:
                connection.execute(statement)

    def wait_until(self, is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
        """Wait; what the processes printed is told where it does not come."""
        wait_until(is_so, what=self.log, seconds=seconds)

    def log(self) -> str:
        """Return the end of what every process printed."""
        deployment = self.deployment
        return "\n".join(f"--- {name}\n{deployment.log(name)[-2000:]}" for name in SERVICES)

    def mode(self, rollout: str) -> str:
        """Return the word that the repository holds for a rollout's mode."""
        lines = self.repository.file(FILE).decode().splitlines()
        (found,) = [line for line in lines if line.strip().startswith(f"{rollout}:")]
        return found.partition(":")[2].strip().strip('"')

    def verify_audit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command and return how it ended."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "verify_audit", *arguments],
            cwd=ROOT,
            env=self.deployment.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextmanager
def movable(folder: Path, *rollouts: str) -> Iterator[Movable]:
    """Run all of it with rollouts of these names; end it."""
    postgres, redis = PostgresServer(), RedisServer(on_port=True)
    words = "".join(f'  {name}: "pre"\n' for name in rollouts)
    repository = make_repository(folder, {FILE: f"id: kube-1\nconfig_items:\n{words}"})
    try:
        url = postgres.start().create_database(DATABASE)
        redis.start()
        options = {
            "allowed_addresses": LOOPBACK,
            "git_remotes": repository.url,
            "side_deadline_seconds": "2",
            "look_deadline_seconds": "4",
        }
        with (
            two_sides() as pair,
            Deployment(database_url=url, broker_url=redis.url, **options) as deployment,
        ):
            fleet = folder / "fleet.yaml"
            addresses = {"legacy": pair.legacy.url, "shadow": pair.shadow.url}
            fleet.write_text(fleet_of(rollouts, remote=repository.url, **addresses))
            script = FILL.format(fleet=str(fleet), people=PEOPLE, password=PASSWORD)
            deployment.manage("shell", "--verbosity=0", "-c", script)
            deployment.start(*SERVICES)
            yield Movable(deployment, postgres, redis, repository)
    finally:
        redis.remove()
        postgres.remove()


def fleet_of(rollouts: tuple[str, ...], **words: str) -> str:
    """Return the fleet file."""
    parts = [ROLLOUT.format(name=name, file=FILE, tier=TIER, **words) for name in rollouts]
    return HEAD + "".join(parts)
