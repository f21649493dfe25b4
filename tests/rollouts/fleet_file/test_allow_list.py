"""The line of allowed addresses that a fleet file needs."""

from __future__ import annotations

from diffs.fetch.policy import AddressPolicy
from rollouts.fleet_file import address_allow_list
from rollouts.fleet_file.addresses import host_and_port
from tests.rollouts.fleet_file.small_fleet import SMALL, changed, read

NAMES = {
    "kube-1.example.org": ["10.0.0.1", "2001:db8::1"],
    "kube-2.example.org": ["10.0.0.2", "10.0.0.2"],
    "proxy.example.org": ["10.9.9.9"],
}


def resolve(name):
    if name not in NAMES:
        raise OSError(f"{name}: no such name")
    return NAMES[name]


def fleet_at(legacy, shadow):
    """Return a fleet of one target with these two addresses and nothing else to reach."""
    text = SMALL[: SMALL.index("      - name: production")]
    text = text.replace('"http://{alias}.example.org:9911/routes"', f'"{legacy}"')
    text = text.replace('        metrics: "http://{alias}.example.org:9911/metrics"\n', "")
    start, end = text.index("      read_back"), text.index("    policy:\n      soak: 2d")
    return read(
        (text[:start] + text[end:]).replace(
            '"http://{alias}.example.org:9090/routes"', f'"{shadow}"'
        )
    )


def items(legacy, shadow):
    return address_allow_list(fleet_at(legacy, shadow), resolve).items


def test_lists_each_host_with_its_ports_only():
    assert items("http://127.0.0.1:9911/routes", "http://10.0.0.7/routes") == (
        "10.0.0.7/32:80",
        "127.0.0.1/32:9911",
    )


def test_joins_ports_that_follow_each_other_and_no_others():
    assert items("http://127.0.0.1:9001/", "http://127.0.0.1:9002/") == ("127.0.0.1/32:9001-9002",)
    assert items("http://127.0.0.1:9001/", "http://127.0.0.1:9003/") == (
        "127.0.0.1/32:9001",
        "127.0.0.1/32:9003",
    )


def test_joins_no_neighbouring_hosts():
    assert items("http://10.0.0.6:80/", "http://10.0.0.7:80/") == (
        "10.0.0.6/32:80",
        "10.0.0.7/32:80",
    )


def test_writes_ipv6_in_brackets_after_ipv4():
    assert items("http://[::1]:80/", "https://10.0.0.7/") == ("10.0.0.7/32:443", "[::1]/128:80")


def test_lists_the_address_that_an_odd_spelling_reaches():
    assert items("http://[::ffff:10.0.0.7]:1/", "http://0.0.0.0:2/") == (
        "10.0.0.7/32:1",
        "127.0.0.1/32:2",
    )


def test_lists_every_address_of_a_name_for_sides_metrics_and_read_back():
    allowed = address_allow_list(read(SMALL), resolve)

    assert str(allowed) == ",".join(
        f"{host}:{port}"
        for host in ("10.0.0.1/32", "10.0.0.2/32", "[2001:db8::1]/128")
        for port in (8080, 9090, 9911)
    )
    assert allowed.unresolved == ()


def test_lists_the_proxy_in_place_of_what_stands_behind_it():
    text = changed("credential: routes-reader", 'proxy: "http://proxy.example.org:3128"')
    text = text.replace('        metrics: "http://{alias}.example.org:9911/metrics"\n', "")

    allowed = address_allow_list(read(text), resolve)

    assert "10.9.9.9/32:3128" in allowed.items
    assert not [item for item in allowed.items if item.endswith("9911")]


def test_lists_no_metrics_beside_the_proxy_since_they_are_read_through_it():
    text = changed("credential: routes-reader", 'proxy: "http://proxy.example.org:3128"')
    text = text.replace(":9911/metrics", ":9912/metrics")

    allowed = address_allow_list(read(text), resolve)

    assert "10.9.9.9/32:3128" in allowed.items
    assert not [item for item in allowed.items if item.endswith("9912")]


def test_lists_the_proxy_through_which_the_mode_is_read():
    proxy = 'pointer: /mode\n        proxy: "http://proxy.example.org:3128"'

    allowed = address_allow_list(read(changed("pointer: /mode", proxy)), resolve)

    assert "10.9.9.9/32:3128" in allowed.items
    assert not [item for item in allowed.items if item.endswith("8080")]


def test_reports_names_without_an_address_once():
    text = SMALL.replace("http://{alias}.example.org", "http://Gone-{alias}.example.org")

    allowed = address_allow_list(read(text), lambda name: [] if "1" in name else resolve(name))

    assert allowed.items == ()
    assert allowed.unresolved == ("gone-kube-1.example.org", "gone-kube-2.example.org")


def test_gives_a_line_that_the_fetchers_policy_reads_and_that_opens_each_address():
    policy = AddressPolicy.parse(str(address_allow_list(read(SMALL), resolve)))

    for tier in read(SMALL).rollouts[0].tiers:
        for target in tier.targets:
            host, port = host_and_port(target.shadow.addresses[0])
            for ip in resolve(host):
                policy.check(ip, port)
