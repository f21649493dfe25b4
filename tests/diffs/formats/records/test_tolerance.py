"""Two numbers within the tolerance are equal, on whichever sides of a border they round."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diffs.compare import compare
from tests.diffs.formats.records.reading import changed_fields, found, table_of


def loads(*numbers: object) -> list[object]:
    return [{"name": "a", "load": list(numbers)}]


@pytest.mark.parametrize(
    ("one", "other", "is_equal"),
    [
        (0.1, 0.1000001, True),
        (0.4994, 0.5003, True),  # rounds to 0.499 and 0.5: the pair has the last word
        (0.1, 0.101, True),  # the border itself
        (0.1, 0.1010001, False),
        (-0.0004, 0.0004, True),
        (0.1, None, False),
        (1, "1", False),
    ],
)
def test_an_absolute_tolerance_holds_for_the_pair(one, other, is_equal):
    difference = {} if is_equal else {"a": "field"}

    assert found(loads(one), loads(other), tolerance=0.001) == difference
    assert found(loads(other), loads(one), tolerance=0.001) == difference


@given(st.decimals("-1000", "1000", places=5), st.decimals("-0.02", "0.02", places=5))
def test_a_pair_is_equal_exactly_where_it_is_within_the_tolerance(number, step):
    other = number + step
    left, right = (f'[{{"name": "a", "x": {one}}}]' for one in (number, other))

    is_equal = not found(left, right, tolerance="0.01")

    assert is_equal == (abs(step) <= Decimal("0.01"))


def test_a_share_is_one_of_the_larger_number():
    assert found(loads(100), loads(101), tolerance="1%") == {}
    assert found(loads(100), loads(101.02), tolerance="1%") == {"a": "field"}
    assert found(loads(1e-9), loads(1.005e-9), tolerance="1%") == {}
    assert found(loads(0), loads(1e-30), tolerance="1%") == {"a": "field"}


def test_a_tolerance_holds_only_at_its_pointers():
    left = [{"name": "a", "load": 1.0, "port": 80}]
    right = [{"name": "a", "load": 1.001, "port": 80.001}]

    assert changed_fields(left, right, tolerance={"/load": 0.01}) == {"/port"}
    assert found(left, right, tolerance={"/load": 0.01, "/*": 0.1}) == {}


def test_a_pointer_that_names_the_number_comes_before_one_that_names_all():
    left, right = ([{"name": "a", "load": load}] for load in (1, 1.5))

    assert found(left, right, tolerance={"/*": 1, "/load": 0.1}) == {"a": "field"}
    assert found(left, right, tolerance={"/*": 0.1, "/load": 1}) == {}


def test_what_names_a_record_is_exact():
    left, right = [{"id": 1}], [{"id": 1.001}]

    assert found(left, right, key="/id", tolerance=1) == {
        "1": "only_in_legacy",
        "1.001": "only_in_shadow",
    }


def test_a_number_within_the_tolerance_is_no_part_of_a_difference_beside_it():
    left = [{"name": "a", "load": 0.4994, "port": 80}]
    right = [{"name": "a", "load": 0.5003, "port": 81}]
    assert changed_fields(left, right, tolerance=0.001) == {"/port"}


def test_numbers_with_a_tolerance_are_shown_rounded_so_that_a_difference_stays_the_same():
    first, later = (
        compare(
            table_of([{"name": "a", "load": load, "port": 80}], tolerance={"/load": 0.1}),
            table_of([{"name": "a", "load": load + 0.01, "port": 81}], tolerance={"/load": 0.1}),
        ).findings
        for load in (0.51, 0.52)
    )

    assert first == later
    assert first[0].left == '/load: ~0.5\n/name: "a"\n/port: 80'


def test_a_set_of_numbers_is_paired_in_their_order():
    options = {"unordered": ["/load"], "tolerance": 0.01}

    assert found(loads(3, 0.494, 1), loads(0.503, 1.004, 2.999), **options) == {}
    assert found(loads(3, 1, 1), loads(1, 3, 3), **options) == {"a": "field"}


def test_a_number_too_far_out_for_the_grid_is_compared_as_it_is():
    far = "1" + "0" * 300

    assert found(loads_text(far), loads_text(far), tolerance=1e-9) == {}
    assert found(loads_text("1e99999"), loads_text("2e99999"), tolerance=1) == {"a": "field"}
    assert found(loads_text(far), loads_text("2e300"), tolerance=1) == {"a": "field"}


def loads_text(literal: str) -> str:
    return f'[{{"name": "a", "load": [{literal}]}}]'
