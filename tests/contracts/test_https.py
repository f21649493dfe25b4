"""Behind https: every cookie is bound to this host and scheme, and plain http is sent away."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.contracts.own_fleet import environment
from tests.house.tree import ROOT

ASK = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.contrib.auth.models import User
call_command("migrate", verbosity=0)
call_command("sync_fleet", "FLEET", verbosity=0)
call_command("grant", "requester", "alice", verbosity=0)
alice = User.objects.get()
alice.set_password("correct horse battery staple")
alice.save()
client = Client(headers={"host": "penumbra.example.org"})
https = {"headers": {"x-forwarded-proto": "https"}}
form = {"username": "alice", "password": "correct horse battery staple"}
client.get("/sign-in/", **https)
answer = client.post("/sign-in/", form, **https)
client.post("/targets/1/look/", **https)
print(json.dumps({
    "cookies": {name: dict(morsel) for name, morsel in client.cookies.items()},
    "hsts": answer.headers.get("Strict-Transport-Security"),
    "plain": [client.get(path).status_code for path in ("/", "/sign-in/", "/healthz")],
    "where": client.get("/").headers.get("Location"),
    "other": Client(headers={"host": "evil.example.org"}).get("/sign-in/", **https).status_code,
}))
"""


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """What a deployment at an https address answers."""
    folder = tmp_path_factory.mktemp("https")
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PENUMBRA_BASE_URL": "https://penumbra.example.org",
    }
    script = ASK.replace("FLEET", str(ROOT / "tests" / "data" / "fleet.example.yaml"))
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment(folder, settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_cookie_is_bound_to_the_host(answered):
    assert set(answered["cookies"]) == {"__Host-penumbra", "__Host-csrf"}
    for cookie in answered["cookies"].values():
        assert cookie["secure"] is cookie["httponly"] is True
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")


def test_browsers_are_told_to_come_by_https_only(answered):
    assert int(answered["hsts"].partition("=")[2].partition(";")[0]) >= 31_536_000


def test_plain_http_is_sent_to_https_except_for_the_load_balancer(answered):
    assert answered["plain"] == [301, 301, 200]
    assert answered["where"] == "https://penumbra.example.org/"


def test_another_host_name_is_refused(answered):
    assert answered["other"] == 400
