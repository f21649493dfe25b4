"""Where records stand, what names them, and how each that cannot be read is told."""

from __future__ import annotations

import json

import pytest

from diffs.table import Limits, TableTooLarge
from tests.diffs.formats.records.reading import found, records, refused, table_of, written

A, B = {"name": "a", "x": 1}, {"name": "b", "x": 2}
LINES = '{"name": "a", "x": 1}\r\n\n  {"x": 2, "name": "b"}  '


@pytest.mark.parametrize(
    ("document", "options"),
    [
        ([A, B], {}),
        ([B, A], {}),
        (LINES, {}),
        (b"\xef\xbb\xbf" + LINES.encode(), {}),
        (json.dumps([A, B], indent=2), {}),
        (json.dumps({"at": [1], "items": [A, B], "more": {}}), {"root": "/items"}),
        (json.dumps({"a/b": {"~": [A, B]}}), {"root": "/a~1b/~0"}),
    ],
)
def test_the_same_records_are_one_table_wherever_they_stand(document, options):
    table = table_of(document, **options)

    assert table.digest == table_of([A, B]).digest
    assert (table.routes, table.refusals) == (2, ())
    assert table.text("b") == '/name: "b"\n/x: 2'


@pytest.mark.parametrize(
    ("document", "options", "told"),
    [
        ('{"name": "a"}\n{"name": "b",}\n{"name": "c"}', {}, ("", 2, 14, "no JSON: ")),
        ('{"name": "a"}\n[1]\n', {}, ("", 2, 1, "no object")),
        ('{"name": "a"}\nnull\n', {}, ("", 2, 1, "no object")),
        ('{"name": "a"} {"name": "b"}', {}, ("", 1, 14, "something after the record")),
        ('{"name": "a"}\n{"name": "b", "x": NaN}', {}, ("b", 2, 1, "NaN is no number")),
        ('{"name": "a"}\n{"name": "b", "x": -Infinity}', {}, ("b", 2, 1, "-Infinity is no")),
        ('{"name": "b", "y": {"x": 1, "x": 1}}', {}, ("b", 1, 1, 'the name "x" stands twice')),
        ('{"name": "b", "name": "b"}', {}, ("b", 1, 1, 'the name "name" stands twice')),
        (b'{"name": "a"}\n{"name": "\xff"}', {}, ("", 2, 11, "no UTF-8")),
        ('{"name": "b", "x": 1e1234567890}', {}, ("", 1, 1, "a number whose exponent")),
        ('{"name": "b", "x": %s}' % ("[" * 100 + "]" * 100), {}, ("", 1, 1, "nested deeper")),
        ('{"name": "b", "x": %s' % ("[" * 100_000), {}, ("", 1, 1, "nested deeper")),
        ([A, {"x": 1}], {}, ("[1]", 1, 25, "it has no /name")),
        ([A, {"name": None}], {}, ("[1]", 1, 25, "its /name is null")),
        ([A, {"name": {}}], {}, ("[1]", 1, 25, "its /name is an object")),
        ([A, {"name": []}], {}, ("[1]", 1, 25, "its /name is an array")),
        ([A, 7], {}, ("[1]", 1, 25, "no object")),
        ('[{"name": "a"}\n{"name": "b"}]', {}, ("[1]", 2, 1, "no JSON: expecting ','")),
        ('[{"name": "a"},]', {}, ("[1]", 1, 16, "no JSON: a comma before the end")),
        ('[{"name": "a"}', {}, ("[1]", 1, 15, "no JSON: expecting ','")),
        ('[{"name": "a"}] x', {}, ("[1]", 1, 17, "something after the end")),
        (b'[{"name": "\xff"}]', {}, ("the document", 1, 12, "no UTF-8")),
        ({"x": []}, {"root": "/items"}, ("[0]", 1, 10, "there is no /items")),
        ({"items": {}}, {"root": "/items"}, ("[0]", 1, 11, "no array at /items")),
        ('{"items": [], "items": []}', {"root": "/items"}, ("[0]", 1, 24, 'the name "items"')),
        ("[]", {"root": "/items"}, ("[0]", 1, 1, "no object, so there is no /items")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_place(document, options, told):
    text = json.dumps(document) if isinstance(document, dict) else document

    (one,) = refused(text, **options)

    assert one[:3] == told[:3]
    assert one[3].startswith(told[3])


def test_the_lines_after_a_bad_one_are_read():
    assert found('{"name": "a"}\n{,}\n{"name": "c"}', [{"name": "a"}, {"name": "c"}]) == {
        "line 2": "refused"
    }


def test_two_records_of_one_key_are_named_and_never_merged():
    assert found([A, A], [A, A]) == {"a": "duplicate_id"}
    assert table_of([A, {"name": "a", "x": 2}]).text("a") == (
        '/name: "a"\n/x: 1\n\n/name: "a"\n/x: 2'
    )


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("a.example.org", "a.example.org"), ("10.0.0.1", "10.0.0.1"), ("a b", "a b"),
        (1, "1"), (1.0, "1"), (1.5, "1.5"), (True, "true"), (10**20, "1e+20"),
        ("1", '"1"'), ("1e5", '"1e5"'), ("true", '"true"'), ("", '""'), (" a", '" a"'),
        ('"a"', '"\\"a\\""'), ("[0]", '"[0]"'), ("line 3", '"line 3"'),
        ("a\nb", '"a\\nb"'), ("\u202ea", '"\\u202ea"'), ("\ud800", '"\\ud800"'), ("é", "é"),
    ],
)  # fmt: skip
def test_a_record_is_called_by_its_key_so_that_it_can_be_taken_for_nothing_else(value, key):
    assert list(table_of([{"name": value}]).digests) == [key]


def test_several_pointers_name_a_record_together():
    options = {"key": ["/a", "/b/0"]}
    table = table_of(
        [{"a": "x", "b": [1]}, {"a": "x", "b": ["1"]}, {"a": "x, y", "b": [2]}], **options
    )

    assert list(table.digests) == ["x, 1", 'x, "1"', '"x, y", 2']
    assert refused([{"a": "x", "b": []}], **options)[0][3] == "it has no /b/0"


@pytest.mark.parametrize("before", ["", "é" * 700, "\U0001f600"])
def test_places_are_told_in_bytes(before):
    document = f'[{{"name": "a", "x": "{before}"}},\n {{"name": "b"}}, 7]'.encode()
    table = records().read(document)

    assert table.raw("b") == (b'{"name": "b"}',)
    assert document[table.refusals[0].position :] == b"7]"


@pytest.mark.parametrize("document", [LINES, '[\n{"name": "a", "x": 1},\n{"name": "b", "x": 2}\n]'])
def test_a_line_that_was_read_before_is_not_read_again(document, monkeypatch):
    table = table_of(document)
    added = document.replace("\n]", ',\n{"name": "c"}\n]') if "]" in document else document + "\n{}"
    read = []
    monkeypatch.setattr(
        "diffs.formats.records.decoder.json.JSONDecoder.raw_decode",
        lambda self, text, at: read.append(text[at:]) or self.scan_once(text, at),
    )

    again = records().read(written(added), table.lines)

    assert len(read) == 1
    assert {key: again.digests[key] for key in "ab"} == table.digests


def test_what_was_read_under_other_options_is_not_believed():
    lines = table_of(LINES, ignore="/x").lines

    again = records().read(LINES.encode(), lines)

    assert again.digests == table_of(LINES).digests
    assert again.lines.label != lines.label


@pytest.mark.parametrize("document", [b"", b" \n ", b"[]", b"\xef\xbb\xbf"])
def test_no_record_is_a_table_of_none(document):
    assert table_of(document).routes == 0


def test_the_limits_of_a_table_hold():
    many = ",".join("0" for _ in range(1000))
    for text in (f'{{"name": "a", "x": [{many}]}}', f'[{{"name": "a", "x": [{many}]}}]'):
        with pytest.raises(TableTooLarge, match="tokens = 500"):
            records().read(text.encode(), limits=Limits(tokens=500))
    with pytest.raises(TableTooLarge, match="route_id_bytes = 3"):
        records().read(b'[{"name": "abcd"}]', limits=Limits(route_id_bytes=3))


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [
        (b"<!doctype html><html>", {}, "an HTML page"),
        (b" <html lang=en>", {}, "an HTML page"),
        (b"<?xml version='1.0'?>", {}, "an XML document"),
        (b"\x1f\x8b\x08", {}, "compressed data"),
        (b'r: Path("/x") -> <shunt>;', {}, "a route table"),
        (b"upstream connect error", {}, "text that is no JSON"),
        (b'"text"', {}, "text that is no JSON"),
        (b'{\n "items": []\n}', {}, "one JSON object over several lines"),
        (b"[]", {"root": "/items"}, "a JSON array where the option root expects an object"),
        (b'{\n "items": []\n}', {"root": "/items"}, ""),
        (b'{"name": "a"}\n', {}, ""),
        (b"[", {}, ""),
        (b"", {}, ""),
    ],
)
def test_what_holds_no_records_is_named(body, options, words):
    phrase = records(**options).why_not_a_table("text/plain", body)

    assert phrase.startswith(words)
    assert bool(phrase) == bool(words)
