"""Numbers count by their value, however they are written, and within a tolerance where one is."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from diffs.formats.records.numbers import Number, Tolerance, exact_of, float_of, integer_of, plain
from tests.diffs.formats.records.reading import found

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=None)


def value_of(literal: str):
    """Return what a reader makes of a literal."""
    return integer_of(literal) if literal.lstrip("-").isdigit() else float_of(literal)


def record(literal: str) -> str:
    return f'[{{"name": "a", "x": {literal}}}]'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1.0"), ("1", "10e-1"), ("0", "-0"), ("0", "-0.000e9"), ("100", "1E+2"),
        ("0.1", "1.0e-1"), ("123456789012345678901234567890", "1.2345678901234567890123456789e29"),
        ("1" + "0" * 5000, "1e5000"), ("1e-400", "10e-401"), ("1e0000000000001", "10"),
    ],
)  # fmt: skip
def test_one_value_is_one_number_however_it_is_written(one, other):
    assert value_of(one) == value_of(other)
    assert type(value_of(one)) is type(value_of(other))
    assert found(record(one), record(other)) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.1", "0.10000000000000001"), ("1", "1.0000000000000001"), ("1", "-1"),
        ("9007199254740993", "9007199254740992"), ("1e400", "1e401"), ("1e-400", "0"),
        ("1", '"1"'), ("1", "true"), ("0", "null"), ("1e300", '"1e+300"'),
        ("1e300", '["1e+300"]'),
    ],
)  # fmt: skip
def test_another_value_is_another_number(one, other):
    assert found(record(one), record(other)) == {"a": "field"}


@given(DECIMALS)
@example(Decimal("1E+18"))
@example(Decimal(999999999999999999))
def test_equal_decimals_are_equal_values_in_every_spelling(number):
    spellings = [f"{number:e}", str(number).replace("E", "e00").replace("e00-", "e-00")]
    spellings = [spelling.replace("e00+", "e+00") for spelling in spellings]
    if abs(number.adjusted()) < 400:
        spellings.append(f"{number:f}")

    values = [value_of(spelling) for spelling in spellings]

    assert len({(type(value), value) for value in values}) == 1
    if abs(number.adjusted()) < 10_000:
        assert exact_of(values[0]) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_prints_of_a_float_is_read_as_that_value(number):
    value = value_of(json.dumps(number))

    assert float(value.text if isinstance(value, Number) else value) == number


@given(DECIMALS.filter(lambda number: abs(number.adjusted()) < 300))
def test_a_rounded_number_is_printed_as_the_value_that_it_is(number):
    assert Decimal(plain(number)) == number


TOLERANCES = st.sampled_from(["0.001", "0.25", "3", "1e-9", "0.1%", "1%", "7%", "50%"])
REASONABLE = st.decimals("-1e9", "1e9", allow_nan=False)


@given(TOLERANCES, REASONABLE, REASONABLE)
@example("0.001", Decimal("0.4999"), Decimal("0.5001"))
@example("1%", Decimal("9.9996"), Decimal("10.004"))
def test_what_rounds_alike_is_within_the_tolerance(text, one, other):
    tolerance = Tolerance.parse(text)
    assume(tolerance.rounded(one) == tolerance.rounded(other))

    assert tolerance.covers(one, other)


@given(TOLERANCES, REASONABLE)
def test_a_number_is_within_the_tolerance_of_what_it_is_rounded_to(text, number):
    tolerance = Tolerance.parse(text)

    assert tolerance.covers(number, tolerance.rounded(number))
    assert tolerance.rounded(tolerance.rounded(number)) == tolerance.rounded(number)


@pytest.mark.parametrize("text", ["", "0", "-1", "1e9999", "100%", "0%", "half", "1 %%", "nan"])
def test_what_is_no_tolerance_is_refused(text):
    with pytest.raises(ValueError, match="is no tolerance"):
        Tolerance.parse(text)
