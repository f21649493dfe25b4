"""A key's value is found where a cluster gets it from, and nowhere else."""

from __future__ import annotations

import pytest

from rollouts.appliers.go_yaml import Missing, Scalar
from tests.rollouts.appliers.go_yaml.searching import PRODUCTION, TEST, find, why_not

DEFAULTS = b"""\
# skipper_routesrv_enabled is a three state switch:
# - "false" - routesrv deployment is removed
skipper_routesrv_enabled: "exec"
{{if eq .Cluster.Environment "production"}}
skipper_routesrv_cpu: "1000m"
flag: pre # as of now
{{else}}
skipper_routesrv_cpu: "100m"
flag: 'false'
{{end}}
last: {a: b, "flag": on}
"""


def token(text, scalar):
    """Return the bytes of a value, quotes included."""
    data = text.encode() if isinstance(text, str) else text
    return data[scalar.start : scalar.end]


@pytest.mark.parametrize(
    ("fields", "key", "written", "word", "line"),
    [
        (TEST, "skipper_routesrv_enabled", b'"exec"', "exec", 3),
        (PRODUCTION, "flag", b"pre", "pre", 6),
        (TEST, "flag", b"'false'", "false", 9),
        (TEST, "last.flag", b"on", "on", 11),
        (PRODUCTION, "skipper_routesrv_cpu", b'"1000m"', "1000m", 5),
    ],
)
def test_finds_the_value_that_a_cluster_gets(fields, key, written, word, line):
    scalar = find(DEFAULTS, key, fields)

    assert (token(DEFAULTS, scalar), scalar.word, scalar.line) == (written, word, line)


def test_a_cluster_whose_branch_is_not_known_gets_what_all_get_and_no_more():
    assert find(DEFAULTS, "skipper_routesrv_enabled", {}).line == 3
    assert find(DEFAULTS, "last.flag", {}).line == 11

    assert why_not(DEFAULTS, "flag", {}) == (
        "depends on a template condition that cannot be worked out",
        (6, 9),
    )


@pytest.mark.parametrize(
    ("text", "key", "missing"),
    [
        ("", "flag", Missing(1, 0)),
        ("# only a comment\n", "flag", Missing(1, 0)),
        ("a: b\nflags: x\n", "flag", Missing(1, 0)),
        ("a:\n  b: c\n", "flag.x", Missing(1, 0)),
        ("id: x\na:\n  b: c\n", "a.flag", Missing(2, 1)),
        ("id: x\na: {}\n", "a.flag", Missing(2, 1)),
        ("id: x\na:\n", "a.flag", Missing(2, 1)),
        ("a: [flag]\n", "a.flag", Missing(1, 1)),
        ("- flag: x\n", "flag", Missing(1, 0)),
        ("a: {flag: x}\n", "flag", Missing(1, 0)),
        ("a: |\n  flag: x\n", "flag", Missing(1, 0)),
        ("# flag: x\n", "flag", Missing(1, 0)),
        ('{{if eq .Cluster.Environment "production"}}\nflag: x\n{{end}}\n', "flag", Missing(1, 0)),
    ],
)
def test_knows_what_is_missing(text, key, missing):
    assert find(text, key) == missing


@pytest.mark.parametrize(
    "text",
    [
        "{{ range .Items }}\nitem_{{ .Name }}: x\n{{ end }}\nflag: a\n",
        "{{ $x := .Cluster.Region }}\nflag: a\n",
        "{{/* flag: b */}}\nflag: a\n",
        "{{- /* many\nlines */ -}}\nflag: a\n",
        "other: {{ .Values.other }}\nflag: a\n",
        'other: "{{if eq .Cluster.Environment "x"}}1{{else}}2{{end}}"\nflag: a\n',
        "{{if .Unknown}}\nother: b\n{{end}}\nflag: a\n",
        "other: |\n  {{ .Script }}\n  flag: b\nflag: a\n",
        'other: "flag: b"\nflag: a\n',
        "deep: {flag: b}\nflag: a\n",
        "list:\n- flag: b\nflag: a\n",
        "base: &b {flag: b}\nflag: a\n",
        "---\nflag: a\n...\n",
        "? flag\n: a\n",
        "flag:\n  a\n",
    ],
)
def test_what_stands_elsewhere_is_no_harm(text):
    scalar = find(text)

    assert isinstance(scalar, Scalar)
    assert token(text, scalar) == b"a"


@pytest.mark.parametrize(
    "text",
    [
        b"# caf\xc3\xa9\nflag: a\n",
        b"# caf\xe9 in another encoding\nflag: a\n",
        b"# \x00\x07\x1b\nflag: a\n",
        b"\xef\xbb\xbfflag: a\n",
        b"x: y\r\nflag: a\r\nz: z\r\n",
        b"x: y\nflag: a",
        "größe: ü\nflag: a # für alle\n".encode(),
    ],
)
def test_bytes_around_a_value_do_not_move_it(text):
    scalar = find(text)

    assert token(text, scalar) == b"a"
    assert scalar.line == text[: scalar.start].count(b"\n") + 1


def test_trims_as_go_does():
    text = (
        "config_items:\n  other: x\n"
        '  {{- if eq .Cluster.Environment "test" }}\n  flag: a\n  {{- else }}\n  flag: b\n'
        "  {{- end }}\nlast: x\n"
    )

    assert token(text, find(text, "config_items.flag", TEST)) == b"a"
    assert token(text, find(text, "config_items.flag", PRODUCTION)) == b"b"


def test_sees_what_trimming_does_to_a_key():
    text = 'fl\n{{- if eq .Cluster.Environment "test" }}ag: a{{ end }}\n'

    assert why_not(text) == ("has a template action on its line", (2,))


def test_sees_what_trimming_does_to_the_structure():
    text = 'a:\n  b: c\n{{ if eq .Cluster.Environment "test" -}}\n  flag: x\n{{ end }}\n'

    assert find(text, "flag").word == "x"
    assert find(text, "a.flag") == Missing(1, 1)


def test_a_condition_in_a_comment_is_a_condition():
    text = (
        '# {{if eq .Cluster.Environment "production"}}\nflag: a\n# {{else}}\nflag: b\n# {{end}}\n'
    )

    assert find(text, fields=PRODUCTION).word == "a"
    assert find(text, fields=TEST).word == "b"


def test_works_out_nested_conditions():
    text = (
        '{{if eq .Cluster.Environment "production"}}\n'
        '{{if eq .Cluster.Alias "kube-9"}}\nflag: nine\n{{else}}\nflag: others\n{{end}}\n'
        '{{else if eq .Cluster.Environment "test" "e2e"}}\nflag: test\n'
        "{{else}}\nflag: rest\n{{end}}\n"
    )

    def word(environment, alias):
        return find(text, fields={"environment": environment, "alias": alias}).word

    assert word("production", "kube-9") == "nine"
    assert word("production", "kube-8") == "others"
    assert word("e2e", "kube-9") == "test"
    assert word("lab", "kube-9") == "rest"
