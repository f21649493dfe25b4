"""A document as a page shows it, and any document that could be."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from rollouts.evidence import Document, TargetEvidence, evidence_document

KUBE_1, KUBE_2 = "aws:1:eu:kube-1", "aws:1:eu:kube-2"
PLAIN = {
    KUBE_1: TargetEvidence(
        generation=4,
        addresses={"legacy": ("http://a:9911/routes",), "shadow": ("http://a:9090/routes",)},
        differences={"f1": "expected", "f2": "open"},
        place="eu/kube-1.yaml",
        read_back="http://a/mode",
    ),
    KUBE_2: TargetEvidence(
        generation=7, addresses={"legacy": ("http://b/routes",)}, differences={}
    ),
}


def seen(**changed: object) -> Document:
    """Return the document of a step from shadow to exec, changed where a test says so."""
    parts: dict[str, Any] = {
        "rollout": "routesrv",
        "tier": "test",
        "from_mode": "shadow",
        "to_mode": "exec",
        "policy_version": "p1",
        "rules_version": "r1",
        "targets": PLAIN,
        "gates": {"clean": "pass", "soak": "fail", "fresh": "unknown"},
        "set_aside": {"infra": ["kube-8"]},
    }
    return evidence_document(**{**parts, **changed})


def edited(*path: str, value: object = None) -> Document:
    """Return that document with the part at a path replaced; left out where no value is given."""
    document = deepcopy(seen())
    part: Any = document
    for name in path[:-1]:
        part = part[name]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return document


words = st.sampled_from(["a", "b"])
addresses = st.dictionaries(words, st.lists(words, max_size=2), max_size=2)
targets = st.builds(
    TargetEvidence,
    generation=st.integers(0, 2),
    addresses=addresses,
    differences=st.dictionaries(
        words, st.sampled_from(["open", "bug", "expected", "noise"]), max_size=2
    ),
    place=words,
    read_back=words,
)
gates = st.dictionaries(words, st.sampled_from(["pass", "fail", "unknown"]), max_size=2)
documents = st.builds(
    evidence_document,
    rollout=st.just("routesrv"),
    tier=words,
    from_mode=st.just("shadow"),
    to_mode=st.just("exec"),
    policy_version=st.just("p") | words,
    rules_version=st.just("r") | words,
    targets=st.dictionaries(words, targets, max_size=2),
    gates=gates,
    set_aside=st.dictionaries(words, st.lists(words, max_size=2, unique=True), max_size=2),
)


def later(document: Document) -> st.SearchStrategy[Document]:
    """Draw documents that differ from this one only where a fleet changes by itself."""
    return st.builds(
        lambda verdicts, judged: _moved_on(document, verdicts, judged),
        st.lists(st.sampled_from(["open", "bug", "expected", "noise", "gone"]), min_size=8),
        st.lists(st.sampled_from(["pass", "fail", "unknown"]), min_size=8),
    )


def _moved_on(document: Document, verdicts: list[str], judged: list[str]) -> Document:
    moved: dict[str, Any] = deepcopy(document)
    words_of_people, words_of_gates = iter(verdicts), iter(judged)
    for target in moved["targets"].values():
        drawn = {each: next(words_of_people) for each in target["differences"]}
        target["differences"] = {each: word for each, word in drawn.items() if word != "gone"}
    moved["gates"] = {name: next(words_of_gates) for name in moved["gates"]}
    return moved
