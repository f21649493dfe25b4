"""Telling a route table from what else a server may answer with."""

from __future__ import annotations

import pytest

from diffs.formats import FORMATS
from tests.diffs.formats.eskip.examples import cases, source

why_not = FORMATS["eskip"].why_not_a_table


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("text/html", b"<html></html>", "an HTML page"),
        ("text/plain", b"\n <!DOCTYPE html>\n<p>", "an HTML page"),
        (None, b"<h1>Bad gateway -> sorry</h1>", "an HTML page"),
        ("text/plain", b'<?xml version="1.0"?>', "an XML document"),
        ("application/json", b'{"error": "no -> way"}', "a JSON document"),
        (None, b"[]", "a JSON document"),
        ("application/json", b"a: * -> <shunt>;", "a JSON document"),
        ("image/png", b"a: * -> <shunt>;", "content type image/png"),
        (None, b"\x1f\x8b\x08\x00", "compressed data"),
        (None, b"\x89PNG", "a binary file"),
        ("text/plain", b"404 page not found", "text without a single route"),
        ("text/plain; charset=utf-8", b"upstream connect error", "text without a single route"),
    ],
)
def test_says_what_it_is_instead(content_type, body, words):
    assert why_not(content_type, body) == words


@pytest.mark.parametrize("content_type", [None, "", "text/plain; charset=utf-8", "TEXT/PLAIN"])
def test_takes_no_valid_document_for_something_else(content_type):
    for case in cases():
        if case["ok"]:
            assert why_not(content_type, source(case)) == ""


def test_leaves_a_poisoned_table_to_the_reader():
    assert why_not("text/plain", b"a: * -> ;") == ""


def test_an_empty_body_is_not_its_business():
    assert why_not("text/plain", b"") == ""
