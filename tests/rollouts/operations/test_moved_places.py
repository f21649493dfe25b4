"""A promotion writes where people saw that it would, or not at all."""

from __future__ import annotations

import pytest

from rollouts.operations.carry_out import carry_out
from tests.rollouts.appliers.git.repositories import make_repository
from tests.rollouts.operations.carrying import ready
from tests.rollouts.promoting import approved, requested
from tests.rollouts.stage import FLEET, changed, load

pytestmark = pytest.mark.django_db(transaction=True)

FLAG = 'config_items:\n  flag: "pre"\n'


def test_a_cluster_whose_fields_choose_another_file_after_the_approval_ends_the_promotion(
    tmp_path, settings
):
    files = {f"{region}/kube-{n}.yaml": FLAG for region in ("eu", "us") for n in (1, 2, 3)}
    made = make_repository(tmp_path, files)
    settings.GIT_REMOTES = (made.url,)
    settings.FOLDER = tmp_path / "var"
    settings.FOLDER.mkdir()
    git = f'{{git: {{remote: "{made.url}", branch: main, file: "{{region}}/{{alias}}.yaml",'
    text = changed("{manual: {}}", f"{git} key: config_items.flag}}}}", FLEET)
    load(text)
    promotion = approved(requested(ready()))
    eu = "alias: kube-1, environment: test, region: eu"
    load(changed(eu, eu.replace("region: eu", "region: us"), text))

    carry_out(promotion.pk)

    promotion.refresh_from_db()
    assert promotion.state == "outdated"
    assert "aws:1:eu:kube-1 is kept elsewhere now" in promotion.state_reason
    assert len(made.commits()) == 1
