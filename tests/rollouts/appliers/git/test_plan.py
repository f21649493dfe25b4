"""What cannot be done beyond doubt is refused as a whole, with the lines it is about."""

from __future__ import annotations

import pytest

from rollouts.appliers import Refused
from tests.rollouts.appliers.git.repositories import (
    applier_for,
    free,
    make_repository,
    order,
    place,
)

GOOD = 'config_items:\n  flag: "pre"\n'


def refusal(tmp_path, files, *, links=(), wanted=None, **others):
    """Return what applying an order for kube-1 is refused with; nothing is written."""
    repository = make_repository(tmp_path, {"README.md": "Hi\n"})
    repository.commit(files, links=links)
    head = repository.head()

    with pytest.raises(Refused) as refused:
        applier_for(tmp_path, repository, **others).apply(
            (wanted or (lambda at: order(place(at, "kube-1"))))(repository), guard=free
        )

    assert repository.head() == head
    return str(refused.value), refused.value.lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "id: kube-1\nconfig_items:\n    other: x\nlast: y\n",
            (
                "clusters/kube-1.yaml:2: config_items:",
                "clusters/kube-1.yaml:3:     other: x",
                "clusters/kube-1.yaml:4: last: y",
                'clusters/kube-1.yaml: add:     flag: "pre"',
            ),
        ),
        (
            "id: kube-1\n",
            (
                "clusters/kube-1.yaml:1: id: kube-1",
                "clusters/kube-1.yaml:2: ",
                "clusters/kube-1.yaml: add: config_items:",
                'clusters/kube-1.yaml: add:   flag: "pre"',
            ),
        ),
        (
            "config_items: {a: b}\n",
            (
                "clusters/kube-1.yaml:1: config_items: {a: b}",
                "clusters/kube-1.yaml:2: ",
                'clusters/kube-1.yaml: add: flag: "pre"',
            ),
        ),
        (
            "config_items:\n  # nothing yet\n",
            (
                "clusters/kube-1.yaml:1: config_items:",
                "clusters/kube-1.yaml:2:   # nothing yet",
                "clusters/kube-1.yaml:3: ",
                'clusters/kube-1.yaml: add:   flag: "pre"',
            ),
        ),
    ],
)
def test_a_missing_key_is_shown_with_the_very_line_to_add(tmp_path, text, lines):
    told, shown = refusal(tmp_path, {"clusters/kube-1.yaml": text})

    assert told == (
        "kube-1: There is no config_items.flag in clusters/kube-1.yaml. Give it a value first."
    )
    assert shown == lines


def test_an_ambiguous_key_is_shown_with_all_its_lines(tmp_path):
    text = "config_items:\n  flag: pre\n  other: x\n  flag: exec\n"

    told, shown = refusal(tmp_path, {"clusters/kube-1.yaml": text})

    assert told == (
        "kube-1: config_items.flag in clusters/kube-1.yaml stands there more than once."
    )
    assert shown == (
        "clusters/kube-1.yaml:1: config_items:",
        "clusters/kube-1.yaml:2:   flag: pre",
        "clusters/kube-1.yaml:4:   flag: exec",
    )


def test_a_word_that_is_none_of_both_is_refused(tmp_path):
    told, shown = refusal(tmp_path, {"clusters/kube-1.yaml": GOOD.replace("pre", "Pre")})

    assert told == ("kube-1: clusters/kube-1.yaml:2 says 'Pre', not 'pre' as shadow is written.")
    assert shown == ('clusters/kube-1.yaml:2:   flag: "Pre"',)


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(tmp_path):
    files = {
        "clusters/kube-1.yaml": GOOD,
        "clusters/kube-2.yaml": "config_items: {flag: off}\n",
    }

    told, shown = refusal(
        tmp_path,
        files,
        wanted=lambda at: order(*(place(at, f"kube-{number}") for number in (1, 2, 3))),
    )

    assert "kube-1" not in told
    assert "kube-2: clusters/kube-2.yaml:1 says 'off'" in told
    assert "kube-3: There is no file clusters/kube-3.yaml." in told
    assert shown == ("clusters/kube-2.yaml:1: config_items: {flag: off}",)


