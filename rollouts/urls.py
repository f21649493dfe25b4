"""The addresses of the pages; who may use them stands in rollouts.permissions.table."""

from __future__ import annotations

from django.urls import path

from rollouts.views import audit, health, overview, sessions, target_actions, targets, tiers

urlpatterns = [
    path("", overview.show, name="overview"),
    path("frame/", overview.frame, name="frame"),
    path("healthz", health.healthz, name="healthz"),
    path("audit/", audit.show, name="audit"),
    path("audit/export.csv", audit.export_csv, name="audit-csv"),
    path("audit/export.jsonl", audit.export_json, name="audit-json"),
    path("sign-in/", sessions.sign_in, name="sign-in"),
    path("sign-out/", sessions.sign_out, name="sign-out"),
    path("rollouts/<str:rollout>/<str:name>/", tiers.show, name="tier"),
    path("rollouts/<str:rollout>/<str:name>/look/", tiers.look, name="tier-look"),
    path("targets/<int:target_id>/", targets.show, name="target"),
    path("targets/<int:target_id>/differences/", targets.differences, name="target-differences"),
    path("targets/<int:target_id>/look/", target_actions.look, name="target-look"),
    path("targets/<int:target_id>/set-aside/", target_actions.set_aside, name="target-set-aside"),
    path("targets/<int:target_id>/return/", target_actions.return_target, name="target-return"),
    path(
        "targets/<int:target_id>/acknowledge/",
        target_actions.acknowledge,
        name="target-acknowledge",
    ),
]
