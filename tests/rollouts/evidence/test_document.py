"""The evidence of a step: one document, one digest, and nothing in it that churns."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollouts.evidence import digest_of
from rollouts.machine import Mode
from tests.rollouts.evidence.stage import KUBE_1, KUBE_2, PLAIN, documents, seen

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
)


def turned_round(value: object) -> object:
    """Return a JSON value with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: turned_round(value[key]) for key in reversed(value)}
    return [turned_round(each) for each in value] if isinstance(value, list) else value


def test_holds_what_decides_and_nothing_more():
    assert seen() == {
        "version": 2,
        "rollout": "routesrv",
        "tier": "test",
        "from": "shadow",
        "to": "exec",
        "policy": "p1",
        "rules": "r1",
        "targets": {
            KUBE_1: {
                "generation": 4,
                "addresses": {
                    "legacy": ["http://a:9911/routes"],
                    "shadow": ["http://a:9090/routes"],
                },
                "differences": {"f1": "expected", "f2": "open"},
                "place": "eu/kube-1.yaml",
                "read_back": "http://a/mode",
            },
            KUBE_2: {
                "generation": 7,
                "addresses": {"legacy": ["http://b/routes"]},
                "differences": {},
                "place": "",
                "read_back": "",
            },
        },
        "gates": {"clean": "pass", "soak": "fail", "fresh": "unknown"},
        "set_aside": {"infra": ["kube-8"]},
    }


@given(document=JSON)
def test_the_order_of_keys_does_not_change_the_digest(document):
    assert digest_of(turned_round(document)) == digest_of(document)


@given(document=documents)
def test_what_a_database_gives_back_has_the_digest_of_what_was_written(document):
    assert digest_of(json.loads(json.dumps(document))) == digest_of(document)


@given(one=documents, other=documents)
def test_two_documents_have_one_digest_exactly_when_they_are_equal(one, other):
    assert (digest_of(one) == digest_of(other)) == (one == other)


def test_the_digest_is_64_hex_digits_and_the_same_on_every_machine():
    canonical = '{"a":null,"b":["ü",1]}'.encode()

    assert digest_of({"b": ["ü", 1], "a": None}) == hashlib.sha256(canonical).hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", digest_of(seen()))


def test_a_mode_is_written_as_its_word():
    document = seen(from_mode=Mode.SHADOW, to_mode=Mode.EXEC)

    assert json.dumps(document) == json.dumps(seen())


@pytest.mark.parametrize(
    "changed",
    [
        {"rollout": "cache"},
        {"tier": "infra"},
        {"from_mode": "off"},
        {"to_mode": "off"},
        {"policy_version": "p2"},
        {"rules_version": "r2"},
        {"targets": {KUBE_1: PLAIN[KUBE_1]}},
        {"targets": {**PLAIN, KUBE_2: replace(PLAIN[KUBE_2], generation=8)}},
        {"targets": {**PLAIN, KUBE_2: replace(PLAIN[KUBE_2], addresses={})}},
        {"targets": {**PLAIN, KUBE_2: replace(PLAIN[KUBE_2], place="us/kube-2.yaml")}},
        {"targets": {**PLAIN, KUBE_2: replace(PLAIN[KUBE_2], read_back="http://b/mode")}},
        {"targets": {**PLAIN, KUBE_2: replace(PLAIN[KUBE_2], differences={"f1": "open"})}},
        {"gates": {}},
        {"set_aside": {}},
        {"gates": {"clean": "fail", "soak": "fail", "fresh": "unknown"}},
    ],
    ids=str,
)
def test_every_part_is_in_the_digest(changed):
    assert digest_of(seen(**changed)) != digest_of(seen())
