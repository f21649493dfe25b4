"""Whose order counts: of the records when asked, of arrays inside unless they are sets."""

from __future__ import annotations

import json

import pytest

from diffs.compare import compare
from diffs.formats.format import BadOption
from diffs.self_test import self_test
from tests.diffs.formats.records.reading import changed_fields, found, records, table_of, written

A, B, C = ({"name": name} for name in "abc")


def test_with_ordered_a_record_differs_where_another_one_stands_before_it():
    assert found([A, B, C], [A, B, C], ordered=True) == {}
    assert found([A, B, C], [A, C, B], ordered=True) == {"b": "field", "c": "field"}
    assert found([A, B, C], [B, C], ordered=True) == {"a": "only_in_legacy", "b": "field"}


def test_the_order_is_a_field_of_its_own():
    (first, _, _) = compare(
        table_of([A, B, C], ordered=True), table_of([B, A, C], ordered=True)
    ).findings

    assert first.left == '(after): nothing\n/name: "a"'
    assert first.right == '(after): "b"\n/name: "a"'
    assert changed_fields([A], [{"name": "a", "x": 1}], ordered=True) == {"/x"}


def test_the_order_counts_beside_a_tolerance():
    left, right = (
        [{"name": n, "x": x} for n, x in pairs]
        for pairs in ((("a", 1), ("b", 2)), (("b", 2.01), ("a", 1.01)))
    )

    assert found(left, right, tolerance=0.1) == {}
    assert found(left, right, tolerance=0.1, ordered=True) == {"a": "field", "b": "field"}
    assert changed_fields(
        [{"name": "a", "x": 1}], [{"name": "a", "x": 2}], ordered=True, tolerance=0.1
    ) == {"/x"}


def test_what_was_read_before_says_nothing_of_the_order():
    first = table_of('{"name": "a"}\n{"name": "b"}\n', ordered=True)

    again = records(ordered=True).read(b'{"name": "b"}\n{"name": "a"}\n', first.lines)

    assert {finding.key for finding in compare(first, again).findings} == {"a", "b"}


@pytest.mark.parametrize(
    ("options", "is_set"),
    [
        ({}, False),
        ({"unordered": "/x"}, True),
        ({"unordered": "/*"}, True),
        ({"unordered": "/x/0"}, False),
        ({"ordered": ["/x"]}, False),
        ({"ordered": ["/y"]}, True),
        ({"ordered": [""]}, True),
    ],
)
def test_an_array_inside_keeps_its_order_unless_it_is_a_set(options, is_set):
    difference = found([{"name": "a", "x": [1, 2]}], [{"name": "a", "x": [2, 1]}], **options)

    assert difference == ({} if is_set else {"a": "field"})


def test_a_list_under_ordered_names_the_records_by_an_empty_pointer():
    assert found([A, B], [B, A], ordered=[""]) == {"a": "field", "b": "field"}
    assert found([A, B], [B, A], ordered=["/x"]) == {}


def test_an_element_of_a_set_is_one_line():
    table = table_of([{"name": "a", "x": [{"b": [1.50], "a": "é\t"}, 3]}], unordered="/x")

    assert table.text("a") == '/name: "a"\n/x/*: 3\n/x/*: {"a": "é\\t", "b": [1.5]}'


def test_elements_of_a_set_lose_what_is_ignored_of_each():
    left, right = (
        [{"name": "a", "x": [{"id": 1, "at": at}, {"id": 2, "at": -at}]}] for at in (1, 9)
    )

    assert found(left, right, unordered="/x", ignore="/x/*/at") == {}
    assert found(left, right, unordered="/x") == {"a": "field"}


@pytest.mark.parametrize("root", ["", "/items", "/a~1b/c"])
@pytest.mark.parametrize("is_ordered", [False, True])
def test_the_drill_holds_wherever_the_array_stands(root, is_ordered):
    reader = records(key=["/id/a", "/name"], root=root, ordered=is_ordered)
    lists = [{"id": {"a": 1}, "name": "x"}, {"id": {"a": 2}, "name": "y", "z": {"deep": None}}]
    document = {"": lists, "/items": {"items": lists}, "/a~1b/c": {"a/b": {"c": lists}}}[root]
    body = written(lists) if not root else json.dumps(document).encode()

    assert self_test(body, reader) == ""
    assert len(reader.drill(body).mutations) == 5


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"key": []}, "key"), ({"key": ""}, "key"), ({"key": [1]}, "key"), ({"key": "/~2"}, "key"),
        ({"key": "/" + "x" * 600}, "key"), ({"ignore": {"/x": 1}}, "ignore"),
        ({"ignore": ["/x"] * 201}, "ignore"), ({"ordered": 3}, "ordered"),
        ({"tolerance": [1]}, "tolerance"), ({"tolerance": True}, "tolerance"),
        ({"tolerance": {"x": 1}}, "tolerance"), ({"root": ["/x"]}, "root"),
    ],
)  # fmt: skip
def test_an_option_of_no_use_is_refused_by_its_name(options, name):
    with pytest.raises(BadOption) as refused:
        records(**options)

    assert refused.value.name == name
