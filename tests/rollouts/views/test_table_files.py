"""Tables as files: what is sent is what was read, and nobody gets another target's."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from datetime import timedelta

import pytest
from django.urls import reverse

from diffs.models import Comparison, DailyBody, OutcomeSpan, Snapshot
from diffs.operations.prune import prune
from diffs.queries import stored_tables
from ledger.clock import database_now
from rollouts.models import Target
from tests.rollouts.stage import person, signed_in, target
from tests.rollouts.views.stored_files import BODY, get, keep, sha

pytestmark = [pytest.mark.django_db]

SAME = b'a: Path("/a") && Method("GET") -> "http://a";\nb: Path("/b") -> "http://b";'
TEXT = b'a:\nMethod("GET")\n&& Path("/a")\n-> "http://a"\n\nb:\nPath("/b")\n-> "http://b"\n\n'


@pytest.mark.parametrize("body", [BODY, b"", b"\0" * 300_000 + BODY], ids=["some", "none", "much"])
def test_the_body_is_sent_as_it_was_read_with_its_sha256(vera, body):
    one = target("kube-1")
    keep(one, body=body)

    response, sent = get(vera, one)

    assert sent == body
    assert response["X-Sha256"] == sha(body)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response["Content-Length"] == str(len(body))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    name = f"kube-1.legacy.{sha(body)[:12]}.eskip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_body_kept_as_a_patch_comes_back_whole(vera):
    one = target("kube-1")
    lines = [f'r{n}: Path("/{n}") -> "http://h{n}.example.org";'.encode() for n in range(3000)]
    keep(one, "shadow", b"\n".join(lines))
    body = b"\n".join([*lines[:-1], b'z: * -> "http://z";'])
    assert keep(one, body=body).base_id

    assert get(vera, one)[1] == body


def test_two_spellings_of_one_table_have_the_same_canonical_text(vera):
    one = target("kube-1")
    keep(one, "legacy", BODY.partition(b"\xa0")[0])
    keep(one, "shadow", SAME)

    answers = [get(vera, one, "canonical", side) for side in ("legacy", "shadow")]

    assert [sent for _, sent in answers] == [TEXT, TEXT]
    assert {response["X-Sha256"] for response, _ in answers} == {sha(TEXT)}
    assert {response["Content-Type"] for response, _ in answers} == {"text/plain; charset=utf-8"}
    assert {response["Content-Length"] for response, _ in answers} == {str(len(TEXT))}
    assert f"kube-1.shadow.{sha(SAME)[:12]}.canonical.txt" in answers[1][0]["Content-Disposition"]


def test_a_refused_place_stands_in_the_canonical_text(vera):
    one = target("kube-1")
    keep(one, body=SAME + b'\nbad: Method("GET") && Method("PUT") -> "http://x";')

    _, sent = get(vera, one, "canonical")

    assert sent.startswith(TEXT)
    assert b"bad:\nrefused: " in sent


def test_the_sums_hold_for_the_files_as_they_are_called(vera, tmp_path):
    one = target("kube-1")
    keep(one, "legacy", SAME)
    keep(one, "shadow", SAME + b"\n")
    for side in ("legacy", "shadow"):
        for kind in ("raw", "canonical"):
            response, sent = get(vera, one, kind, side)
            (tmp_path / response["Content-Disposition"].split('"')[1]).write_bytes(sent)

    sums = vera.get(reverse("target-sums", args=[one.pk]))
    (tmp_path / "SHA256SUMS").write_bytes(sums.content)

    told = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.count(": OK") == 4


def test_an_earlier_body_is_found_where_that_side_showed_it(vera):
    one = target("kube-1")
    now = database_now()
    days = keep(one, body=b"// of a day", is_shown=False)
    DailyBody.objects.create(source=one.source, side="legacy", day=now.date(), snapshot=days)
    left, right = (keep(one, body=body, is_shown=False) for body in (b"// left", b"// right"))
    compared = Comparison.objects.create(
        legacy=left, shadow=right, rules_digest="", comparer="", total=1, matched=0,
        findings=b"", compared_at=now,
    )  # fmt: skip
    OutcomeSpan.objects.create(
        source=one.source, outcome="different", epoch=1, began_at=now, comparison=compared
    )
    keep(one, body=BODY)

    for body in (b"// of a day", b"// left", BODY):
        assert get(vera, one, sha=sha(body))[1] == body
    assert get(vera, one, side="shadow", sha=sha(b"// right"))[1] == b"// right"
    for side, body in (("shadow", b"// left"), ("shadow", b"// of a day"), ("legacy", b"// right")):
        assert get(vera, one, side=side, sha=sha(body))[0].status_code == 404


@pytest.mark.parametrize("kind", ["raw", "canonical"])
@pytest.mark.parametrize("guess", ["the sha256 of another's", "of nobody's", "A" * 64, "..", "a\0"])
def test_a_body_of_another_target_is_not_to_be_had_by_guessing(vera, kind, guess):
    one, other = target("kube-1"), target("kube-2")
    keep(one)
    foreign = keep(other, body=b"// a secret of kube-2").sha256
    known = {"the sha256 of another's": foreign, "of nobody's": "0" * 64}

    response, page = get(vera, one, kind, sha=known.get(guess, guess))

    assert response.status_code == 404
    assert b"no such table, or it is no longer kept" in page
    assert b"secret" not in page
    assert b"X-Sha256" not in b"".join(str(item).encode() for item in response.items())


@pytest.mark.parametrize("side", ["legacy", "shadow", "both", "legacy'--"])
def test_a_side_that_showed_nothing_has_no_file(vera, side):
    response, page = get(vera, target("kube-1"), side=side)

    assert response.status_code == 404
    assert b"To the target" in page


def test_a_body_that_was_forgotten_is_said_to_be(vera):
    one = target("kube-1")
    now = database_now()
    kept = keep(one, body=b"// old", is_shown=False)
    old = now - timedelta(days=91)
    DailyBody.objects.create(source=one.source, side="legacy", day=old.date(), snapshot=kept)
    assert get(vera, one, sha=kept.sha256)[0].status_code == 200
    Snapshot.objects.update(last_read_at=old)

    prune(now=now)

    assert get(vera, one, sha=kept.sha256)[0].status_code == 404


def test_a_table_too_large_for_a_page_is_still_sent_as_it_was_read(vera, monkeypatch):
    one = target("kube-1")
    keep(one, body=SAME)
    monkeypatch.setattr(stored_tables, "MOST_PRINTED", len(SAME) - 1)

    response, page = get(vera, one, "canonical")

    assert response.status_code == 422
    assert b"manage.py canonical" in page
    assert get(vera, one)[1] == SAME


def test_the_name_of_a_file_holds_nothing_that_a_header_or_a_folder_would_read(vera):
    one = target("kube-1")
    keep(one)
    Target.objects.filter(pk=one.pk).update(cluster=None, key='../x"; filename=y\r\n/ü')

    response, _ = get(vera, Target.objects.get(pk=one.pk))

    name = f"x-filename-y.legacy.{sha(BODY)[:12]}.eskip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_head_tells_all_but_the_body(vera):
    one = target("kube-1")
    keep(one)

    response = vera.head(reverse("target-raw", args=[one.pk, "legacy"]))

    assert (response["X-Sha256"], response["Content-Length"]) == (sha(BODY), str(len(BODY)))


def test_without_a_role_there_is_no_file(stage):
    one = target("kube-1")
    keep(one)

    assert get(signed_in(person("nina")), one)[0].status_code == 403


def test_the_page_leads_to_the_files_of_a_side_that_was_read(vera):
    one = target("kube-1")
    keep(one)

    page = vera.get(reverse("target", args=[one.pk])).content.decode()

    for kind in ("raw", "canonical"):
        assert reverse(f"target-{kind}", args=[one.pk, "legacy"]) in page
        assert reverse(f"target-{kind}", args=[one.pk, "shadow"]) not in page
    assert sha(BODY) in page


def test_what_happened_leads_to_the_tables_of_then(vera):
    one = target("kube-1")
    now = database_now()
    left, right = (keep(one, body=body, is_shown=False) for body in (b"// left", b"// right"))
    compared = Comparison.objects.create(
        legacy=left, shadow=right, rules_digest="", comparer="", total=1, matched=0,
        findings=b"", compared_at=now,
    )  # fmt: skip
    for outcome, comparison in (("different", compared), ("equal", None)):
        OutcomeSpan.objects.create(
            source=one.source, outcome=outcome, epoch=1, began_at=now,
            ended_at=None if comparison else now, comparison=comparison,
        )  # fmt: skip

    page = vera.get(reverse("target", args=[one.pk])).content.decode()

    for side, body in (("legacy", b"// left"), ("shadow", b"// right")):
        path = f"{reverse('target-raw', args=[one.pk, side])}?sha={sha(body)}"
        assert path in page
        assert b"".join(vera.get(path).streaming_content) == body
    assert page.count("tables of then") == 1
