"""What a request may say its body is.

Theory. Django decodes a query and a body by whatever charset the Content-Type names, also on GET:
Python knows charsets that decode nothing (rot13), fail (idna) or bring what no database holds (a
lone surrogate by unicode_escape). Other parameters break Django before it can answer at all. So a
type that says more than UTF-8 and a boundary is taken away; a body of no type is no form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLAIN = re.compile(
    r"""[\w.+-]+/[\w.+-]+ \s*
        (?: ; \s* (?: charset=(?: utf-8 | "utf-8" )
                   | boundary=(?: [\w'()+,./:=?-]{1,70} | "[\w'()+,./:=? -]{1,70}" ) ) \s* )*
        ;?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
"""RFC 2046, section 5.1.1, has the characters of a boundary."""


def only_plain(application: WSGIApplication) -> WSGIApplication:
    """Return an application that hears of plain content types only."""

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not PLAIN.fullmatch(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = ""
        return application(environ, start_response)

    return guarded
