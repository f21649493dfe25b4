"""The mode of a cluster, and what each mode means for its two sides."""

from __future__ import annotations

import http.client
import json

import pytest

from tests.demo.fleet.served import WHOLE

PLAY, DIFFERENCE, POISON = "kube-play-1", "kube-infra-2", "kube-prod-2"


def set_mode(served, alias, mode):
    """Change the mode of a cluster as a person with curl would."""
    document = json.dumps({"skipper_routesrv_enabled": mode})
    return served.ask(alias, "mode", method="PUT", body=document)


def test_tells_the_mode_of_each_cluster(served):
    for alias in served.addresses:
        assert json.loads(served.ask(alias, "mode").body) == {"skipper_routesrv_enabled": "pre"}


def test_keeps_the_mode_that_was_put(served):
    answer = set_mode(served, PLAY, "exec")

    assert json.loads(answer.body) == {"skipper_routesrv_enabled": "exec"}
    assert json.loads(served.ask(PLAY, "mode").body) == {"skipper_routesrv_enabled": "exec"}
    assert json.loads(served.ask(DIFFERENCE, "mode").body) == {"skipper_routesrv_enabled": "pre"}


@pytest.mark.parametrize("body", ["", "[]", '"exec"', "{}", '{"skipper_routesrv_enabled": "on"}'])
def test_refuses_what_is_no_mode(served, body):
    assert served.ask(PLAY, "mode", method="PUT", body=body).status == 400
    assert json.loads(served.ask(PLAY, "mode").body) == {"skipper_routesrv_enabled": "pre"}


def test_knows_no_other_cluster_thing_or_method(served):
    assert served.ask(PLAY, "mode", path="/kube-nowhere/mode").status == 404
    assert served.ask(PLAY, "mode", path=f"/{PLAY}/secrets").status == 404
    assert served.ask(PLAY, "mode", method="DELETE").status == 405
    assert served.ask(PLAY, "mode", path=f"/{PLAY}/pods").status == 405


def test_in_exec_skipper_shows_what_the_route_server_wrote(served):
    assert b'flowId("renew")' not in served.ask(DIFFERENCE, "legacy", WHOLE).body

    set_mode(served, DIFFERENCE, "exec")
    served.now += 1
    followed = served.ask(DIFFERENCE, "legacy", WHOLE)
    set_mode(served, DIFFERENCE, "pre")
    served.now += 1

    assert followed.body.count(b'flowId("renew")') == 6
    assert b'flowId("renew")' not in served.ask(DIFFERENCE, "legacy", WHOLE).body


def test_in_exec_skipper_follows_what_changes(served):
    set_mode(served, PLAY, "exec")
    served.now += 1
    before = served.ask(PLAY, "legacy", WHOLE).body

    served.now += 60

    assert served.ask(PLAY, "legacy", WHOLE).body != before


def test_in_exec_a_poison_route_freezes_running_pods_and_keeps_new_ones_empty(served):
    set_mode(served, POISON, "exec")
    served.now += 1
    before = served.ask(POISON, "legacy", WHOLE).body
    served.now += 60
    frozen = served.ask(POISON, "legacy", WHOLE).body

    served.ask(POISON, "mode", method="DELETE", path=f"/{POISON}/pods")
    served.now += 60
    never_ready = served.ask(POISON, "legacy")
    set_mode(served, POISON, "pre")
    served.now += 3

    assert frozen == before != b""
    assert (never_ready.status, never_ready.headers["x-count"]) == (200, "0")
    assert served.ask(POISON, "legacy").headers["x-count"] == "1224"


def test_without_a_route_server_nobody_answers_on_the_shadow_side(served):
    set_mode(served, PLAY, "false")

    for side in ("shadow", "metrics"):
        with pytest.raises(http.client.RemoteDisconnected):
            served.ask(PLAY, side)
    assert served.ask(PLAY, "legacy").headers["x-count"] == "200"


def test_a_route_server_that_is_deployed_anew_loads_first(served):
    set_mode(served, PLAY, "false")
    served.now += 10
    set_mode(served, PLAY, "pre")

    starting = served.ask(PLAY, "shadow")
    served.now += 3
    started = served.ask(PLAY, "shadow")

    assert (starting.status, starting.body) == (404, b"")
    assert (started.status, started.headers["x-count"]) == (200, "200")
