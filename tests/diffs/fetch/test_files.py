"""A file on the command line has the shape of a fetched table."""

from __future__ import annotations

import hashlib
import tracemalloc

import pytest

from diffs.fetch import FetchFailed, Limits, read_file
from diffs.outcomes import Outcome
from tests.servers.answers import TABLE


def test_reads_a_file_as_it_is(tmp_path):
    file = tmp_path / "routes.eskip"
    file.write_bytes(TABLE)

    payload = read_file(file, limits=Limits())

    assert payload.body == TABLE
    assert payload.sha256 == hashlib.sha256(TABLE).hexdigest()
    assert (payload.x_count, payload.ip) == (None, "")


@pytest.mark.parametrize("name", ["missing.eskip", ""])
def test_says_that_a_file_cannot_be_read(tmp_path, name):
    with pytest.raises(FetchFailed, match="cannot be read") as failed:
        read_file(tmp_path / name, limits=Limits())

    assert failed.value.outcome is Outcome.UNREACHABLE


def test_reads_no_file_beyond_the_limit(tmp_path):
    file = tmp_path / "routes.eskip"
    file.write_bytes(TABLE)

    with pytest.raises(FetchFailed, match="PENUMBRA_DECODED_BYTES") as failed:
        read_file(file, limits=Limits(decoded_bytes=len(TABLE) - 1))

    assert failed.value.outcome is Outcome.TRUNCATED
    assert read_file(file, limits=Limits(decoded_bytes=len(TABLE))).body == TABLE


def test_holds_little_more_of_a_file_than_the_limit(tmp_path):
    file = tmp_path / "endless"
    with file.open("wb") as opened:
        opened.truncate(64 * 2**20)

    tracemalloc.start()
    with pytest.raises(FetchFailed):
        read_file(file, limits=Limits(decoded_bytes=1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2**20
