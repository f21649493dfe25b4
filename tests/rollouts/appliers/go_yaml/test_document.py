"""A key's value is found where a cluster gets it from, and nowhere else."""

from __future__ import annotations

import pytest

from rollouts.appliers.go_yaml import Document, Missing, Scalar, Unclear

PRODUCTION = {"environment": "production", "alias": "kube-9"}
TEST = {"environment": "test", "alias": "kube-1"}
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


def find(text, key="flag", fields=TEST):
    """Return the value of a key in a text."""
    data = text.encode() if isinstance(text, str) else text
    return Document(data).find(key, fields)


def why_not(text, key="flag", fields=TEST):
    """Return why a value is not clear, and the lines it is about."""
    with pytest.raises(Unclear) as refused:
        find(text, key, fields)
    return str(refused.value), refused.value.lines


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
    ("text", "told", "lines"),
    [
        ("flag: a\nx: y\nflag: b\n", "stands there more than once", (1, 3)),
        ('flag: a\n"flag": b\n', "stands there more than once", (1, 2)),
        ("x: &a y\nflag: *a\n", "is an alias", (2,)),
        ("flag: &a y\nx: *a\n", "has an anchor, which aliases repeat", (1,)),
        ("base: &b {x: y}\n<<: *b\nflag: z\n", "stands beside a merge key", (3, 2)),
        ("base: &b {x: y}\n<<: *b\n", "stands beside a merge key", (2,)),
        ("flag: !!str y\n", "has an explicit tag", (1,)),
        ("flag: |\n  y\n", "has a value of several lines", (1,)),
        ("flag: >-\n  y\n", "has a value of several lines", (1,)),
        ("flag: a\n  b\n", "has a value of several lines", (1,)),
        ('flag: "a\n  b"\n', "has a value of several lines", (1,)),
        ("flag:\nx: y\n", "has no value", (1,)),
        ("flag: [a]\n", "has no single value", (1,)),
        ("flag: {a: b}\n", "has no single value", (1,)),
        ("--- {flag: a}\n--- {flag: b}\n", "is in a file of several documents", (2,)),
        ("flag: [a\n", "is in a file that cannot be read as YAML", (2,)),
        ("flag: {{ .Values.flag }}\n", "has a value that a template action takes part in", (1,)),
        ('flag: "{{ .Values.flag }}"\n', "has a value that a template action takes part in", (1,)),
        ("flag: a # {{ .Note }}\n", "has a template action on its line", (1,)),
        (
            'flag: {{if eq .Cluster.Environment "test"}}a{{else}}b{{end}}\n',
            "has a template action on its line",
            (1,),
        ),
        (
            "{{range .Items}}\nflag: a\n{{end}}\n",
            "depends on a template condition that cannot be worked out",
            (2,),
        ),
        (
            "{{with .X}}\nflag: a\n{{end}}\n",
            "depends on a template condition that cannot be worked out",
            (2,),
        ),
        (
            '{{define "x"}}\nflag: a\n{{end}}\nflag: b\n',
            "depends on a template condition that cannot be worked out",
            (2, 4),
        ),
        (
            '{{if hasPrefix .Cluster.Alias "k"}}\nflag: a\n{{end}}\n',
            "depends on a template condition that cannot be worked out",
            (2,),
        ),
        ("{{ .Name }}: a\n", "may be the key that a template action prints", (1,)),
        ("fl{{ .Name }}: a\n", "may be the key that a template action prints", (1,)),
        ('{{ template "all" . }}\n', "may be in what a template action prints", (1,)),
        ("{{if x}}\nflag: a\n", "a template if without its end", (1,)),
        ("flag: a\n{{end}}\n", "an end or else without its if", (2,)),
        ("flag: a\n{{ if\n", "a template action that is not well formed", (2,)),
        (b"flag: \xff\n", "has a value that cannot be read as UTF-8", (1,)),
        ("x: y\u2028flag: a\n", "a line break that not every reader of YAML takes for one", (1,)),
    ],
)
def test_says_why_a_value_is_not_clear(text, told, lines):
    assert why_not(text) == (told, lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("base: &b {flag: a}\na: *b\n", "is behind an alias"),
        ("a: &b {flag: x}\nc: *b\n", "has an anchor, which aliases repeat"),
        ("a: {{ toYaml .X }}\n", "may be in what a template action prints"),
        ("a:\n  {{ toYaml .X | nindent 2 }}\n", "may be in what a template action prints"),
        ("a: {flag: x}\na: {b: c}\na: {flag: z}\n", "stands there more than once"),
    ],
)
def test_says_why_the_way_to_a_value_is_not_clear(text, told):
    assert why_not(text, "a.flag")[0] == told


@pytest.mark.parametrize(
    "text",
    [
        "a:\n  b: c\n{{if .Unknown}}\nother:\n{{end}}\n  flag: x\n",
        "{{if .Unknown}}\na:\n{{else}}\nother:\n{{end}}\n  flag: x\n",
        "{{if .Unknown}}\nother:\n{{else}}\na:\n{{end}}\n  flag: x\n",
        "{{if .Unknown}}other:{{else}}a:{{end}}\n  flag: x\n",
    ],
)
def test_what_is_not_known_hides_no_change_of_structure(text):
    why_not(text, "a.flag")


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


@pytest.mark.parametrize("count", [41, 5000])
def test_refuses_blocks_nested_beyond_measure(count):
    text = "{{if .X}}\n" * count + "{{end}}\n" * count + "flag: a\n"

    assert "deep" in why_not(text)[0]
