"""Laws of rules, for pairs of routes of all kinds and rules of every kind."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from diffs.formats.eskip.route import sort_key
from diffs.formats.eskip.route_pair import ROLES, RoutePair, backend_of, route_pair
from diffs.formats.eskip.voice import VOICE, parse_text
from diffs.part import Role
from diffs.report import Finding, Kind
from tests.diffs.formats.eskip.strategies import plainly
from tests.diffs.formats.eskip.strategies import routes as any_routes
from tests.diffs.rules.ruling import EVERYWHERE, ruled
from tests.diffs.rules.strategies import (
    EVERY_RULE,
    ON_ROUTES,
    PODS,
    canonical,
    differing,
    routes,
)

KEYS = st.sampled_from(["kube_a", "kube_b", "kube_c", "x"])
pairs = st.tuples(routes(), routes()).map(lambda both: RoutePair(*both))
rules_on_routes = st.sampled_from([*ON_ROUTES, PODS])


def sets_of(rules, most):
    return st.lists(st.sampled_from(rules), unique_by=lambda one: one.id, max_size=most)


rule_sets = sets_of(EVERY_RULE, 12) | st.just(EVERY_RULE)
small_sets = sets_of(EVERY_RULE, 5)
told = replace(EVERYWHERE, invalid={"kube_c": "unknown_filter"}, unique={"kube_a", "kube_b", "x"})


def parts(pair, side):
    route = getattr(pair, side)
    return {
        Role.PREDICATE: route.predicates,
        Role.FILTER: route.filters,
        Role.BACKEND: backend_of(route),
    }


def several(found):
    """Return findings of which each id has one."""
    return list({each.key: each for each in found}.values())


def fates(after):
    """Return what became of each finding, by id."""
    return {
        **{each.key: "visible" for each in after.visible},
        **{each.finding.key: each.rules for each in after.hidden},
        **{each.finding.key: (each.rule, each.error) for each in after.explained},
    }


@given(any_routes(), any_routes())
def test_a_pair_is_read_as_its_two_texts_are(one, other):
    left, right = (VOICE.text(b"r: " + plainly(each)) for each in (one, other))
    whole = RoutePair(parse_text(left), parse_text(right))

    pair = route_pair(left, right)

    assert pair.differing() == whole.differing()
    for side in ("left", "right"):
        read, meant = getattr(pair, side), getattr(whole, side)
        if pair.differs(Role.PREDICATE):
            assert sorted(read.predicates, key=sort_key) == list(meant.predicates)
        if pair.differs(Role.FILTER):
            assert read.filters == meant.filters
        if pair.differs(Role.BACKEND):
            assert backend_of(read) == backend_of(meant)


@given(pairs, rules_on_routes)
def test_a_rule_changes_nothing_but_the_parts_that_it_names(pair, rule):
    after = rule.what.normalised(pair)

    for role in set(ROLES) - rule.what.touches:
        assert parts(after, "left")[role] == parts(pair, "left")[role]
        assert parts(after, "right")[role] == parts(pair, "right")[role]


@given(pairs, rules_on_routes)
def test_a_rule_of_one_side_leaves_the_other_side_alone(pair, rule):
    after = rule.what.normalised(pair)

    if rule.what.side == "legacy":
        assert after.right == pair.right
    if rule.what.side == "shadow":
        assert after.left == pair.left


@given(pairs, rules_on_routes)
def test_a_rule_applied_again_changes_nothing_more(pair, rule):
    once = rule.what.normalised(pair)

    assert rule.what.normalised(once) == once


@given(routes(), rules_on_routes)
def test_no_rule_makes_two_equal_routes_differ_unless_it_is_of_one_side(route, rule):
    same = RoutePair(route, route)

    assert rule.what.side in ("legacy", "shadow") or not rule.what.normalised(same).differing()


@given(st.lists(differing(KEYS), max_size=4).map(several), rule_sets, st.data())
def test_neither_the_order_of_routes_nor_that_of_rules_matters(found, rules, data):
    shuffled = data.draw(st.permutations(found)), data.draw(st.permutations(rules))

    one, other = ruled(found, *rules, context=told), ruled(shuffled[0], *shuffled[1], context=told)

    assert fates(one) == fates(other)
    assert (one.hits, one.digest) == (other.hits, other.digest)


@given(st.lists(differing(KEYS), max_size=4).map(several), rule_sets)
def test_every_finding_is_in_one_place_in_its_order_and_every_hit_is_counted(found, rules):
    after = ruled(found, *rules, context=told)

    assert len(after.visible) + len(after.hidden) + len(after.explained) == len(found)
    assert list(after.visible) == [each for each in found if each in after.visible]
    assert sum(after.hits.values()) == (
        sum(len(each.rules) for each in after.hidden) + len(after.explained)
    )


@given(differing(), sets_of(ON_ROUTES, 12) | st.just(ON_ROUTES))
def test_a_pair_whose_backend_goes_elsewhere_is_never_hidden_by_a_rule_that_does_not_say_so(
    found, rules
):
    def addresses(side):
        route = parse_text(side)
        return route.backend_type, route.backend, [each.address for each in route.lb_endpoints]

    after = ruled([found], *rules)

    for each in after.hidden:
        assert addresses(each.finding.left) == addresses(each.finding.right)


@given(differing(), small_sets, st.sampled_from(EVERY_RULE))
def test_one_rule_more_never_brings_back_what_others_hide(found, rules, more):
    fewer = [one for one in rules if one.id != more.id][:4]

    before, after = ruled([found], *fewer, context=told), ruled([found], *fewer, more, context=told)

    assert not before.hidden or not after.visible


@given(differing(), rule_sets)
def test_none_of_the_rules_that_hide_a_finding_can_be_left_out(found, rules):
    by_id = {one.id: one for one in rules}

    for each in ruled([found], *rules, context=told).hidden:
        needed = [by_id[rule_id] for rule_id in each.rules]
        assert ruled([found], *needed, context=told).hidden
        for left_out in needed:
            rest = [one for one in needed if one is not left_out]
            assert ruled([found], *rest, context=told).visible


@given(routes(), routes(), rule_sets, st.sampled_from([Kind.REFUSED, Kind.DUPLICATE_ID]))
def test_what_is_refused_or_repeated_is_visible_under_every_set_of_rules(left, right, rules, kind):
    found = Finding("kube_b", kind, canonical(left), canonical(right))
    invalid = replace(told, invalid={"kube_b": "x"})

    assert ruled([found], *rules, context=invalid).visible == (found,)
