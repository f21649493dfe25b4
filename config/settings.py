"""Settings: one file, read from the environment; what is unsafe in production refuses to start.

Embedded (no DATABASE_URL): SQLite under var/, an in-process broker, loopback addresses only.
Production: DATABASE_URL, PENUMBRA_BROKER_URL, PENUMBRA_SECRET_KEY and PENUMBRA_AUDIT_KEY are given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from config.environment import (
    BadSetting,
    audit_key,
    env,
    folders,
    networks,
    positive_count,
    positive_seconds,
    remote_beginnings,
    secret_key,
)
from config.metrics_settings import metrics_token
from config.notice_settings import mail_from, mail_password, mail_server, mail_to, slack_webhook

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(env.str("PENUMBRA_FOLDER", str(ROOT / "var"))).resolve()

MANAGE = f"{'.venv/bin/' if (ROOT / '.venv/bin/python').exists() else ''}python manage.py"
"""How texts say a command is typed here: in a checkout, or inside a container."""

DEBUG = False
DEMO = env.bool("PENUMBRA_DEMO", False)
DATABASE_URL = env.str("DATABASE_URL", "")
APPLICATION_DATABASE_URL = env.str("PENUMBRA_APPLICATION_DATABASE_URL", "")
BROKER_URL = env.str("PENUMBRA_BROKER_URL", "" if DATABASE_URL else "memory://")
EMBEDDED = BROKER_URL.startswith("memory://")
if EMBEDDED:
    BROKER_URL = "memory://localhost/"  # kombu warns of an address without a host
if not BROKER_URL:
    raise BadSetting(
        "PENUMBRA_BROKER_URL is not set. Set it to the Redis of the workers, redis://…"
    )
if DEMO and (DATABASE_URL or not EMBEDDED):
    raise BadSetting("PENUMBRA_DEMO=1 signs anybody in. Unset it where DATABASE_URL is set.")

SECRET_KEY_IS_GIVEN = bool(env.str("PENUMBRA_SECRET_KEY", ""))
BASE_URL_IS_GIVEN = bool(env.str("PENUMBRA_BASE_URL", ""))
SECRET_KEY = secret_key(embedded=EMBEDDED, folder=FOLDER)
AUDIT_KEY = audit_key(embedded=EMBEDDED, folder=FOLDER)
_HERE = f"http://127.0.0.1:{env.int('PORT', 8000)}" if EMBEDDED else ""
BASE_URL = env.str("PENUMBRA_BASE_URL", _HERE).rstrip("/")
if not BASE_URL:
    raise BadSetting("PENUMBRA_BASE_URL is not set. Set it to the address people open, https://…")
IS_HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "PENUMBRA_ALLOWED_HOSTS", [BASE_URL.split("//")[1].split("/")[0].rsplit(":", 1)[0], "localhost"]
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "config",
    "ledger",
    "diffs",
    "rollouts",
    *(["demo"] if DEMO else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
]
MIDDLEWARE = [
    "ledger.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rollouts.permissions.middleware.PermissionTableMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rollouts.views.shell.shell",
            ],
        },
    },
]

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        " PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;"
    ),
}


def _database() -> dict[str, Any]:
    """Return Django's settings of the one database."""
    if not DATABASE_URL:
        FOLDER.mkdir(parents=True, exist_ok=True)
        name = FOLDER / "penumbra.sqlite3"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": FOLDER / "test.sqlite3"},
        }
    parsed: dict[str, Any] = dict(
        dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)
    )
    parsed["OPTIONS"] = {
        **parsed.get("OPTIONS", {}),
        "connect_timeout": 5,
        "options": "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000",
    }
    return parsed


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

COLLECTED_STATIC = env.bool("PENUMBRA_COLLECTED_STATIC", not EMBEDDED)
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles" if COLLECTED_STATIC else None
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED_STATIC

# Ways in. __Host- cookies ask for https; on plain loopback http they would never come back.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-penumbra" if IS_HTTPS else "penumbra"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "penumbra-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "config.session_keys"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no third cookie
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
METRICS_TOKEN = metrics_token()  # see rollouts.permissions.scraping
TRUSTED_PROXIES = networks("PENUMBRA_TRUSTED_PROXIES")  # see rollouts.views.client_address
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Reading: see docs/settings.md; each limit is named in the error it causes.
ALLOWED_ADDRESSES = env.str("PENUMBRA_ALLOWED_ADDRESSES", "")
ALLOWED_FOLDERS = folders("PENUMBRA_ALLOWED_FOLDERS")
GIT_REMOTES = remote_beginnings("PENUMBRA_GIT_REMOTES")
GIT_SECONDS = positive_seconds("PENUMBRA_GIT_SECONDS", default=60)
GIT_NAME = env.str("PENUMBRA_GIT_NAME", "Penumbra")
GIT_MAIL = env.str("PENUMBRA_GIT_MAIL", f"penumbra@{urlsplit(BASE_URL).hostname or 'localhost'}")
SIDE_DEADLINE_SECONDS = positive_seconds("PENUMBRA_SIDE_DEADLINE_SECONDS", default=20)
LOOK_DEADLINE_SECONDS = positive_seconds("PENUMBRA_LOOK_DEADLINE_SECONDS", default=40)
CONNECT_SECONDS = positive_seconds("PENUMBRA_CONNECT_SECONDS", default=5)
RECEIVED_BYTES = positive_count("PENUMBRA_RECEIVED_BYTES", default=64 * 2**20)
DECODED_BYTES = positive_count("PENUMBRA_DECODED_BYTES", default=256 * 2**20)
SOURCE_INTERVAL_SECONDS = positive_seconds("PENUMBRA_SOURCE_INTERVAL_SECONDS", default=3)
LAG_MAX_SECONDS = positive_seconds("PENUMBRA_LAG_MAX_SECONDS", default=10)
STALE_SOURCE_LOOKS = positive_count("PENUMBRA_STALE_SOURCE_LOOKS", default=5)
LOOKS_IN_FLIGHT = positive_count("PENUMBRA_LOOKS_IN_FLIGHT", default=16 if EMBEDDED else 64)

# Telling people: see docs/settings.md; nothing set is nothing sent.
MAIL_SERVER = mail_server()
MAIL_PASSWORD = mail_password()
MAIL_FROM = mail_from(MAIL_SERVER)
MAIL_TO = mail_to(MAIL_SERVER)
SLACK_WEBHOOK = slack_webhook()

LOGGING_CONFIG = "config.logs.configure"
LOGGING: dict[str, Any] = {
    "version": 1
}  # Django calls LOGGING_CONFIG only when this holds something

# HSTS for neighbours (W005) and preloading (W021) are for the owner of the domain to decide.
SILENCED_SYSTEM_CHECKS = [
    "security.W005",
    "security.W021",
    *([] if IS_HTTPS else ["security.W004", "security.W008"]),
]
