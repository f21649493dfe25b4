"""The addresses of the pages; who may use them stands in rollouts.permissions.table."""

from __future__ import annotations

from django.urls import path

from rollouts.views import (
    audit,
    difference,
    difference_actions,
    differences,
    health,
    hidden,
    inbox,
    metrics,
    overview,
    promotion_actions,
    promotions,
    rule_actions,
    rule_new,
    rules,
    sessions,
    tables,
    target_actions,
    targets,
    tier_actions,
    tiers,
)

urlpatterns = [
    path("", overview.show, name="overview"),
    path("frame/", overview.frame, name="frame"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("audit/", audit.show, name="audit"),
    path("audit/export.csv", audit.export_csv, name="audit-csv"),
    path("audit/export.jsonl", audit.export_json, name="audit-json"),
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("rollouts/<str:rollout>/<str:name>/", tiers.show, name="tier"),
    path("rollouts/<str:rollout>/<str:name>/look/", tiers.look, name="tier-look"),
    path(
        "rollouts/<str:rollout>/<str:name>/preview/",
        tier_actions.preview,
        name="tier-preview",
    ),
    path(
        "rollouts/<str:rollout>/<str:name>/request/",
        tier_actions.request_step,
        name="tier-request",
    ),
    path(
        "rollouts/<str:rollout>/<str:name>/roll-back/",
        tier_actions.roll_back,
        name="tier-roll-back",
    ),
    path("inbox/", inbox.show, name="inbox"),
    path("differences/", differences.show, name="differences"),
    path("differences/D-<int:difference_id>/", difference.show, name="difference"),
    path("D-<int:difference_id>/", difference.short, name="difference-short"),
    path(
        "differences/D-<int:difference_id>/verdict/",
        difference_actions.verdict,
        name="difference-verdict",
    ),
    path(
        "differences/D-<int:difference_id>/agree/",
        difference_actions.agree,
        name="difference-agree",
    ),
    path(
        "differences/D-<int:difference_id>/undo/", difference_actions.undo, name="difference-undo"
    ),
    path(
        "differences/D-<int:difference_id>/hold-out/",
        difference_actions.hold_out,
        name="difference-hold-out",
    ),
    path("differences/D-<int:difference_id>/owner/", difference_actions.own, name="difference-own"),
    path(
        "differences/D-<int:difference_id>/comment/",
        difference_actions.comment,
        name="difference-comment",
    ),
    path("promotions/", promotions.listing, name="promotions"),
    path("promotions/<int:promotion_id>/", promotions.show, name="promotion"),
    path("P-<int:promotion_id>/", promotions.short, name="promotion-short"),
    path(
        "promotions/<int:promotion_id>/evidence.json",
        promotions.evidence,
        name="promotion-evidence",
    ),
    path(
        "promotions/<int:promotion_id>/approve/",
        promotion_actions.approve,
        name="promotion-approve",
    ),
    path(
        "promotions/<int:promotion_id>/reject/", promotion_actions.reject, name="promotion-reject"
    ),
    path(
        "promotions/<int:promotion_id>/withdraw/",
        promotion_actions.withdraw,
        name="promotion-withdraw",
    ),
    path("rules/", rules.listing, name="rules"),
    path("rules/new/", rule_new.new, name="rule-new"),
    path("rules/R-<int:rule_id>/", rules.show, name="rule"),
    path("R-<int:rule_id>/", rules.short, name="rule-short"),
    path("rules/R-<int:rule_id>/preview/", rule_actions.preview, name="rule-preview"),
    path("rules/R-<int:rule_id>/cancel/", rule_actions.cancel, name="rule-cancel"),
    path("rules/R-<int:rule_id>/activate/", rule_actions.activate, name="rule-activate"),
    path("rules/R-<int:rule_id>/retire/", rule_actions.retire, name="rule-retire"),
    path("rules/R-<int:rule_id>/discard/", rule_actions.discard, name="rule-discard"),
    path("targets/<int:target_id>/", targets.show, name="target"),
    path("targets/<int:target_id>/differences/", targets.differences, name="target-differences"),
    path("targets/<int:target_id>/tables/SHA256SUMS", tables.sums, name="target-sums"),
    path("targets/<int:target_id>/tables/<str:side>/raw", tables.raw, name="target-raw"),
    path(
        "targets/<int:target_id>/tables/<str:side>/canonical",
        tables.canonical,
        name="target-canonical",
    ),
    path("targets/<int:target_id>/hidden/", hidden.show, name="target-hidden"),
    path("targets/<int:target_id>/look/", target_actions.look, name="target-look"),
    path("targets/<int:target_id>/set-aside/", target_actions.set_aside, name="target-set-aside"),
    path("targets/<int:target_id>/return/", target_actions.return_target, name="target-return"),
    path(
        "targets/<int:target_id>/acknowledge/",
        target_actions.acknowledge,
        name="target-acknowledge",
    ),
]
