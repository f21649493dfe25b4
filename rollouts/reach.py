"""With what appliers go out: the deployment's folder, remotes and credentials."""

from __future__ import annotations

import os

from django.conf import settings

from diffs.fetch import Credentials
from rollouts.appliers import APPLIERS, Applier, Git, GitSettings, Manual
from rollouts.models import Rollout


def git_settings() -> GitSettings:
    """Return what the git applier may use, from the settings."""
    return GitSettings(
        folder=settings.FOLDER / "mirrors",
        remotes=settings.GIT_REMOTES,
        credentials=Credentials.from_environment(os.environ),
        name=settings.GIT_NAME,
        mail=settings.GIT_MAIL,
        network_seconds=settings.GIT_SECONDS,
    )


def keeps_modes(rollout: Rollout) -> bool:
    """Say whether the applier of a rollout can read back what it wrote."""
    return _kind(rollout).keeps_modes


def applier_of(rollout: Rollout) -> Applier:
    """Return the applier of a rollout, as the fleet file names it; a person where it names none."""
    return _kind(rollout)(git_settings())


def _kind(rollout: Rollout) -> type[Git] | type[Manual]:
    return APPLIERS[rollout.applier.get("kind") or Manual.kind]
