"""The reader of the setting that opens /metrics."""

from __future__ import annotations

from config.environment import BadSetting, env
from config.notice_settings import FILE, Secret

LEAST = 32


def metrics_token() -> Secret:
    """Return the token of /metrics, or file:/path of a file that holds it; "" opens nothing.

    Errors
        BadSetting      it is too short to be a secret
    """
    text = env.str("PENUMBRA_METRICS_TOKEN", "").strip()
    if text and not text.startswith(FILE) and len(text) < LEAST:
        raise BadSetting(
            f"PENUMBRA_METRICS_TOKEN is shorter than {LEAST} characters. Set it to the output of:"
            " openssl rand -hex 32"
        )
    return Secret(text)
