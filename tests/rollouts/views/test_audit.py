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
from tests.rollouts.stage import person, signed_in
from tests.rollouts.views.records import append, body, seqs, viewer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


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
    assert len(few) <= 14


def test_says_where_the_application_itself_could_edit_the_trail(vera):
    who = {"sqlite": "whoever can write it can edit it", "postgresql": "has its password can edit"}

    assert who[connection.vendor] in body(vera)
