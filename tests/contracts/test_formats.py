"""What every format keeps to, whatever its language."""

from __future__ import annotations

import pytest

from diffs.compare import compare
from diffs.formats import FORMATS, format_of
from diffs.formats.format import BadOption
from diffs.report import Kind
from diffs.self_test import self_test
from diffs.table import Limits, TableTooLarge
from tests.contracts.samples import OPTIONS, SAMPLES


@pytest.fixture(params=sorted(FORMATS))
def format_(request):
    return format_of(request.param, OPTIONS.get(request.param, {}))


@pytest.fixture
def sample(format_):
    return SAMPLES[format_.name]


def test_each_format_is_listed_under_its_own_name_and_has_a_sample():
    assert {name: format_.name for name, format_ in FORMATS.items()} == {n: n for n in SAMPLES}


def test_a_sample_is_read_whole_and_equals_itself(format_, sample):
    table = format_.read(sample)

    report = compare(table, format_.read(sample))

    assert table.refusals == ()
    assert not table.duplicates
    assert report.findings == ()
    assert report.matched == report.total == table.routes > 1


def test_knowing_the_lines_of_an_earlier_look_changes_nothing(format_, sample):
    table = format_.read(sample)

    again = format_.read(sample, table.lines)

    assert again.digest == table.digest
    assert again.digests == table.digests


def test_the_drill_mutates_in_every_way_that_can_differ_and_each_is_found(format_, sample):
    kinds = {mutation.kind for mutation in format_.drill(sample).mutations}

    assert {Kind.ONLY_IN_LEGACY, Kind.ONLY_IN_SHADOW, Kind.REFUSED} <= kinds
    assert self_test(sample, format_) == ""


def test_a_table_is_taken_for_one_and_an_html_page_is_named(format_, sample):
    page = b"<!doctype html><html><body>Sign in</body></html>"

    assert format_.why_not_a_table(None, sample) == ""
    assert format_.why_not_a_table("text/html", page)
    assert format_.why_not_a_table(None, page)


def test_two_routes_that_differ_do_so_in_their_lines(format_, sample):
    table = format_.read(sample)

    lines = [format_.lines(table.text(key)) for key in table.digests]

    assert all(all(line.strip() for line in of_route) and of_route for of_route in lines)
    assert len(set(lines)) == len(lines)


def test_what_a_table_is_too_large_for_is_said_by_the_limit(format_, sample):
    with pytest.raises(TableTooLarge, match="routes = 1"):
        format_.read(sample, limits=Limits(routes=1))


def test_the_parts_of_two_texts_are_the_same_only_where_the_texts_are(format_, sample):
    table = format_.read(sample)
    texts = [table.text(key) for key in table.digests]

    apart = [format_.parts(text) for text in texts]

    assert all(apart)
    assert len(set(apart)) == len(set(texts))


def test_an_option_that_a_format_does_not_have_is_refused_by_its_name(format_):
    with pytest.raises(BadOption, match="colour"):
        format_.with_options({**(format_.options or {}), "colour": "red"})


def test_what_is_kept_under_other_options_is_kept_under_another_label(format_):
    labels = {one.label for one in (format_, FORMATS[format_.name])}

    assert len(labels) == (2 if OPTIONS.get(format_.name) else 1)
    assert all(label.startswith(f"{format_.name}/{format_.version}") for label in labels)
    assert all(len(f"{label} 1") <= 60 for label in labels)
