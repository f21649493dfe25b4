"""What is known of Skipper and routesrv that explains a difference."""

from __future__ import annotations

import shlex

import pytest

from rollouts.queries.known_reasons import INVALID, OWN, invalid_routes_command, known_reason

FIFO = '-> fifo(2000, 20, "1s")'
OWN_FIFO = '-> fifo(5, 5, "1s")'
END = "-> <shunt>"


def test_what_only_the_shadow_has_may_be_what_skipper_could_not_load():
    assert known_reason("only_in_shadow", "kube_shop", (), ("*", END)) == INVALID


@pytest.mark.parametrize(
    "key", ["kube__healthz_up", "kube__redirect", "kube_shop_https_redirect", "kubeew_shop"]
)
def test_a_route_that_skipper_makes_itself_is_known_on_the_legacy_side(key):
    assert known_reason("only_in_legacy", key, ("*", END), ()) == OWN
    assert known_reason("filter", key, ("*", "-> f(1)", END), ("*", END)) == ""


@pytest.mark.parametrize("key", ["kube_shop", "my_kube__redirect", "kube__redirect_2"])
def test_another_route_that_only_the_legacy_side_has_is_not_explained(key):
    assert known_reason("only_in_legacy", key, ("*", END), ()) == ""


def test_a_filter_of_which_skipper_keeps_the_last_is_named():
    words = known_reason("filter", "a", ("*", OWN_FIFO, END), ("*", FIFO, OWN_FIFO, END))

    assert "Of several fifo in a route Skipper keeps the last" in words


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("*", FIFO, END), ("*", FIFO, OWN_FIFO, END)),  # the first is left, not the last
        (("*", OWN_FIFO, "-> f(1)", END), ("*", FIFO, OWN_FIFO, END)),  # and something else
        (("*", "-> lifoGroup(2)", END), ("*", "-> lifoGroup(1)", "-> lifoGroup(2)", END)),
        (("*", FIFO, OWN_FIFO, END), ("*", OWN_FIFO, END)),  # the other way round
    ],
)
def test_a_filter_is_explained_only_where_that_is_all(left, right):
    assert known_reason("filter", "a", left, right) == ""


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("http://a:9911/routes", "http://a:9911/routes?invalid=true"),
        ("http://a/routes?limit=9", "http://a/routes?limit=9&invalid=true"),
        ("http://a/'; rm", "http://a/'; rm?invalid=true"),
    ],
)
def test_the_command_is_one_address_whatever_stands_in_it(address, asked):
    words = shlex.split(invalid_routes_command(address))

    assert words == ["curl", "-H", "Accept: application/json", asked]
