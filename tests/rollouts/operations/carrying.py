"""A fleet whose modes a real repository keeps, and workers in processes of their own.

The program `git` on a worker's PATH is the real one, which before or afterwards kills or freezes
whoever called it.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta

from django.db import connection, connections

from ledger.clock import database_now
from ledger.models import Lease
from rollouts.operations.carry_out import carry_out
from tests.rollouts.appliers.git.repositories import PROGRAM, make_repository
from tests.rollouts.promoting import PROVEN
from tests.rollouts.stage import FLEET, changed, collector_beats, load, stand, target

PATIENCE_SECONDS = 60

WRAPPER = """\
#!/bin/sh
case " $* " in
  *" {command} "*) {before} ;;
esac
{program} "$@"
code=$?
case " $* " in
  *" {command} "*) {after} ;;
esac
exit $code
"""


def fleet_repository(folder, settings):
    """Return a repository with a value for each of three clusters, of a fleet that names it."""
    files = {
        f"clusters/kube-{number}.yaml": 'config_items:\n  flag: "pre"\n' for number in (1, 2, 3)
    }
    made = make_repository(folder, files)
    settings.GIT_REMOTES = (made.url,)
    settings.FOLDER = folder / "var"
    settings.FOLDER.mkdir()
    applier = (
        f'{{git: {{remote: "{made.url}", branch: main, file: "clusters/{{alias}}.yaml",'
        " key: config_items.flag}}"
    )
    load(changed("{manual: {}}", applier, FLEET))
    return made


def ready():
    """Return the tier of the stage, proven on both of its clusters, while somebody looks."""
    collector_beats()
    for alias in ("kube-1", "kube-2"):
        stand(target(alias), **PROVEN)
    return target("kube-1").tier


def started(promotion, folder, *, command, before="true", after="true"):
    """Let a process carry the promotion out with that `git`; return its id."""
    script = folder / "bin" / "git"
    script.parent.mkdir(exist_ok=True)
    script.write_text(WRAPPER.format(command=command, program=PROGRAM, before=before, after=after))
    script.chmod(0o755)
    connections.close_all()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.environ["PATH"] = f"{script.parent}:{os.environ['PATH']}"
            carry_out(promotion.pk)
            code = 0
        finally:
            connection.close()
            os._exit(code)
    return process


def ended(process):
    """Wait for a process; return the signal that ended it, 0 for none."""
    _, status = os.waitpid(process, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def frozen(process):
    """Wait until a process is stopped."""
    _, status = os.waitpid(process, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


def let_the_lease_run_out():
    """Do what 30 s of nobody renewing it do."""
    Lease.objects.update(expires_at=database_now() - timedelta(seconds=1))


def carried_to_its_end(promotion):
    """Carry a promotion out as the sweep does, until it is in a state without exit."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while promotion.state in {"approved", "applying", "verifying"}:
        assert time.monotonic() < deadline, (promotion.state, promotion.problem)
        carry_out(promotion.pk)
        promotion.refresh_from_db()
    return promotion


def commits_of(repository, promotion):
    """Return the commits that bear the promotion's trailer, as git reads them."""
    wanted = ("Promotion-Id", promotion.name)
    return [one for one in repository.commits() if wanted in repository.trailers(one)]
