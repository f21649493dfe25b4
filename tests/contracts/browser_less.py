"""A person without a browser: cookies, forms and pages over HTTP."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Follows redirects and keeps cookies; `base` is the address of Penumbra."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        # Proxies of the environment are not for loopback.
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> str:
        """Return the text of a page."""
        with self.opener.open(self.base + path, timeout=30) as answer:
            text: str = answer.read().decode()
        return text

    def post(self, page: str, path: str, **form: str) -> str:
        """Send a form that stands on a page, with its token; return where it leads to."""
        token = TOKEN.search(self.get(page))
        assert token
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **form}).encode()
        with self.opener.open(self.base + path, data=data, timeout=30) as answer:
            text: str = answer.read().decode()
        return text
