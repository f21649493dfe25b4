"""All addresses. Each needs rows in rollouts.permissions.table, or nobody may use it."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

handler500 = "rollouts.views.errors.server_error"

urlpatterns = [
    path("", include("rollouts.urls")),
    *([path("", include("demo.urls"))] if settings.DEMO else []),
]
