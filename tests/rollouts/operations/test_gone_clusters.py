"""A cluster that left the fleet holds up no shared default, unless the repository still has it."""

from __future__ import annotations

import pytest

from tests.rollouts.appliers.git.repositories import make_repository
from tests.rollouts.operations.carrying import carried_to_its_end, ready
from tests.rollouts.promoting import approved, requested
from tests.rollouts.stage import FLEET, changed, load

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING_OF_ITS_OWN = "config_items:\n  a: b\n"
KUBE_3 = '  - {key: "aws:1:eu:kube-3", alias: kube-3, environment: production, region: eu}\n'


@pytest.fixture
def repository(tmp_path, settings):
    """A default that all clusters share, of which the fleet has lost kube-3."""
    files = {f"clusters/kube-{number}.yaml": NOTHING_OF_ITS_OWN for number in (1, 2)}
    made = make_repository(tmp_path, {**files, "defaults.yaml": 'flag: "pre"\n'})
    settings.GIT_REMOTES = (made.url,)
    settings.FOLDER = tmp_path / "var"
    settings.FOLDER.mkdir()
    applier = (
        f'{{git: {{remote: "{made.url}", branch: main, file: "clusters/{{alias}}.yaml",'
        " key: config_items.flag, defaults: defaults.yaml, defaults_key: flag}}"
    )
    whole = changed("{manual: {}}", applier, FLEET)
    load(whole)
    beginning = whole.index("      - name: production\n")
    end = whole.index("  cache:\n")
    load((whole[:beginning] + whole[end:]).replace(KUBE_3, ""), may_remove=True)
    return made


def test_it_holds_up_nothing(repository):
    done = carried_to_its_end(approved(requested(ready())))

    assert done.state == "done", done.state_reason
    assert repository.file("defaults.yaml") == b'flag: "exec"\n'


def test_it_does_while_the_repository_still_has_its_file(repository):
    repository.commit({"clusters/kube-3.yaml": NOTHING_OF_ITS_OWN})

    done = carried_to_its_end(approved(requested(ready())))

    assert done.state == "failed"
    assert "governs 1 more: kube-3." in done.state_reason
