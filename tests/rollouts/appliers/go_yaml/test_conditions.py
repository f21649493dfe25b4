"""Conditions come to what Go would make of them, or to nothing."""

from __future__ import annotations

import pytest

from rollouts.appliers.go_yaml.conditions import judge

FIELDS = {
    "key": "aws:1:eu-central-1:kube-1",
    "alias": "kube-1",
    "local_id": "kube-1",
    "environment": "production",
    "region": "eu-central-1",
    "criticality": "2",
    "channel": "beta",
    "infrastructure_account": "aws:1",
}


@pytest.mark.parametrize(
    "condition",
    [
        'eq .Cluster.Environment "production"',
        'eq "production" .Cluster.Environment',
        "eq .Cluster.Environment `production`",
        'eq .Cluster.Environment "test" "production"',
        'ne .Cluster.Environment "test"',
        'not (eq .Cluster.Environment "test")',
        'and (eq .Cluster.Region "eu-central-1") (ne .Cluster.Alias "kube-2")',
        'or (eq .Cluster.Region "x") (eq .Cluster.ID "aws:1:eu-central-1:kube-1")',
        'eq .Cluster.LocalID "kube-1"',
        "eq .Cluster.CriticalityLevel 2",
        'eq .Cluster.InfrastructureAccount "aws:1"',
        'eq .Cluster.Channel "beta"',
        ".Cluster.Environment",
        'eq .Environment "production"',
        "eq .CriticalityLevel 2",
        "true",
        '(eq .Cluster.Environment "production")',
        'or (eq .Cluster.Environment "production") (index .Cluster.ConfigItems "x")',
    ],
)
def test_holds(condition):
    assert judge(condition, FIELDS) is True


@pytest.mark.parametrize(
    "condition",
    [
        'eq .Cluster.Environment "test"',
        'eq .Cluster.Environment "Production"',
        'ne .Cluster.Environment "production"',
        'and (eq .Cluster.Environment "test") (index .Cluster.ConfigItems "x")',
        "not .Cluster.Environment",
        "eq .Cluster.CriticalityLevel 3",
        "false",
    ],
)
def test_does_not_hold(condition):
    assert judge(condition, FIELDS) is False


@pytest.mark.parametrize(
    "condition",
    [
        "",
        'eq .Cluster.Owner "me"',
        'eq .Owner "me"',
        'eq .Key "aws:1:eu-central-1:kube-1"',
        'eq .Values.Environment "production"',
        'eq $.Cluster.Environment "production"',
        'index .Cluster.ConfigItems "x"',
        'eq .Cluster.CriticalityLevel "2"',
        "eq .Cluster.Environment",
        'ne .Cluster.Environment "a" "b"',
        "eq .Cluster.Environment 1",
        'eq .Cluster.Environment "production" | not',
        'eq .Cluster.Environment "prod\\x75ction"',
        'or (lookup).Cluster.Environment ""',
        '(eq .Cluster.Environment "production"',
        'eq .Cluster.Environment "production")',
        "not",
        "not .Cluster.Environment .Cluster.Alias",
        "and",
        "or",
        "eq",
        "(" * 100,
        ".Cluster.Environment .Cluster.Alias",
        'eq .Cluster.Environment "production',
    ],
)
def test_is_not_known(condition):
    assert judge(condition, FIELDS) is None


def test_a_field_that_the_cluster_lacks_is_not_known():
    assert judge('eq .Cluster.Environment "production"', {"alias": "kube-1"}) is None
    assert judge('eq .Cluster.Environment "production"', {"environment": ""}) is None
    assert judge("eq .Cluster.CriticalityLevel 2", {"criticality": "high"}) is None
