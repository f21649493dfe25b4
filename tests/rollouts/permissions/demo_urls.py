"""All addresses as they are while the demo plays."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("rollouts.urls")), path("", include("demo.urls"))]
