"""The list of guards names what is there."""

from __future__ import annotations

import pytest

from tests.house.tree import ROOT
from tests.mutants.__main__ import mutated
from tests.mutants.guards import GUARDS


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.what)
def test_every_guard_stands_where_the_list_says_and_has_tests(guard):
    before = (ROOT / guard.path).read_text() if guard.text else None

    assert mutated(guard, before, ROOT) != before
    assert all((ROOT / path).is_file() for path in guard.tests.split())
