"""Settings as a whole: what is unsafe refuses to start, in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.house.lint import production
from tests.house.tree import ROOT

PRINT = (
    "import json; from config import settings as s; names = {names!r};"
    "print(json.dumps({{name: getattr(s, name) for name in names}}, default=str))"
)


def load(tmp_path, settings, *names):
    """Return the named settings as a fresh process reads them, or what it said when it refused."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith("PENUMBRA_")}
    kept.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", PRINT.format(names=names)],
        cwd=ROOT,
        env={**kept, "PENUMBRA_FOLDER": str(tmp_path / "var"), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.splitlines()[-1]


def test_without_any_setting_it_is_embedded_on_loopback(tmp_path):
    found = load(tmp_path, {}, "EMBEDDED", "DEBUG", "DEMO", "ALLOWED_HOSTS", "DATABASES")

    assert found["EMBEDDED"] is True
    assert found["DEBUG"] is found["DEMO"] is False
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_deployment_over_https_is_closed_to_everything_else(tmp_path):
    names = ("EMBEDDED", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    found = load(tmp_path, production(), *names, "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS")

    assert found["EMBEDDED"] is False
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["SESSION_COOKIE_SECURE"] is found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["ALLOWED_HOSTS"] == ["penumbra.example.org", "localhost"]


@pytest.mark.parametrize("what", ["BROKER_URL", "SECRET_KEY", "AUDIT_KEY", "BASE_URL"])
def test_a_deployment_names_what_it_was_not_given(tmp_path, what):
    name = f"PENUMBRA_{what}"
    settings = {key: text for key, text in production().items() if key != name}

    assert f"{name} is not set." in load(tmp_path, settings, "EMBEDDED")


def test_the_demos_sign_in_is_refused_beside_a_real_database(tmp_path):
    refusal = load(tmp_path, {**production(), "PENUMBRA_DEMO": "1"}, "DEMO")

    assert "PENUMBRA_DEMO=1 signs anybody in" in refusal


def test_the_demos_sign_in_is_refused_beside_a_real_database_without_redis(tmp_path):
    settings = {**production(), "PENUMBRA_DEMO": "1", "PENUMBRA_BROKER_URL": "memory://"}

    assert "PENUMBRA_DEMO=1 signs anybody in" in load(tmp_path, settings, "DEMO")


def test_the_content_policy_allows_no_inline_code_and_no_other_site(tmp_path):
    policy = load(tmp_path, {}, "CONTENT_SECURITY_POLICY")["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
    assert {source for sources in policy.values() for source in sources} == {"'none'", "'self'"}
