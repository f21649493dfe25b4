"""Numbers by their value: 1, 1.0 and 10e-1 are one number, 0.1 and 0.10000000000000001 are two.

Pure: nothing here imports Django, reads a clock or opens a socket.

Theory. JSON writes decimal numbers of any length, so a number is compared as the decimal that is
written, never as the binary one nearest to it. For speed most stay what Python makes of them: an
integer of up to 18 digits is an int, and what Python's shortest form of a float says exactly is a
float. The rest is a Number, its one text. So equal decimals are equal values of the same type.

A tolerance is a distance, and "no further apart than that" is no equivalence: a and b, b and c may
be near, a and c not. So digests stand on a number rounded to a grid that is no coarser than the
tolerance: what rounds alike is near enough, for sure. What rounds otherwise may still be near, on
two sides of a border; there the pair itself is asked (`Tolerance.covers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

MOST_PLAIN_DIGITS = 18
MOST_EXPONENT_DIGITS = 9
LONG_DIGITS = re.compile(rf"[0-9]{{{MOST_PLAIN_DIGITS + 1}}}")
"""Found in every text that holds an integer which `integer_of` has to read."""

_LITERAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?")
_EXACT = Context(prec=200, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_EVEN, traps=[])
_MOST_CELLS = Decimal(10) ** 150
_FAR = 10_000
_WRITTEN = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?)(%?)")


class NumberOutOfRange(ValueError):
    """A number whose exponent no reader could hold."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that neither an int nor a float holds exactly, in its one spelling."""

    text: str


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number that counts only within its tolerance: what digests and texts show, and itself."""

    shown: Decimal
    exact: Decimal
    tolerance: Tolerance

    @property
    def text(self) -> str:
        """Return it as people read it: ~0.5."""
        return f"~{plain(self.shown)}"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart two numbers may be: by `size`, or by a share of the larger one."""

    size: Decimal
    is_share: bool = False

    @classmethod
    def parse(cls, text: str) -> Tolerance:
        """Read 0.001, 1e-3 or 0.1%.

        Errors
            ValueError  it is neither, is zero, or is a share of 100 % or more
        """
        written = _WRITTEN.fullmatch(text.strip())
        size = Decimal(written[1]) if written else Decimal(0)
        is_share = bool(written and written[2])
        share = size / 100 if is_share else size
        if not share or (is_share and share >= 1):
            raise ValueError(f"{text!r} is no tolerance. Write a number, 0.001, or a share, 0.1%.")
        return cls(share, is_share)

    def rounded(self, exact: Decimal) -> Decimal:
        """Return the grid's value for a number; itself where it is too large for the grid.

        The cells are no wider than the tolerance, so two numbers of one cell are within it.
        """
        if self.is_share:
            digits = 1 - self.size.adjusted()
            return Context(digits, ROUND_HALF_EVEN, MIN_EMIN, MAX_EMAX, traps=[]).plus(exact)
        cells = _EXACT.divide(exact, self.size)
        if abs(cells) >= _MOST_CELLS:
            return exact
        return _EXACT.multiply(cells.to_integral_value(ROUND_HALF_EVEN), self.size)

    def covers(self, one: Decimal, other: Decimal) -> bool:
        """Say whether two numbers are within the tolerance; the border itself is."""
        apart = abs(_EXACT.subtract(one, other))
        if self.is_share:
            return apart <= _EXACT.multiply(max(abs(one), abs(other)), self.size)
        return apart <= self.size


Value = int | float | Number


def float_of(literal: str) -> Value:
    """Return the value of a literal with a point or an exponent; json's `parse_float`.

    Errors
        NumberOutOfRange    the exponent is beyond what any reader could hold
    """
    value = float(literal)
    if repr(value) == literal and not literal.endswith(".0") and "e" not in literal:
        return value
    parts = _parts(literal)
    number = _plain_integer(*parts)
    if number is not None:
        return number
    if parts[2] < 0 and parts == _parts(repr(value)):
        return value
    return Number(_spelt(*parts))


def integer_of(literal: str) -> Value:
    """Return the value of a literal without point and exponent; json's `parse_int`."""
    if len(literal) <= MOST_PLAIN_DIGITS:
        return int(literal)
    parts = _parts(literal)
    number = _plain_integer(*parts)
    return Number(_spelt(*parts)) if number is None else number


def exact_of(value: Value) -> Decimal | None:
    """Return the decimal that a value stands for; None where it is too far out to reckon with."""
    try:
        exact = Decimal(value.text if isinstance(value, Number) else repr(value))
    except InvalidOperation:
        return None
    return exact if abs(exact.adjusted()) < _FAR else None


def plain(value: Decimal) -> str:
    """Return a decimal without needless zeros, with an exponent where it would be long."""
    parts = _parts(str(value))
    number = _plain_integer(*parts)
    if number is not None:
        return str(number)
    sign, digits, exponent = parts
    places = -exponent
    if 0 < places <= MOST_PLAIN_DIGITS:
        digits = digits.rjust(places + 1, "0")
        return f"{sign}{digits[:-places]}.{digits[-places:]}"
    return _spelt(*parts)


def _parts(literal: str) -> tuple[str, str, int]:
    """Return sign, digits without zeros at either end, and exponent: one triple for one value.

    Shapes: zero, also -0, is ("", "", 0).
    """
    written = _LITERAL.fullmatch(literal)
    if written is None:  # inf, where a float cannot hold the literal
        return "", "inf", 0
    sign, whole, fraction, turn, power = written.groups(default="")
    power = power.lstrip("0")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "", "", 0
    if len(power) > MOST_EXPONENT_DIGITS:
        raise NumberOutOfRange
    kept = digits.rstrip("0")
    exponent = int(turn + (power or "0")) - len(fraction) + len(digits) - len(kept)
    return sign, kept, exponent


def _plain_integer(sign: str, digits: str, exponent: int) -> int | None:
    """Return the int that it is; None where it is none, or has more than 18 digits."""
    if not digits:
        return 0
    if exponent < 0 or len(digits) + exponent > MOST_PLAIN_DIGITS:
        return None
    return int(sign + digits + "0" * exponent)


def _spelt(sign: str, digits: str, exponent: int) -> str:
    """Return the one spelling of a number that is not zero: d.ddde±n."""
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{exponent + len(digits) - 1:+d}"
