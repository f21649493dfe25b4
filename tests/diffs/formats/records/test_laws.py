"""Laws over all records: what never matters, and that everything else is found and named."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from diffs.compare import compare
from diffs.formats.records.pointers import pointer_text
from diffs.self_test import self_test
from tests.diffs.formats.records.reading import found, records, table_of, written

NAMES = st.sampled_from(["a", "b", "x/y", "~", "", "*", "0", "é: ", "name"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=4).map(
    lambda found: [{**one, "name": f"record {number}"} for number, one in enumerate(found)]
)


def turned(value):
    """Return a value with the members of all its objects in another order."""
    if isinstance(value, dict):
        return {name: turned(one) for name, one in reversed(value.items())}
    return [turned(one) for one in value] if isinstance(value, list) else value


def leaves(value, pointer=()):
    """Yield the pointers of all that holds nothing more."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    pairs = list(inner)
    if not pairs:
        yield pointer
    for name, one in pairs:
        yield from leaves(one, (*pointer, name))


def put(value, pointer, new):
    """Return a value with something else at a pointer."""
    changed = copy.deepcopy(value)
    place = changed
    for name in pointer[:-1]:
        place = place[name]
    place[pointer[-1]] = new
    return changed


@given(RECORDS, st.randoms(use_true_random=False), st.sampled_from([None, 1]))
def test_the_order_of_records_and_members_and_the_layout_never_matter(some, random, indent):
    other = [turned(one) for one in some]
    random.shuffle(other)

    table = table_of(json.dumps(other, indent=indent))

    assert table.digest == table_of(some).digest
    assert table.digest == table_of("\n".join(map(json.dumps, other))).digest
    assert {key: table.text(key) for key in table.digests} == {
        key: table_of(some).text(key) for key in table.digests
    }


@given(RECORDS, st.data())
def test_every_change_of_a_value_is_found_and_named_by_its_pointer(some, data):
    number = data.draw(st.integers(0, len(some) - 1))
    pointer = data.draw(
        st.sampled_from([p for p in leaves(some[number]) if p != ("name",)] or [()])
    )
    if not pointer:
        return
    other = [*some[:number], put(some[number], pointer, "changed!"), *some[number + 1 :]]

    (finding,) = compare(table_of(some), table_of(other)).findings

    assert (finding.key, finding.kind) == (f"record {number}", "field")
    parts = records().parts
    changed = {part.name for part in set(parts(finding.left)) ^ set(parts(finding.right))}
    named = pointer_text(tuple(map(str, pointer)))
    assert changed == {
        named if named.isprintable() and ": " not in named else json.dumps(named)
    } or ("é: " in named)


@given(RECORDS, st.data())
def test_what_is_ignored_never_matters_and_only_that(some, data):
    pointer = data.draw(st.sampled_from([p for p in leaves(some[0]) if p != ("name",)] or [()]))
    if not pointer or "*" in pointer:
        return
    ignored = {"ignore": pointer_text(tuple(map(str, pointer)))}
    other = [put(some[0], pointer, "changed!"), *some[1:]]

    assert found(some, other) == {"record 0": "field"}
    assert found(some, other, **ignored) == {}
    assert found(some, [{**other[0], "new": 1}, *some[1:]], **ignored) == {"record 0": "field"}


@given(RECORDS)
def test_a_record_that_is_missing_or_new_is_found(some):
    one, *rest = some
    more = [*rest, {**one, "name": "new"}]

    assert found(more, [*more, one]) == {"record 0": "only_in_shadow"}
    assert found([*more, one], more) == {"record 0": "only_in_legacy"}


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_a_set_never_matters(some, random):
    left = [{"name": "a", "set": some}]
    other = [turned(one) for one in some]
    random.shuffle(other)
    right = [{"name": "a", "set": other}]

    assert found(left, right, unordered="/set") == {}
    assert found(left, right, unordered="/set", tolerance="1%") == {}
    gone = [{"name": "a", "set": other[1:]}]
    assert found(left, gone, unordered="/set") == {"a": "field"}


@given(RECORDS, st.sampled_from([{}, {"ordered": True}, {"tolerance": 0.1}, {"ordered": []}]))
def test_the_drill_of_any_records_finds_each_of_its_mutations(some, options):
    assert self_test(written(some), records(**options)) == ""


@given(RECORDS)
def test_two_records_have_one_text_only_where_they_mean_the_same(some):
    left, right = ([{**one, "name": "a"}] for one in (some[0], some[-1]))

    is_same = table_of(left).digest == table_of(right).digest

    assert is_same == (table_of(left).text("a") == table_of(right).text("a"))


@given(st.binary(max_size=60) | st.text('[]{}",:0 \nea\\NaN', max_size=60).map(str.encode))
def test_any_bytes_are_read_to_an_end(data):
    for options in ({}, {"root": "/a"}, {"ordered": True}):
        table = records(**options).read(data)
        assert all(one.reason and 0 <= one.position <= len(data) for one in table.refusals)
        assert all(table.text(key) for key in table.digests)
