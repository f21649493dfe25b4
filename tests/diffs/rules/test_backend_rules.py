"""Rules on where requests go: zones, the default algorithm, and which pods are ready."""

from __future__ import annotations

import pytest

from tests.diffs.rules.ruling import hides, rule

ZONE, DEFAULT, PODS = rule("ignore-zone"), rule("default-lb-algorithm"), rule("ignore-endpoints")
A, B, C = (f'"http://10.0.0.{last}:80"' for last in (1, 2, 3))
A_IN_1, A_IN_2 = (f'"http://10.0.0.1:80?zone=z{zone}"' for zone in (1, 2))
B_IN_1 = '"http://10.0.0.2:80?zone=z1"'
NONE = 'status(502) -> inlineContent("no endpoints") -> <shunt>'


def lb(*endpoints, algorithm="roundRobin"):
    named = [algorithm] if algorithm else []
    return f"<{', '.join((*named, *endpoints))}>"


@pytest.mark.parametrize(
    ("left", "right", "hidden"),
    [
        (lb(A_IN_1, B), lb(A, B), True),
        (lb(A_IN_1, B), lb(A_IN_2, B), True),
        (lb(B, A_IN_1), lb(B_IN_1, A), True),
        (lb(A_IN_1, B), lb(C, B), False),
        (lb(A_IN_1, A_IN_2), lb(A), False),
        (lb(A_IN_1, A_IN_2), lb(A, A), True),
        (lb(A_IN_1, B), lb(A, B, algorithm="random"), False),
        ('"http://10.0.0.1:80?zone=z1"', '"http://10.0.0.1:80"', False),
        (f"f() -> {lb(A_IN_1, B)}", lb(A, B), False),
    ],
)
def test_zones_are_left_out_of_account_and_addresses_are_not(left, right, hidden):
    assert hides([ZONE], f"* -> {left}", f"* -> {right}") == hidden
    assert hides([ZONE], f"* -> {right}", f"* -> {left}") == hidden


@pytest.mark.parametrize(
    ("left", "right", "hidden"),
    [
        (lb(A, B, algorithm=""), lb(A, B), True),
        (lb(A, B, algorithm=""), lb(A, B, algorithm="random"), False),
        (lb(A, B, algorithm="random"), lb(A, B), False),
        (lb(A, B, algorithm=""), lb(A, C), False),
        (lb(A, algorithm=""), A, False),
    ],
)
def test_no_algorithm_is_round_robin_and_nothing_else(left, right, hidden):
    assert hides([DEFAULT], f"* -> {left}", f"* -> {right}") == hidden
    assert hides([DEFAULT], f"* -> {right}", f"* -> {left}") == hidden


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (lb(A, B), lb(A, C)),
        (lb(A, B), lb(C)),
        (lb(A, B), lb(A, B, C)),
        (lb(A, B), A),
        (lb(A, B), C),
        (A, B),
        (lb(A, B), NONE),
        (A, NONE),
        (f"f() -> {lb(A, B)}", NONE),
        (f"d(2) -> f() -> {lb(A, B)} ", f"d(2) -> {NONE}"),
        (
            f"d(2) -> f() -> e() -> {A}",
            'd(2) -> status(502) -> inlineContent("no endpoints") -> e() -> <shunt>',
        ),
        (lb(A_IN_1, B_IN_1), lb(A_IN_1, C)),
        ('"http://[fd00::1]:80"', '"http://[fd00::2]:80"'),
        ('"http://[fd00::1]:80"', A),
    ],
)
def test_pods_that_come_and_go_are_one_class(left, right):
    assert hides([PODS], f"* -> {left}", f"* -> {right}")
    assert hides([PODS], f"* -> {right}", f"* -> {left}")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A, '"http://10.0.0.1:8080"'),  # another port
        (A, '"https://10.0.0.2:80"'),  # another scheme
        (lb(A, B), lb(A, '"http://10.0.0.2:8080"')),
        (A, '"http://svc.example.org:80"'),  # a name is no pod
        (lb(A, B), '"http://svc.example.org:80"'),
        ('"http://svc.example.org:80"', NONE),
        (A, '"http://10.0.0.2"'),  # no port
        (A, '"http://10.0.0.2:80/path"'),
        (A, '"http://10.0.0.2:80?x=1"'),
        (A, '"http://me@10.0.0.2:80"'),
        (A, '"http://10.0.0.2:80#x"'),
        (A, '"http://169.254.169.254:80"'),  # no pod has such an address
        (A, '"http://127.0.0.1:80"'),
        (A, '"http://0.0.0.0:80"'),
        (A, '"not an address"'),
        (lb(A, B), lb(A, C, algorithm="random")),
        (lb(A, B), lb(A, C, algorithm="")),
        (lb(A_IN_1, B), lb(A, B)),  # the zone is another rule's
        (lb(A_IN_1, B), lb(A_IN_2, C)),
        (lb(A_IN_1), lb(B)),
        (A, "<shunt>"),
        (A, 'status(503) -> inlineContent("no endpoints") -> <shunt>'),
        (A, 'status(502) -> inlineContent("no endpoint") -> <shunt>'),
        (A, 'inlineContent("no endpoints") -> status(502) -> <shunt>'),
        (A, 'status("502") -> inlineContent("no endpoints") -> <shunt>'),
        (A, 'status(502) -> f() -> inlineContent("no endpoints") -> <shunt>'),
        (A, "<loopback>"),
        (A, 'status(502) -> inlineContent("no endpoints") -> <loopback>'),
        (f"f() -> {A}", B),  # the other filters count where both sides have pods
        (f"f() -> {lb(A, B)}", f"g() -> {A}"),
        (f"f() -> {A}", f"d(2) -> {NONE}"),  # what stands around is no default filter of both
        (f"d(1) -> {A}", f"d(2) -> {NONE}"),
        (f"d(2) -> {A}", 'd(2) -> status(502) -> inlineContent("no endpoints") -> d(2) -> <shunt>'),
        (f"f() -> {NONE}", f"g() -> {NONE}"),
        (NONE, "<shunt>"),
    ],
)
def test_anything_but_pods_is_another_backend(left, right):
    assert not hides([PODS], f"* -> {left}", f"* -> {right}")
    assert not hides([PODS], f"* -> {right}", f"* -> {left}")


def test_other_predicates_are_no_matter_of_pods():
    assert not hides([PODS], f'Path("/x") -> {A}', f'Path("/y") -> {B}')
    assert not hides([PODS], f'Path("/x") -> {A}', f'Path("/y") -> {NONE}')


def test_rules_on_one_backend_help_each_other():
    left, right = f"* -> {lb(A_IN_1, B, algorithm='')}", f"* -> {lb(A, C)}"

    assert not any(hides(pair, left, right) for pair in ([ZONE, PODS], [ZONE, DEFAULT], [PODS]))
    assert hides([PODS, DEFAULT, ZONE], left, right)
