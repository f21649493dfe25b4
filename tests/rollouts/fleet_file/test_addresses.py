"""Which addresses are good, and which two are the same."""

from __future__ import annotations

import pytest

from diffs.fetch.location import Location
from rollouts.fleet_file.addresses import address_fault, host_and_port, normal_address
from tests.rollouts.fleet_file.small_fleet import SMALL, changed, problems_of, the_problem

GOOD = (
    "http://kube-1.example.org:9911/routes",
    "https://Example.ORG",
    "http://10.0.0.7:9911/routes",
    "http://[2001:db8::1]:9911/routes",
    "http://[::1]/",
    "http://localhost:1/",
    "http://a_b.svc.cluster.local.:65535/x?y=%20z",
)

BAD = {
    "ftp://example.org/": "the scheme",
    "example.org/routes": "the scheme",
    "kube-1:9911/routes": "the scheme",
    "file:///etc/passwd": "the scheme",
    "http:///routes": "there is no host",
    "http://": "there is no host",
    "http://:80/": "there is no host",
    "http://example.org:0/": "host and port",
    "http://example.org:/": "host and port",
    "http://example.org:65536/": "host and port",
    "http://example.org:x/": "host and port",
    "http://example.org:-1/": "host and port",
    "http://[::1]evil.example.org:80/": "host and port",
    "http://a:b:c/": "host and port",
    "http://[::1/": "the host is not well formed",
    "http://[fe80::1%25eth0]/": "the host is no",
    "http://[1::2::3]/": "the host is no",
    "http://user:pw@example.org/": "a user or password",
    "http://user@example.org/": "a user or password",
    "http://@example.org/": "a user or password",
    "http://example.org/#top": "a fragment",
    "http://example.org/#": "a fragment",
    "http://exa mple.org/": "a space or another",
    "http://example.org/\n": "a space or another",
    "http://good.example.org\\@evil/": "a space or another",
    "http://exämple.org/": "a space or another",
    "http://2130706433/": "the host is a number",
    "http://0x7f.1/": "the host is a number",
    "http://127.1/": "the host is a number",
    "http://0177.0.0.1/": "the host is a number",
    "http://1.2.3.256/": "the host is a number",
    "http://-a.example.org/": "the host is not a name",
    "http://a..b/": "the host is not a name",
    "http://%61.example.org/": "the host is not a name",
    f"http://{'a' * 64}.org/": "the host is not a name",
}

SAME = (
    ("http://Example.org/routes", "http://example.ORG:80/routes/"),
    ("https://example.org", "https://example.org.:443/"),
    ("http://example.org/a/../routes", "http://example.org/./routes"),
    ("http://example.org/%72outes", "http://example.org/routes"),
    ("http://example.org/routes?", "http://example.org/routes"),
    ("http://[2001:DB8:0::1]/", "http://[2001:db8::1]"),
    ("http://[::ffff:10.0.0.7]:1/", "http://10.0.0.7:1/"),
    ("http://0.0.0.0:1/", "http://127.0.0.1:1/"),
    ("http://[::]:1/", "http://[::1]:1/"),
)

OTHER = (
    ("http://example.org/routes", "https://example.org/routes"),
    ("http://example.org/routes", "http://example.org:8080/routes"),
    ("http://example.org/routes", "http://example.org/Routes"),
    ("http://example.org/routes?zone=a", "http://example.org/routes?zone=b"),
    ("http://a.example.org/", "http://b.example.org/"),
)


@pytest.mark.parametrize("address", GOOD)
def test_takes_an_address_and_the_fetcher_takes_it_alike(address):
    fetched = Location.parse(address)

    assert address_fault(address) is None
    assert host_and_port(address) == (fetched.host.removesuffix("."), fetched.port)


@pytest.mark.parametrize(("address", "message"), BAD.items())
def test_refuses_an_address_and_does_not_repeat_it(address, message):
    fault = address_fault(address)

    assert fault is not None
    assert fault.message.startswith(message)
    assert "evil" not in fault.message + fault.mend
    assert "pw" not in fault.message + fault.mend


@pytest.mark.parametrize(("one", "two"), SAME)
def test_sees_one_address_in_two_spellings(one, two):
    assert normal_address(one) == normal_address(two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_tells_two_addresses_apart(one, two):
    assert normal_address(one) != normal_address(two)


def test_refuses_one_address_for_both_sides_once_for_all_targets():
    problem = the_problem(changed(":9090/routes", ":9911/routes/"))

    assert (problem.line, problem.path) == (20, "rollouts.routesrv.evidence.shadow.address")
    assert problem.message == (
        'legacy and shadow read the same address (for "aws:1:eu:kube-1" and 1 more)'
    )


def test_refuses_a_pod_of_one_side_among_those_of_the_other():
    address = '["http://a.{alias}.org/r", "http://{alias}.EXAMPLE.org:9911/routes"]'

    problem = the_problem(changed('"http://{alias}.example.org:9090/routes"', address))

    assert problem.message.startswith("legacy and shadow read the same address")


def test_refuses_one_address_for_both_sides_at_the_target_that_overrides_it():
    own = 'cluster: "aws:1:eu:kube-2"\n            legacy: {address: "http://kube-2.example.org:9090/routes"}'

    problem = the_problem(changed('cluster: "aws:1:eu:kube-2"', own))

    assert problem.line == 48
    assert problem.path == "rollouts.routesrv.tiers[1].targets[0].legacy.address"
    assert problem.message.startswith("legacy and shadow read the same address")


def test_refuses_two_targets_that_would_prove_each_other():
    problem = the_problem(SMALL.replace("http://{alias}.example.org:9", "http://one.example.org:9"))

    assert (
        problem.message
        == 'these are the very addresses of "aws:1:eu:kube-1" (for "aws:1:eu:kube-2")'
    )
    assert "{alias}" in problem.mend


def test_lets_two_targets_share_one_side():
    text = changed("http://{alias}.example.org:9090", "http://central.example.org:9090")

    assert problems_of(text) == ()
