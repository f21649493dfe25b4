"""The demo's own address."""

from __future__ import annotations

from django.urls import path

from demo import views

urlpatterns = [path("demo/sign-in/<slug:username>/", views.sign_in, name="demo-sign-in")]
