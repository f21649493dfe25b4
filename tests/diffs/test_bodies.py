"""Bodies are packed small and come back as they were."""

from __future__ import annotations

import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from diffs import bodies

some_bytes = st.binary(max_size=5000) | st.builds(
    lambda piece, times: piece * times, st.binary(min_size=1, max_size=40), st.integers(0, 500)
)


def table(count, *, seed=0):
    """A table whose texts repeat little, as endpoints do."""
    dice = random.Random(seed)  # noqa: S311
    lines = (
        f'r{n}: Path("/{dice.randbytes(8).hex()}") -> "http://10.{dice.randbytes(6).hex()}";'
        for n in range(count)
    )
    return "\n".join(lines).encode()


@given(some_bytes)
def test_a_packed_body_comes_back(body):
    assert bodies.unpack(bodies.pack(body)) == body


@given(some_bytes, some_bytes)
def test_a_patched_body_comes_back_with_its_base(body, base):
    assert bodies.unpack(bodies.patch(body, base=base), base=base) == body


@given(some_bytes)
def test_a_body_is_a_patch_on_itself(body):
    assert bodies.unpack(bodies.patch(body, base=body), base=body) == body


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 1023, 1024, 2**17 - 1, 2**17, 2**20 + 1])
def test_odd_sizes_come_back_from_either_side(size):
    odd, other = random.Random(size).randbytes(size), b"another body"  # noqa: S311

    assert bodies.unpack(bodies.patch(odd, base=other), base=other) == odd
    assert bodies.unpack(bodies.patch(other, base=odd), base=odd) == other


def test_a_patch_is_the_size_of_what_changed_wherever_in_a_large_table_that_is():
    base = table(40_000)
    lines = base.split(b"\n")
    for place in (0, 20_000, 39_999):
        lines[place] = b'new: Path("/new") -> "http://new.example.org";'
    body = b"\n".join(lines)

    data = bodies.patch(body, base=base)

    assert len(data) < len(bodies.pack(body)) / 100
    assert bodies.unpack(data, base=base) == body


@pytest.mark.parametrize("other", [table(200, seed=1), table(200)[:-1], b"", None])
def test_a_patch_is_refused_on_another_base_or_without_one(other):
    data = bodies.patch(table(200) + b"more", base=table(200))

    with pytest.raises(zstandard.ZstdError):
        bodies.unpack(data, base=other)


def test_a_cut_body_is_no_body():
    data = bodies.pack(table(100))

    with pytest.raises(zstandard.ZstdError):
        bodies.unpack(data[:-5])
