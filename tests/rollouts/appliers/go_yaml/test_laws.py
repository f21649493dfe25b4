"""Whatever the file: a change moves one value on one line, for whom it governs, and nobody else."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from rollouts.appliers.go_yaml import Document, Missing, Unclear, spelled

ENVIRONMENTS = ("production", "test", "e2e")
WORDS = st.sampled_from(["false", "pre", "exec", "on", "12", "it's", 'a "b"', "größe"])
ENDS = st.sampled_from([b"\n", b"\r\n"])


def written(word, style):
    """Return a word in quotes as somebody may have put it."""
    return spelled(word, style=style)


words = st.builds(written, WORDS, st.sampled_from(["", "'", '"']))
comments = st.binary(max_size=12).map(
    lambda data: b"# " + data.translate(None, b"\n\r{}\x85\xa8\xa9") + b" #"
)
names = st.integers(0, 10**6).map(lambda number: b"key_%d" % number)
quiet_lines = st.one_of(
    comments,
    st.just(b""),
    st.builds(lambda name, word: name + b": " + word, names, words),
    st.builds(lambda name, word: b"%s: {flag: %s, list: [a, b]}" % (name, word), names, words),
    names.map(lambda name: name + b': "{{ .Values.other }}"'),
    names.map(lambda name: name + b": {{ .Values.other }} # {{/* note */}}"),
)
loud_blocks = st.one_of(
    names.map(lambda name: [b"{{ range .Items }}", name + b"_{{ .Name }}: x", b"{{- end }}"]),
    names.map(lambda name: [b"{{ if .Cluster.Odd }}", name + b": 1", b"{{ end }}"]),
    names.map(lambda name: [name + b": |", b"  flag: not this", b"  {{ .Script }}"]),
)
quiet = st.lists(st.one_of(quiet_lines.map(lambda line: [line]), loud_blocks), max_size=3).map(
    lambda blocks: [line for block in blocks for line in block]
)
flag_lines = st.builds(
    lambda word, rest: b"flag: %s%s" % (word, rest), words, comments.map(b" ".__add__)
)
nested_lines = st.one_of(
    flag_lines.map(lambda line: [b"items:", b"  before: x", b"  " + line, b"  after: x"]),
    words.map(lambda word: [b"items: {before: x, flag: %s, after: x} # flag: no" % word]),
)


@st.composite
def files(draw):
    """Draw (bytes, key): a file in which every environment has one value for the key."""
    key, lines_of_one = draw(
        st.sampled_from(
            [("flag", flag_lines.map(lambda line: [line])), ("items.flag", nested_lines)]
        )
    )
    here = draw(lines_of_one)
    if draw(st.booleans()):
        condition = draw(
            st.sampled_from(
                [
                    b'if eq .Cluster.Environment "production"',
                    b'if ne .Cluster.Environment "test"',
                    b'if or (eq .Cluster.Environment "test") (eq .Cluster.Environment "e2e")',
                    b'- if not (eq .Cluster.Environment "e2e")',
                ]
            )
        )
        there = draw(lines_of_one)
        opening = b"{{%s }}" % condition
        here = [opening, *draw(quiet), *here, b"{{- else }}", *there, b"{{ end }}"]
    lines = [*draw(quiet), *here, *draw(quiet)]
    end = draw(ENDS)
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + end.join(lines) + draw(st.sampled_from([b"", end])), key


def found(data, key):
    """Return {environment: its value}."""
    document = Document(data)
    return {name: document.find(key, {"environment": name}) for name in ENVIRONMENTS}


@given(drawn=files(), word=WORDS, environment=st.sampled_from(ENVIRONMENTS))
@example(drawn=(b"items: {flag: pre}", "items.flag"), word="on", environment="test")
def test_an_edit_changes_one_scalar_and_reads_back(drawn, word, environment):
    data, key = drawn
    before = found(data, key)
    scalar = before[environment]

    edited = data[: scalar.start] + spelled(word, style=scalar.style) + data[scalar.end :]

    after = found(edited, key)
    for name in ENVIRONMENTS:
        shares = before[name].start == scalar.start
        assert after[name].word == (word if shares else before[name].word)
        assert after[name].line == before[name].line
    old, new = data.split(b"\n"), edited.split(b"\n")
    changed = [
        number for number, pair in enumerate(zip(old, new, strict=True), 1) if len({*pair}) > 1
    ]
    assert changed in ([], [scalar.line])


@given(data=st.binary(max_size=200), key=st.sampled_from(["flag", "a.b"]))
@example(data=b"{{" * 50, key="flag")
@example(data=b"flag: \xc3\xa9\x00{{if}}", key="flag")
def test_any_bytes_are_found_in_missing_or_unclear(data, key):
    try:
        outcome = Document(data).find(key, {"environment": "test"})
    except Unclear as unclear:
        assert all(0 < line <= data.count(b"\n") + 2 for line in unclear.lines)
        return

    if isinstance(outcome, Missing):
        assert outcome.depth < 2
    else:
        assert b"\n" not in data[outcome.start : outcome.end]


PARTS = [
    "{{", "}}", "{{-", "-}}", "if ", "else", "end", "range", ".Cluster.Environment", "eq ",
    '"test"', "flag", ":", ": ", "a", "b", "\n", "  ", "'", '"', "{", "}", "[", "]", ",", "|",
    ">", "&x ", "*x", "<<", "#", "---", "?", "!t ", "/*", "*/", "\t", "\r",
]  # fmt: skip


@given(parts=st.lists(st.sampled_from(PARTS), max_size=40), word=WORDS)
def test_a_value_found_in_any_text_can_be_changed_and_read_back(parts, word):
    data = "".join(parts).encode()
    fields = {"environment": "test"}
    try:
        scalar = Document(data).find("flag", fields)
    except Unclear:
        return
    if isinstance(scalar, Missing):
        return

    edited = data[: scalar.start] + spelled(word, style=scalar.style) + data[scalar.end :]

    assert Document(edited).find("flag", fields).word == word
