"""The page of a new rule: from a difference, from another rule, or from nothing."""

from __future__ import annotations

import re

import pytest

from diffs.models import Rule
from diffs.operations.claim_previews import claim_previews
from diffs.operations.run_preview import run_preview
from diffs.queries.rules_made_from import rules_made_from
from ledger.clock import database_now
from tests.rollouts.ruling import activated, alice, differing_fleet, drafted, previewed
from tests.rollouts.stage import signed_in

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def variant():
    return differing_fleet()


@pytest.fixture
def rule(variant):
    return previewed(drafted(made_from=variant.difference_id))


def page(client, path):
    """Return the text of a page, its blanks as one."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def fields(client, path):
    """Return what the form of a new rule comes with."""
    text = client.get(path).content.decode()
    form = text[text.index('class="form"') :]
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    chosen = re.findall(r'<select name="([^"]+)".*?</select>', form, re.DOTALL)
    for name in chosen:
        options = re.search(rf'<select name="{name}".*?</select>', form, re.DOTALL)[0]
        selected = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        found[name] = (selected or first)[1]
    return {name: value.replace("&quot;", '"') for name, value in found.items()}


def test_a_new_rule_from_a_difference_begins_with_the_narrowest_that_hides_it(variant):
    client, path = signed_in(alice()), f"/rules/new/?from={variant.difference_id}"

    text, filled = page(client, path), fields(client, path)

    assert "these routes" in text
    assert "every route of the rollout" in text
    assert filled["kind"] == "keep-last"
    assert (filled["option-names"], filled["route"], filled["route-syntax"]) == (
        "fifo",
        "kube_a__1",
        "literal",
    )


def test_what_the_form_comes_with_is_a_draft_that_hides_the_difference(variant):
    client, path = signed_in(alice()), f"/rules/new/?from={variant.difference_id}"

    answer = client.post(path, {**fields(client, path), "reason": "Skipper keeps the last"})

    rule = Rule.objects.get()
    assert answer.url == f"/rules/R-{rule.pk}/"
    assert (rule.author, rule.made_from_id) == (alice(), variant.difference_id)
    for preview_id, claim in claim_previews(now=database_now()):
        run_preview(preview_id, claim)
    previewed(rule)
    assert rule.previews.latest("pk").result["routes"] == 3
    (made,) = rules_made_from(variant.difference_id)
    assert (made.name, made.state) == (rule.name, "draft")


@pytest.mark.parametrize(
    "kind",
    [
        "explained-by-invalid", "match-by-content", "ignore-id", "rewrite", "header-name-case",
        "drop-filter", "strip-filters", "keep-last", "ignore-zone", "default-lb-algorithm",
        "ignore-endpoints",
    ],
)  # fmt: skip
def test_every_kind_has_its_form(variant, kind):
    client, path = signed_in(alice()), f"/rules/new/?kind={kind}"
    typed = {
        "option-pattern": "kubeew_*", "option-names": "fifo, lifo", "option-filters": "a(1)",
        "option-text": "other", "rollout": "routesrv", "reason": "it says nothing",
    }  # fmt: skip
    filled = fields(client, path)

    mine = {name: value for name, value in typed.items() if name in shown_fields(client, path)}
    answer = client.post(path, {**filled, **mine})

    assert answer.status_code == 302, page_errors(answer)
    assert Rule.objects.get().content["kind"] == kind


def shown_fields(client, path):
    """Return the names of all fields of the form."""
    return set(re.findall(r'name="([^"]+)"', client.get(path).content.decode()))


def page_errors(answer):
    return re.findall(r'class="wrong"[^>]*>([^<]+)', answer.content.decode())


def test_a_pattern_for_everything_is_refused_at_its_field(variant):
    client, path = signed_in(alice()), "/rules/new/?kind=ignore-id"

    answer = client.post(
        path,
        {**fields(client, path), "option-pattern": "*", "reason": "it says nothing"},
    )

    assert answer.status_code == 422
    assert "would match nearly everything" in " ".join(page_errors(answer))


def test_the_next_version_begins_with_the_one_before(rule):
    activated(rule)
    client, path = signed_in(alice()), f"/rules/new/?replaces={rule.pk}"

    client.post(path, {**fields(client, path), "tier": "production", "reason": "wider now"})

    latest = Rule.objects.latest("pk")
    assert latest.replaces == rule
    assert latest.content["scope"]["tier"] == "production"
