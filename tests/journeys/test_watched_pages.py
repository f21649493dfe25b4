"""The watch itself: a page that is wrong in one way is caught, a sound one is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser import LOOKS, accessibility_violations, sideways_scrolling

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"></head><body><main><h1>Sound</h1>{body}</main></body></html>"""
POLICY = "default-src 'none'; img-src data:; connect-src 'self'"
BODIES = {
    "/sound": "<p>Nothing to see.</p>",
    "/inline-style": '<p style="color: red">Red.</p>',
    "/inline-script": "<script>document.title = 'changed'</script>",
    "/unlabelled": '<input type="text">',
    "/wide": "<pre>" + "wide" * 200 + "</pre>",
}


class Pages(BaseHTTPRequestHandler):
    """Serves the bodies under a policy without inline code."""

    def do_GET(self) -> None:
        body = PAGE.format(body=BODIES.get(self.path, "")).encode()
        self.send_response(200 if self.path in BODIES else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def complaints(faults):
    """Return what was seen, and make the test's own end pass with it."""
    found = faults.unexplained()
    faults.expected.extend(found)
    return found


def test_finds_nothing_wrong_with_a_sound_page_in_any_look(looked_at, site):
    looked_at.goto(f"{site}/sound")

    assert not accessibility_violations(looked_at)
    assert not sideways_scrolling(looked_at)


@pytest.mark.parametrize("path", ["/inline-style", "/inline-script"])
def test_catches_inline_code_that_the_policy_refuses(page, faults, site, path):
    page.goto(site + path)

    (complaint,) = complaints(faults)
    assert "Content Security Policy" in complaint


def test_catches_a_script_error_of_any_page_of_the_browser(context, faults, site):
    context.new_page().goto(f"{site}/sound")
    second = context.new_page()
    second.goto(f"{site}/sound")

    second.evaluate("() => { setTimeout(() => { throw new Error('lost its footing') }) }")
    second.wait_for_function("() => true")

    assert "lost its footing" in complaints(faults)[0]


def test_catches_an_answer_that_failed(page, faults, site):
    page.goto(f"{site}/missing")

    assert "404" in complaints(faults)[0]


def test_asks_for_an_expected_complaint_to_come(page, faults, site):
    faults.expect("409")

    page.goto(f"{site}/sound")

    assert faults.unexplained() == ["expected, but never seen: 409"]
    faults.expected.clear()


def test_axe_names_a_field_without_a_label(page, site):
    page.goto(f"{site}/unlabelled")

    (violation,) = accessibility_violations(page)
    assert violation.startswith("label:")


def test_names_what_sticks_out_on_a_phone(new_context, site):
    page = new_context(**LOOKS["phone"]).new_page()

    page.goto(f"{site}/wide")

    assert any("widewide" in element for element in sideways_scrolling(page))
