"""The reference deployment as processes: the command lines of docker-compose.yml, without Docker.

    with Deployment(database_url=…, broker_url=…) as deployment:
        deployment.start("web", "look", "beat")
        deployment.processes["look"].kill()

Every process ends with the test process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType

from tests.house.compose import services
from tests.house.tree import ROOT
from tests.plugins.child import START_SECONDS, Child
from tests.plugins.redis_server import free_port
from tests.plugins.scratch import scratch_folder

BEAT_PIDFILE = "/tmp/beat.pid"  # noqa: S108  (inside the container)


APPLICATION_ROLE = "penumbra"


def application_url(owner_url: str) -> str:
    """Return the DATABASE_URL of the application's role on the owner's database."""
    scheme, _, rest = owner_url.partition("://")
    return f"{scheme}://{APPLICATION_ROLE}:not-asked-for@{rest.partition('@')[2]}"


class Deployment:
    """Services of docker-compose.yml on a database and a broker of one's own."""

    def __init__(self, *, database_url: str, broker_url: str, **settings: str) -> None:
        """Choose the address; `settings` are further PENUMBRA_ variables, without that prefix.

        `database_url` is the owner's; the services run as a role that owns nothing.
        """
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = scratch_folder("deployment")
        self.processes: dict[str, Child] = {}
        self.owner_url = database_url
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PENUMBRA_")}
        self.environment = kept | {
            "DATABASE_URL": application_url(database_url),
            "PENUMBRA_BROKER_URL": broker_url,
            "PENUMBRA_SECRET_KEY": "0123456789abcdef" * 4,
            "PENUMBRA_AUDIT_KEY": "fedcba9876543210" * 4,
            "PENUMBRA_BASE_URL": self.url,
            "PENUMBRA_COLLECTED_STATIC": "0",
            "PENUMBRA_FOLDER": str(self.folder),
            "PYTHONPATH": str(ROOT),
            **{f"PENUMBRA_{name.upper()}": value for name, value in settings.items()},
        }

    def __enter__(self) -> Deployment:
        """Make the tables."""
        urls = {"DATABASE_URL": self.owner_url}
        urls["PENUMBRA_APPLICATION_DATABASE_URL"] = self.environment["DATABASE_URL"]
        self.manage(*services()["migrate"]["command"][2:], **urls)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End every process and delete what they kept."""
        for child in self.processes.values():
            child.signal(child.end)
        for child in self.processes.values():
            child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, service: str) -> list[str]:
        """Return a service's command line, with this interpreter's programs and our port."""
        program, *arguments = services()[service]["command"]
        bind, pidfile = f"127.0.0.1:{self.port}", f"{self.folder}/beat.pid"
        words = [
            word.replace("0.0.0.0:8000", bind).replace(BEAT_PIDFILE, pidfile) for word in arguments
        ]
        return [str(Path(sys.executable).parent / program), *words]

    def start(self, *names: str) -> None:
        """Run services, again if they were stopped; `web` answers once this returns."""
        for name in names:
            folder = self.folder / name
            folder.mkdir(exist_ok=True)
            marked = services()[name]["environment"].get("PENUMBRA_PROCESS")
            environment = self.environment | ({"PENUMBRA_PROCESS": marked} if marked else {})
            self.processes[name] = Child(self.command(name), folder=folder, environment=environment)
        if "web" in names:
            self.processes["web"].wait_until(self.answers)

    def answers(self) -> bool:
        """Whether /healthz is answered now, whatever it says."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return bool(connection.getresponse().status)
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run a management command and return what it printed."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        """Return what a service has printed."""
        return self.processes[name].log.read_text(errors="replace")
