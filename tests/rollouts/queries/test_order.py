"""Where a target's mode is kept, as an applier is told it."""

from __future__ import annotations

from rollouts.models import Cluster, Rollout, Target
from rollouts.queries.order import place_of


def place_for(kind, options):
    """Return the place of kube-1 under a rollout with these options."""
    cluster = Cluster(key="aws:1:eu:kube-1", alias="kube-1", region="eu", fields={})
    rollout = Rollout(key="routesrv", applier={"kind": kind, "options": options})
    return place_of(Target(key=cluster.key, cluster=cluster), rollout)


def test_fills_the_options_with_the_fields_of_the_cluster():
    place = place_for("git", {"file": "{region}/{alias}.yaml", "branch": "main"})

    assert place.options == {"file": "eu/kube-1.yaml", "branch": "main"}
    assert place.name == "kube-1"


def test_an_option_whose_field_the_cluster_lacks_is_left_out():
    assert place_for("git", {"file": "{channel}.yaml", "key": "a"}).options == {"key": "a"}


def test_instructions_for_a_person_keep_their_braces():
    told = {"instructions": "Open {{ the console }} of {region}, set {targets} to {to}."}

    assert place_for("manual", told).options == told
