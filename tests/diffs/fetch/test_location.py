"""An address is read in one way only, and shown without what may be secret."""

from __future__ import annotations

import pytest

from diffs.fetch import BadAddress, Endpoint, Location


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("http://a.test", "a.test", "/"),
        ("HTTP://A.Test:80/routes", "a.test", "/routes"),
        ("https://a.test:443/x", "a.test", "/x"),
        ("http://a.test:9911/x?y=1&z", "a.test:9911", "/x?y=1&z"),
        ("http://[::1]:9911/", "[::1]:9911", "/"),
        ("http://[0:0::1]/", "[::1]", "/"),
        ("http://a.test/a%2Fb?c=%20#fragment", "a.test", "/a%2Fb?c=%20"),
        ("http://bücher.test/ä", "xn--bcher-kva.test", "/%C3%A4"),
    ],
)
def test_takes_an_address_apart(url, authority, target):
    location = Location.parse(url)

    assert (location.authority, location.target) == (authority, target)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://a.test/",
        "ftp://a.test/",
        "//a.test/",
        "a.test:80",
        "",
        "http://",
        "http:///routes",
        "http://:80/",
        "http://alice:wonderland@a.test/",
        "http://alice@a.test/",
        "http://a.test@evil.test/",
        "http://a.test\\@evil.test/",
        "http://a.test:80:90/",
        "http://a.test:0/",
        "http://a.test:65536/",
        "http://a.test:port/",
        "http://a b.test/",
        "http://a.test/\r\nHost: evil.test",
        "http://a.test/\tx",
        "http://[::1/",
        "http://[::1]evil.test/",
        "http://[evil.test]/",
        "http://[fe80::1%25eth0]/",
        "http://a.test%00.evil.test/",
        "http://a..test/",
    ],
)
def test_refuses_what_can_be_read_in_two_ways(url):
    with pytest.raises(BadAddress) as refused:
        Location.parse(url)

    assert "wonderland" not in str(refused.value)


def test_says_where_a_password_belongs():
    with pytest.raises(BadAddress, match="name a credential instead"):
        Location.parse("http://alice:wonderland@a.test/")


def test_replaces_a_parameter_that_was_given_and_keeps_the_others():
    location = Location.parse("http://a.test/?limit=3&x=%2F&nopretty&limit=4")

    asked = location.asking({"limit": "9", "nopretty": "", "a b": "c&d"})

    assert asked.target == "/?x=%2F&limit=9&nopretty&a+b=c%26d"


def test_shows_neither_query_nor_password():
    url = "http://alice:wonderland@a.test/routes?token=rabbit#rabbit"

    shown = repr(Endpoint(url)) + repr(Location.parse("http://a.test/routes?token=rabbit"))

    assert "a.test/routes" in shown
    assert "rabbit" not in shown
    assert "wonderland" not in shown
