"""The self-test passes on a sound build, and says what a broken one misses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diffs.benchmark.make_tables import tables
from diffs.formats import FORMATS
from diffs.formats.eskip import voice
from diffs.report import Kind
from diffs.self_test import self_test

ESKIP = FORMATS["eskip"]
TABLE = tables(50)[0].encode()


def test_passes_on_a_real_table():
    assert self_test(TABLE, ESKIP) == ""


def test_passes_on_a_table_that_is_itself_bad():
    bad = TABLE + b"\nx: Path(1) -> <shunt>;\nd: * -> <shunt>;\nd: A() -> <shunt>;\ny: * -> ;"

    assert self_test(bad, ESKIP) == ""


@pytest.mark.parametrize("table", [b"a: * -> <shunt>;", b'a: *\n // c\n -> "x"', b"* -> <shunt>;a"])
def test_passes_or_says_that_there_is_nothing_to_try(table):
    assert self_test(table, ESKIP) in (
        "",
        "The self-test needs a table with at least one good route.",
    )


def test_tries_one_mutation_of_each_kind():
    kinds = [mutation.kind for mutation in ESKIP.drill(TABLE).mutations]

    assert sorted(kinds) == sorted(set(Kind) - {Kind.FIELD})  # routes have no fields


def always_the_same(data, known=None):
    return ESKIP.read(TABLE)


def test_says_so_when_nothing_is_found():
    blind = replace(ESKIP, read=always_the_same)

    assert self_test(TABLE, blind) == (
        "The self-test changed one thing, only_in_legacy at"
        " kube_rg__ns32__app_32__all__4_00032, and found nothing."
    )


def test_says_so_when_a_table_disagrees_with_itself():
    forgetful = replace(
        ESKIP, read=lambda data, known=None: ESKIP.read(data if known is None else b"")
    )

    assert "compared a table with itself and found only_in_legacy" in self_test(TABLE, forgetful)


def test_says_so_when_a_change_gets_the_wrong_name(monkeypatch):
    monkeypatch.setattr(voice, "_GRAVEST_FIRST", (Kind.ENDPOINTS,))

    assert self_test(TABLE, ESKIP).endswith(
        "found endpoints at kube_rg__ns32__app_32__all__4_00032."
    )
