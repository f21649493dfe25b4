"""The demo's own addresses."""

from __future__ import annotations

from django.urls import path

from demo import views

urlpatterns = [
    path("demo/sign-in/<slug:username>/", views.sign_in, name="demo-sign-in"),
    path("demo/mail/", views.mail, name="demo-mail"),
    path("demo/slack/", views.slack, name="demo-slack"),
]
