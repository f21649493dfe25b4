"""After the start of a fleet of one's own: what works, and would work better with a line more."""

from __future__ import annotations

import io

import pytest
from ruamel.yaml import YAML

from config.first_use import what_to_consider
from rollouts.machine import Mode
from rollouts.models import Target
from tests.rollouts.stage import FLEET, changed, load, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

REMOTE = "https://git.example.org/platform/clusters.git"
GIT = f"git: {{remote: {REMOTE}, branch: main, file: '{{alias}}.yaml', key: mode}}"
SILENT = FLEET.replace("        mode: shadow\n", "")


@pytest.fixture(autouse=True)
def given(settings):
    settings.SECRET_KEY_IS_GIVEN = settings.BASE_URL_IS_GIVEN = True
    settings.GIT_REMOTES = ()
    settings.SLACK_WEBHOOK = "https://hooks.example.org/x"


def considered(text: str) -> list[str]:
    """Return the paragraphs after a fleet file was synced, but for those about confirming."""
    load(text)
    return [each for each in what_to_consider() if not each.startswith("Nothing tells")]


def test_where_every_mode_is_said_there_is_nothing_to_consider():
    assert considered(FLEET) == []


def test_targets_without_a_mode_are_counted_with_the_lines_to_write():
    (paragraph,) = considered(SILENT)

    head, _, lines = paragraph.partition("\n")
    assert head.startswith("No mode is known for 4 of the targets, and nothing tells it")
    assert "read_back" in head
    assert lines.splitlines() == [
        "  - name: test  # of routesrv",
        "    mode: shadow",
        "  - name: production  # of routesrv",
        "    mode: shadow",
        "  - name: test  # of cache",
        "    mode: shadow",
    ]


def test_the_lines_are_yaml_of_the_files_own_shape_and_settle_it():
    text = changed('"aws:1:eu:kube-1", "aws:1:eu:kube-2"', '"aws:1:eu:kube-1"', SILENT)
    load(text)
    Target.objects.update(mode=Mode.SHADOW)

    (paragraph,) = considered(SILENT)

    lines = paragraph.partition("\n")[2]
    assert lines.splitlines() == [
        "  - name: test  # of routesrv",
        "    targets:",
        '      - {cluster: "aws:1:eu:kube-2", mode: shadow}',
    ]
    (tier,) = YAML(typ="safe").load(io.StringIO(lines))
    assert tier["targets"] == [{"cluster": "aws:1:eu:kube-2", "mode": "shadow"}]
    written = '"aws:1:eu:kube-1", {cluster: "aws:1:eu:kube-2", mode: shadow}'
    assert considered(changed('"aws:1:eu:kube-1", "aws:1:eu:kube-2"', written, SILENT)) == []
    assert target("kube-2").mode == Mode.SHADOW


def test_many_targets_are_counted_not_listed():
    clusters = "".join(f'  - {{key: "k:{n}", alias: many-{n}}}\n' for n in range(20))
    keys = "".join(f', "k:{n}"' for n in range(20))
    text = changed("rollouts:\n", f"{clusters}rollouts:\n", FLEET)
    text = changed('["aws:1:eu:kube-1", "aws:1:eu:kube-2"]', f'["aws:1:eu:kube-1"{keys}]', text)
    load(changed(keys, "", text))

    (paragraph,) = considered(changed("        mode: shadow\n", "", text))

    assert "for 20 of the targets" in paragraph
    assert paragraph.count("cluster:") == 5
    assert paragraph.endswith("      # … and 15 more")


def test_what_can_be_read_is_not_asked_for(settings):
    settings.GIT_REMOTES = ("https://git.example.org/platform",)
    back = 'read_back: {address: "http://{alias}.example.org:8080/mode", pointer: /mode}'
    text = changed("applier: {manual: {}}", f"applier: {{manual: {{}}, {back}}}", SILENT)

    assert considered(changed("applier: {manual: {}}", f"applier: {{{GIT}}}", text)) == []


def test_repositories_that_git_may_not_go_to_are_one_exact_line(settings):
    settings.GIT_REMOTES = ("file:///srv/git",)
    text = changed("applier: {manual: {}}", f"applier: {{{GIT}}}")

    (paragraph,) = considered(text)

    assert paragraph == (
        "Git goes only to repositories that you allow, and some of this file are not yet:\n"
        f"  export PENUMBRA_GIT_REMOTES='file:///srv/git,{REMOTE}'"
    )
    settings.GIT_REMOTES = ("file:///srv/git", REMOTE)
    assert what_to_consider() == [each for each in what_to_consider() if " of cache" in each]


def test_who_carries_out_by_hand_is_told_at_once_that_nothing_could_confirm_it():
    load()

    told = what_to_consider()

    assert [each.partition(": ")[0] for each in told] == [
        "Nothing tells the mode of 3 targets of routesrv",
        "Nothing tells the mode of 1 target of cache",
    ]
    assert "rollouts.routesrv.applier has a read_back" in told[0]
