"""With what appliers go out: the deployment's folder, remotes and credentials."""

from __future__ import annotations

import os

from django.conf import settings

from diffs.fetch import Credentials
from rollouts.appliers import APPLIERS, Applier, GitSettings
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


def applier_of(rollout: Rollout) -> Applier:
    """Return the applier of a rollout, as the fleet file names it; a person where it names none."""
    return APPLIERS[rollout.applier.get("kind") or "manual"](git_settings())
