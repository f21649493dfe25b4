"""Rows for tests, with as little as makes them whole.

    target = TargetFactory.create(mode="exec")      its tier, rollout, cluster and source as well
    source = SourceFactory.create(legacy=server.url, shadow=other.url, interval_seconds=30)
    approver = UserFactory.create(username="bob", role="approver", tier=target.tier)

Times are NOW unless a test says another one; `now` is the word for it everywhere. A source's
addresses are ports of 127.0.0.1 where nobody answers, unless a test gives the two it serves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from diffs.models import Source, SourceSide, SourceState
from diffs.models.source import Reads
from diffs.outcomes import Side
from rollouts.machine import READS, Mode
from rollouts.models import Cluster, Grant, Rollout, Target, Tier
from rollouts.permissions.roles import Role

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class SourceFactory(DjangoModelFactory[Source]):
    """A source that is read on both sides and soaks, with its sides and its state, due at NOW.

    `legacy` and `shadow` are addresses or lists of them; `legacy_metrics=…` and the like set other
    columns of a side, `state_outcome=…` columns of the state.
    """

    class Meta:
        model = Source

    labels = LazyFunction(dict)
    format = "eskip"
    interval_seconds = 60
    reads = Reads.BOTH
    is_soaking = True

    @classmethod
    def _create(cls, model_class: type[Source], *args: Any, **kwargs: Any) -> Source:
        """Write the source, then its sides and its state."""
        sides = {side: _columns(side, kwargs) for side in Side}
        state = {"next_look_at": NOW, **_columns("state", kwargs)}
        source: Source = super()._create(model_class, *args, **kwargs)
        for port, side in enumerate(Side, start=1):
            given = sides[side].pop("", f"http://127.0.0.1:{port}/routes")
            addresses = [given] if isinstance(given, str) else given
            SourceSide.objects.create(
                source=source, side=side, **{"addresses": addresses, **sides[side]}
            )
        SourceState.objects.create(source=source, **state)
        return source


def _columns(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Take what is meant for another row: state_outcome="equal" is {"outcome": "equal"} of it."""
    taken = [key for key in kwargs if key == name or key.startswith(f"{name}_")]
    return {key.removeprefix(name).removeprefix("_"): kwargs.pop(key) for key in taken}


class RolloutFactory(DjangoModelFactory[Rollout]):
    """A three-mode rollout of route tables."""

    class Meta:
        model = Rollout

    key = Sequence(lambda n: f"routesrv-{n}")
    title = LazyAttribute(lambda rollout: f"Rollout {rollout.key}")
    evidence = LazyFunction(lambda: {"format": "eskip", "interval_seconds": 60})
    modes = LazyFunction(lambda: {"off": "false", "shadow": "pre", "exec": "exec"})


class TierFactory(DjangoModelFactory[Tier]):
    """A tier of a rollout of its own, unless a test gives one."""

    class Meta:
        model = Tier

    rollout = SubFactory(RolloutFactory)
    name = Sequence(lambda n: f"tier-{n}")
    rank = Sequence(int)


class ClusterFactory(DjangoModelFactory[Cluster]):
    """A cluster of a test environment."""

    class Meta:
        model = Cluster

    key = Sequence(lambda n: f"aws:123456789012:eu-central-1:kube-{n}")
    alias = Sequence(lambda n: f"cluster-{n}")
    environment = "test"
    region = "eu-central-1"


class TargetFactory(DjangoModelFactory[Target]):
    """A cluster under a rollout, in mode shadow, with a source that reads what the mode asks."""

    class Meta:
        model = Target

    tier = SubFactory(TierFactory)
    rollout = SelfAttribute("tier.rollout")
    cluster = SubFactory(ClusterFactory)
    key = SelfAttribute("cluster.key")
    mode = Mode.SHADOW
    mode_since = NOW
    source = SubFactory(
        SourceFactory,
        reads=LazyAttribute(lambda source: READS[Mode(source.factory_parent.mode)]),
        is_soaking=LazyAttribute(lambda source: source.factory_parent.mode == Mode.SHADOW),
        labels=LazyAttribute(lambda source: _labels(source.factory_parent)),
    )


def _labels(target: Any) -> dict[str, str | int]:
    return {
        "rollout": target.rollout.key,
        "tier": target.tier.name,
        "rank": target.tier.rank,
        "target": target.key,
        "cluster": target.cluster.alias,
    }


class GrantFactory(DjangoModelFactory[Grant]):
    """A role of a person: everywhere, or in the `rollout`, or in the `tier`, that a test gives."""

    class Meta:
        model = Grant

    user = SubFactory("tests.factories.UserFactory")
    role = Role.VIEWER
    tier = None
    rollout = LazyAttribute(lambda grant: grant.tier.rollout if grant.tier else None)
    scope = LazyAttribute(
        lambda grant: "/".join(
            [
                *([grant.rollout.key] if grant.rollout else []),
                *([grant.tier.name] if grant.tier else []),
            ]
        )
    )
    granted_at = NOW
    granted_by = "the tests"


@cache
def _hash_of(password: str, _hashers: tuple[str, ...]) -> str:
    """Hash once a run for each choice of hashers: a good hash is slow on purpose."""
    return make_password(password)


class UserFactory(DjangoModelFactory[User]):
    """A person with the password "password"; `role`, perhaps with `rollout` or `tier`, grants."""

    class Meta:
        model = User

    username = Sequence(lambda n: f"person-{n}")
    password = LazyFunction(lambda: _hash_of("password", tuple(settings.PASSWORD_HASHERS)))

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        """Write the person and, where a role is asked for, its grant."""
        names = {"role", "rollout", "tier"} & kwargs.keys()
        grant = {name: kwargs.pop(name) for name in names}
        user: User = super()._create(model_class, *args, **kwargs)
        if grant:
            GrantFactory.create(user=user, **grant)
        return user
