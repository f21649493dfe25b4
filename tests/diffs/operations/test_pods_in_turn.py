"""Over many looks each pod of one side is held against each of the other."""

from __future__ import annotations

import pytest

from diffs.operations.begin_look import shifted


@pytest.mark.parametrize(("legacy", "shadow"), [(3, 3), (4, 2), (2, 4), (1, 2), (3, 2), (6, 4)])
def test_each_pod_of_one_side_meets_each_of_the_other(legacy, shadow):
    looks = range(legacy * shadow * 2)

    met = {(look % legacy, shifted(look, legacy, shadow) % shadow) for look in looks}

    assert len(met) == legacy * shadow
