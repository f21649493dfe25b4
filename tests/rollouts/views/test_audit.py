"""The audit page: what was decided and refused, and whether the trail is whole."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.audit_check import check_on
from ledger.clock import database_now
from ledger.models import AuditRecord
from rollouts.permissions.roles import Role
from tests.plugins.superuser import superuser
from tests.rollouts.promoting import ready_tier, requested
from tests.rollouts.stage import person, signed_in, target
from tests.rollouts.views.records import append, body, seqs, viewer

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def vera():
    return viewer()


def test_records_stand_newest_first_with_who_what_and_why(vera):
    append("target_set_aside", reason="being rebuilt", subject="target routesrv/test/kube-1")
    last = append("approval_refused", actor="mallory", reason="You asked for it yourself.")

    text = body(vera)

    assert seqs(vera)[:2] == [last.seq, last.seq - 1]
    for words in ("being rebuilt", "target routesrv/test/kube-1", "mallory", "target set aside"):
        assert words in text
    assert re.search(r'class="state is-refused">.*?approval refused<', text)


def test_steps_of_a_promotion_have_the_words_of_its_page_and_the_raw_action_in_the_details(vera):
    append("promotion_verifying")

    text = body(vera)

    assert "written, reading back</span>" in text
    assert '<option value="promotion_verifying">written, reading back</option>' in text
    assert '<dt>Action</dt><dd><a href="?action=promotion_verifying"><code>' in text


def test_a_record_leads_to_the_page_of_what_it_is_about(vera):
    one = requested(ready_tier())
    kube = target("kube-1")
    append("mode_adopted", subject=f"target routesrv/{kube.key}", after="shadow")
    append("target_set_aside", subject=f"target routesrv/test/{kube.key}")
    append("tier_look_refused", subject="tier routesrv/test")
    append("target_look", subject="target routesrv/gone")

    text = body(vera)

    about = re.findall(r"<dt>About</dt><dd>(.*?)</dd>", text)
    link = f'<a href="/targets/{kube.pk}/">kube-1 routesrv/test</a>'
    assert about[0] == "<code>target routesrv/gone</code>"
    assert about[1].startswith('<a href="/rollouts/routesrv/test/">routesrv/test</a>')
    assert about[2].startswith(link)
    assert about[3].startswith(link)
    assert f'<a href="/promotions/{one.pk}/">{one.name} routesrv/test</a>' in about[4]


def test_which_role_or_mode_is_said_without_opening_the_record(vera):
    append("role_granted", subject="person bob", after={"role": "approver", "scope": "routesrv"})
    append("mode_adopted", subject="target routesrv/x", after="shadow")

    text = body(vera)

    assert "person bob: <b>approver routesrv</b>" in text
    assert "target routesrv/x: <b>shadow</b>" in text


def test_records_have_their_time_to_the_second_in_the_zone_of_the_filter(vera):
    entry = append()

    assert f">{entry.at:%a %d %b, %H:%M:%S} UTC</time>" in body(vera)


def test_what_changed_stands_line_by_line_and_folded_away(vera):
    append(before={"mode": "shadow"}, after={"mode": "exec"})

    text = body(vera)

    assert "<details>" in text
    assert "<del>  &quot;mode&quot;: &quot;shadow&quot;</del>" in text
    assert "<ins>  &quot;mode&quot;: &quot;exec&quot;</ins>" in text


def test_one_record_alone_is_open(vera):
    append(count=3)

    assert seqs(vera, seq=2) == [2]
    assert "<details open>" in body(vera, seq=2)


def test_the_page_says_how_far_the_trail_was_verified(vera):
    append(count=3)
    assert "not verified yet" in body(vera)

    state = check_on(now=database_now())

    assert f"verified up to record {state.verified_seq}" in body(vera)
    check_on(now=database_now() - timedelta(minutes=11))
    assert "not verified of late" in body(vera)


def test_a_broken_trail_is_a_red_strip_on_every_page_and_in_the_polled_frame(vera):
    entry = append()
    for path in ("/", "/audit/", "/frame/"):
        assert "The audit trail is broken" not in vera.get(path).content.decode()
    with superuser():
        AuditRecord.objects.filter(seq=entry.seq).update(reason="edited")
    check_on(now=database_now())

    for path in ("/", "/audit/", "/frame/"):
        text = vera.get(path).content.decode()
        strip = text.partition('class="strip is-differs" role="alert"')[2]
        assert f"Record {entry.seq} was edited" in strip


def test_what_strangers_wrote_is_text_and_turns_no_line_around(vera):
    evil = "<script>alert(1)</script>\u202e{{ 7|add:7 }}"
    append(subject=evil, actor=evil, reason=evil, before={evil: evil}, after=evil, role="<b>")

    text = body(vera)

    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "{{ 7|add:7 }}" in text


@pytest.mark.parametrize("role", list(Role))
def test_everybody_with_a_role_may_look(role):
    client = signed_in(person("eve", role))

    for name in ("audit", "audit-csv", "audit-json"):
        assert client.get(reverse(name)).status_code == HTTPStatus.OK


def test_nobody_else_may():
    for client in (signed_in(None), signed_in(person("eve"))):
        for name in ("audit", "audit-csv", "audit-json"):
            assert client.get(reverse(name)).status_code in {
                HTTPStatus.FOUND,
                HTTPStatus.FORBIDDEN,
            }


def test_the_bar_leads_here(vera):
    assert '<a href="/audit/">Audit</a>' in body(vera, "overview")
    assert '<a href="/audit/" aria-current="page">Audit</a>' in body(vera)


def test_a_page_asks_no_more_of_many_records_than_of_few(vera, django_assert_max_num_queries):
    append(count=2)
    body(vera)
    with CaptureQueriesContext(connection) as few:
        body(vera)
    append(count=60)

    with django_assert_max_num_queries(len(few)):
        body(vera)
    assert len(few) <= 16


def test_says_where_the_application_itself_could_edit_the_trail(vera):
    who = {"sqlite": "whoever can write it can edit it", "postgresql": "has its password can edit"}

    assert who[connection.vendor] in body(vera)
