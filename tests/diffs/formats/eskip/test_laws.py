"""Laws of the canonical form, for routes of all kinds in all spellings."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from diffs.compare import compare
from diffs.formats import FORMATS
from diffs.formats.eskip import parse_document
from diffs.formats.eskip.canonical import digest_of_pieces, print_pieces, print_route
from diffs.formats.eskip.voice import VOICE, parse_text
from diffs.report import Kind
from tests.diffs.formats.eskip.strategies import FILTERS, document, plainly, routes, spellings

read = FORMATS["eskip"].read
tables = st.dictionaries(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True), routes(), min_size=1, max_size=4
)


def bodies(table):
    return {key: plainly(route) for key, route in table.items()}


@given(st.data(), tables)
def test_spelling_and_order_of_routes_and_predicates_never_matter(data, table):
    respelled = {
        key: data.draw(spellings(table[key])) for key in data.draw(st.permutations(sorted(table)))
    }

    legacy, shadow = read(document(bodies(table))), read(document(respelled))

    assert shadow.refusals == ()
    assert legacy.digest == shadow.digest
    assert compare(legacy, shadow).findings == ()


@given(routes(), st.data())
def test_order_of_filters_always_matters(route, data):
    swapped = data.draw(st.permutations(route.filters))
    as_read = [repr(each) for each in route.filters]
    assume(as_read != [repr(each) for each in swapped])

    left = parse_document(plainly(route))[0]
    right = parse_document(plainly(replace(route, filters=tuple(swapped))))[0]

    assume(left.filters != right.filters)
    assert digest_of_pieces(print_pieces(left)) != digest_of_pieces(print_pieces(right))


@given(routes())
def test_printing_survives_reading_again(route):
    (read_once,) = parse_document(plainly(route))

    (read_again,) = parse_document(print_route(read_once))

    assert read_again == read_once
    assert print_route(read_again) == print_route(read_once)


@given(routes())
def test_readable_text_survives_reading_again_whatever_bytes_it_holds(route):
    (read_once,) = parse_document(plainly(route))

    text = VOICE.text(b"a: " + plainly(route))

    assert parse_text(text) == read_once
    assert text.replace("\n", "").isprintable()


@given(tables)
def test_a_table_agrees_with_itself_and_with_what_was_known_of_it(table):
    data = document(bodies(table))
    first = read(data)

    again = read(data, first.lines)

    assert (again.digest, again.digests) == (first.digest, first.digests)
    assert compare(first, again).findings == ()


@given(tables, st.data())
def test_one_changed_filter_is_the_one_finding(table, data):
    key = data.draw(st.sampled_from(sorted(table)))
    more = (*table[key].filters, (data.draw(st.sampled_from(FILTERS)), (b"changed",)))
    changed = {**table, key: replace(table[key], filters=more)}

    report = compare(read(document(bodies(table))), read(document(bodies(changed))))

    assert [(each.key, each.kind) for each in report.findings] == [(key, Kind.FILTER)]
    assert report.matched == len(table) - 1