@pytest.mark.parametrize(
    ("files", "links", "told"),
    [
        (
            {"clusters/kube-1.yaml": "../real.yaml", "real.yaml": GOOD},
            ["clusters/kube-1.yaml"],
            "clusters/kube-1.yaml is a symbolic link",
        ),
        (
            {"clusters": "real", "real/kube-1.yaml": GOOD},
            ["clusters"],
            "clusters is a symbolic link",
        ),
        ({"clusters": GOOD}, [], "clusters is a file"),
        ({"clusters/kube-1.yaml/inside": GOOD}, [], "clusters/kube-1.yaml is a folder"),
        (
            {"clusters/kube-1.yaml": GOOD + "#" * 500},
            [],
            "clusters/kube-1.yaml has 528 bytes, more than 500",
        ),
    ],
)
def test_reads_plain_files_of_bounded_size_only(tmp_path, files, links, told):
    assert refusal(tmp_path, files, links=links, most_bytes=500)[0] == (
        f"kube-1: {told}, so it is not read."
    )


def test_a_word_that_cannot_be_written_is_refused(tmp_path):
    words = {"off": "false", "shadow": "pre", "exec": "{{ .X }}"}

    told, _ = refusal(
        tmp_path,
        {"clusters/kube-1.yaml": GOOD},
        wanted=lambda at: order(place(at, "kube-1"), words=words),
    )

    assert told == "The word for exec cannot be written: a template would take it for an action."


def test_covers_what_sounds_like_a_secret_in_the_lines_it_shows(tmp_path):
    text = (
        'config_items:\n  flag: no\n  flag: pre\npassword: {flag: "hunter2", db_token: "hunter3"}\n'
    )
    files = {
        "clusters/kube-1.yaml": text.replace("  flag: no\n", "  api_key: hunter1\n  flag: no\n")
    }

    _, shown = refusal(
        tmp_path,
        files,
        wanted=lambda at: order(place(at, "kube-1", key="config_items.other")),
    )

    assert "hunter" not in " ".join(shown)
    assert shown[1] == "clusters/kube-1.yaml:2:   api_key: …"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfconfig_items:\n  flag: pre\n", b"\xef\xbb\xbfconfig_items:\n  flag: exec\n"),
        (b"config_items:\r\n  flag: pre\r\n", b"config_items:\r\n  flag: exec\r\n"),
        (
            b"# \x00\xff\xfe\nconfig_items: {flag: pre}",
            b"# \x00\xff\xfe\nconfig_items: {flag: exec}",
        ),
        (
            b"config_items:\n\n  flag:   'pre'   # \xe4\n",
            b"config_items:\n\n  flag:   'exec'   # \xe4\n",
        ),
        (
            b"x: \xc3\xa4\nconfig_items:\n  'flag': pre \n",
            b"x: \xc3\xa4\nconfig_items:\n  'flag': exec \n",
        ),
    ],
)
def test_keeps_every_other_byte(tmp_path, before, after):
    attributes = b"*.yaml text eol=lf filter=evil working-tree-encoding=UTF-16\n* -diff\n"
    files = {"clusters/kube-1.yaml": before, ".gitattributes": attributes}
    repository = make_repository(tmp_path, files)

    applier_for(tmp_path, repository).apply(order(place(repository, "kube-1")), guard=free)

    assert repository.file("clusters/kube-1.yaml") == after
    assert repository.changed() == ["clusters/kube-1.yaml"]


def test_a_word_that_is_no_plain_text_gets_quotes(tmp_path):
    repository = make_repository(tmp_path, {"clusters/kube-1.yaml": "config_items:\n  flag: pre\n"})

    applier_for(tmp_path, repository).apply(
        order(place(repository, "kube-1"), step=("shadow", "off")), guard=free
    )

    assert repository.file("clusters/kube-1.yaml") == b'config_items:\n  flag: "false"\n'
