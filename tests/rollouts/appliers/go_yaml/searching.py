"""Searches in small texts, as the tests of this folder make them."""

from __future__ import annotations

import pytest

from rollouts.appliers.go_yaml import Document, Unclear

PRODUCTION = {"environment": "production", "alias": "kube-9"}
TEST = {"environment": "test", "alias": "kube-1"}


def find(text, key="flag", fields=TEST):
    """Return the value of a key in a text."""
    data = text.encode() if isinstance(text, str) else text
    return Document(data).find(key, fields)


def why_not(text, key="flag", fields=TEST):
    """Return why a value is not clear, and the lines it is about."""
    with pytest.raises(Unclear) as refused:
        find(text, key, fields)
    return str(refused.value), refused.value.lines
