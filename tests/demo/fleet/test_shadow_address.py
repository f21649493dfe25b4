"""The shadow address answers as routesrv does (facts: its eskipbytes and Go's ServeContent)."""

from __future__ import annotations

import gzip
import re
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256

import pytest

from demo.fleet.shadow_address import go_float
from tests.demo.fleet.served import START

PLAY, UNINITIALISED, FROZEN, LARGE = "kube-play-1", "kube-prod-3", "kube-prod-4", "kube-prod-1"


def gauge(reply, key):
    """Return the value that a metrics page gives to a key, or None."""
    found = re.search(
        rf'^routesrv_custom_\w+{{key="{re.escape(key)}"}} (\S+)$', reply.body.decode(), re.MULTILINE
    )
    return float(found[1]) if found else None


def test_serves_all_routes_a_line_each_named_by_their_digest(served):
    reply = served.ask(LARGE, "shadow")

    assert reply.status == 200
    assert reply.headers["etag"] == f'"{sha256(reply.body).hexdigest()}"'
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.headers["x-count"] == "1500"
    assert len(reply.lines) == 1500
    assert reply.lines == sorted(reply.lines, key=lambda line: line.split(b":")[0])


def test_packs_the_table_under_an_etag_of_its_own(served):
    plain = served.ask(PLAY, "shadow")
    packed = served.ask(PLAY, "shadow", Accept_Encoding="br, gzip;q=0.5")
    refused = served.ask(PLAY, "shadow", Accept_Encoding="gzip;q=0")

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == f'"{sha256(plain.body).hexdigest()}+gzip"'
    assert gzip.decompress(packed.body) == plain.body
    assert refused.body == plain.body


def test_answers_304_to_who_has_the_version(served):
    known = served.ask(PLAY, "shadow").headers["etag"]

    same = served.ask(PLAY, "shadow", If_None_Match=f'"other", W/{known}')
    other = served.ask(PLAY, "shadow", If_None_Match='"other"')
    packed = served.ask(PLAY, "shadow", If_None_Match=known, Accept_Encoding="gzip")

    assert (same.status, same.body) == (304, b"")
    assert (same.headers["x-count"], same.headers["etag"]) == ("200", known)
    assert not {"content-type", "content-length", "last-modified"} & {*same.headers}
    assert (other.status, packed.status) == (200, 200)


def test_answers_304_to_who_asks_since_a_later_date(served):
    changed = served.ask(PLAY, "shadow").headers["last-modified"]
    moment = parsedate_to_datetime(changed).timestamp()

    def since(date, **more):
        return served.ask(PLAY, "shadow", If_Modified_Since=date, **more).status

    assert since(changed) == since(formatdate(moment + 9, usegmt=True)) == 304
    assert since(formatdate(moment - 1, usegmt=True)) == since("yesterday") == 200
    assert since(changed, If_None_Match='"other"') == 200


def test_a_change_gives_another_version(served):
    before = served.ask(PLAY, "shadow")

    served.now += 30
    after = served.ask(PLAY, "shadow", If_None_Match=before.headers["etag"])

    assert after.status == 200
    assert after.headers["etag"] != before.headers["etag"]
    assert parsedate_to_datetime(after.headers["last-modified"]).timestamp() > START


def test_the_query_string_says_nothing(served):
    asked = served.ask(PLAY, "shadow", "?limit=1&offset=2&timestamp=3&invalid=true&pretty")

    assert asked.body == served.ask(PLAY, "shadow").body


def test_a_zone_sees_its_own_endpoints_and_an_unknown_zone_the_full_table(served):
    full = served.ask(LARGE, "shadow")
    zone = served.ask(LARGE, "shadow", path="/routes/eu-central-1a")
    unknown = served.ask(LARGE, "shadow", path="/routes/eu-central-9z")

    endpoints = re.compile(rb'"http://10[^"]+"')
    assert unknown.body == full.body
    assert zone.headers["x-count"] == full.headers["x-count"]
    assert len(endpoints.findall(zone.body)) < len(endpoints.findall(full.body))
    assert zone.headers["etag"] == f'"{sha256(zone.body).hexdigest()}"'


def test_answers_head_as_get_without_the_body(served):
    head = served.ask(PLAY, "shadow", method="HEAD")
    whole = served.ask(PLAY, "shadow")

    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_allows_no_other_method(served, method):
    assert served.ask(PLAY, "shadow", method=method).status == 405


def test_answers_404_with_nothing_before_the_first_load(served):
    served.now += 500

    reply = served.ask(UNINITIALISED, "shadow")
    health = served.ask(UNINITIALISED, "shadow", path="/health")

    assert (reply.status, reply.body) == (404, b"")
    assert (health.status, health.body) == (503, b"routes were not initialized yet\n")


def test_is_healthy_for_ever_after_however_stale(served):
    served.now += 5000

    assert served.ask(FROZEN, "shadow", path="/health").status == 204
    assert served.ask(PLAY, "shadow", path="/health").status == 204


def test_knows_no_other_path(served):
    assert served.ask(PLAY, "shadow", path="/").status == 404
    assert served.ask(PLAY, "metrics", path="/routes").status == 404


def test_metrics_tell_table_and_age(served):
    served.now += 60
    table, page = served.ask(PLAY, "shadow"), served.ask(PLAY, "metrics")

    assert gauge(page, "routes.total") == 200
    assert gauge(page, "routes.byte") == len(table.body)
    assert served.now - 16 < gauge(page, "routes.updated_timestamp") <= served.now
    assert gauge(page, "routes.fetch_errors") == gauge(page, "routes.empty") == 0
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize("alias", [FROZEN, UNINITIALISED])
def test_metrics_count_each_failed_read_of_the_cluster(served, alias):
    before = gauge(served.ask(alias, "metrics"), "routes.fetch_errors")

    served.now += 30
    after = gauge(served.ask(alias, "metrics"), "routes.fetch_errors")

    assert after - before == 10


def test_metrics_know_no_table_before_the_first_load(served):
    page = served.ask(UNINITIALISED, "metrics")

    assert gauge(page, "routes.total") is None
    assert gauge(page, "routes.updated_timestamp") is None


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (0, "0"),
        (1225, "1225"),
        (999999, "999999"),
        (1041476, "1.041476e+06"),
        (1_700_000_000, "1.7e+09"),
        (1_700_000_000.25, "1.70000000025e+09"),
        (0.25, "0.25"),
        (-2, "-2"),
    ],
)
def test_metrics_print_numbers_as_go_does(number, printed):
    assert go_float(number) == printed
