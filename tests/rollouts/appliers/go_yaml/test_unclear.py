"""What a file does not say beyond doubt is told with its lines, never guessed."""

from __future__ import annotations

import pytest

from rollouts.appliers.go_yaml import Document, Unclear
from tests.rollouts.appliers.go_yaml.searching import why_not


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


@pytest.mark.parametrize("count", [41, 5000])
def test_refuses_blocks_nested_beyond_measure(count):
    text = "{{if .X}}\n" * count + "{{end}}\n" * count + "flag: a\n"

    assert "deep" in why_not(text)[0]


@pytest.mark.parametrize("word", ["with", "range"])
def test_another_dot_has_other_fields(word):
    inner = '{{if eq .Cluster.Environment "production"}}\nflag: a\n{{end}}\n'

    told, _ = why_not(f"{{{{{word} .Values}}}}\n{inner}{{{{end}}}}\n")

    assert told == "depends on a template condition that cannot be worked out"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 3000, "is in a file nested or filled beyond measure"),
        ("? " * 3000, "is in a file nested or filled beyond measure"),
        (
            "".join(f'{{{{if eq .Cluster.Alias "{n}"}}}}{{{{end}}}}\n' for n in range(1001)),
            "more than 1000 template conditions",
        ),
        (
            "{{if not " + "(" * 1000 + "}}\nflag: a\n{{end}}\n",
            "depends on a template condition that cannot be worked out",
        ),
    ],
)
def test_is_not_kept_busy_by_what_nobody_writes(text, told):
    assert why_not(text)[0] == told


def test_works_out_a_bounded_count_of_variants(monkeypatch):
    monkeypatch.setattr("rollouts.appliers.go_yaml.document.MOST_READ", 25)
    text = '{{if eq .Cluster.Alias "a"}}a: 1{{else if eq .Cluster.Alias "b"}}b: 1{{end}}'
    document = Document(f"{text} # 789".encode())

    for alias in "ab":
        document.find("flag", {"alias": alias})
    with pytest.raises(Unclear, match="too many variants"):
        document.find("flag", {"alias": "c"})
