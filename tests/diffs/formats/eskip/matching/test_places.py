"""Where a path leads in the tree, by the rules and examples of Skipper's documentation."""

from __future__ import annotations

import pytest

from diffs.formats.eskip.matching.paths import clean
from tests.diffs.formats.eskip.matching.tables import answers


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [
        ("", "/"),
        ("a//b/", "/a/b/"),
        ("/abc/./def", "/abc/def"),
        ("/abc/.", "/abc/"),
        ("/abc/def/..", "/abc"),
        ("/abc/def/../ghi/../jkl", "/abc/jkl"),
        ("../../abc", "/abc"),
        ("..", "/"),
        ("./", "/"),
    ],
)
def test_a_path_is_cleaned_before_anything_else(path, cleaned):
    assert clean(path) == cleaned


@pytest.mark.parametrize(
    ("path", "matching", "others"),
    [
        ("/foo/bar", ["/foo/bar"], ["/foo/bar/", "/foo", "/foo/bar/baz"]),
        ("/foo/bar/", ["/foo/bar/"], ["/foo/bar"]),
        ("/foo/:id", ["/foo/anything"], ["/foo/", "/foo", "/foo/a/b"]),
        ("/foo/:id/baz", ["/foo/anything/baz"], ["/foo/baz", "/foo//baz"]),
        ("/foo/*rest", ["/foo/bar/baz", "/foo/bar"], ["/foo", "/foo/"]),
        ("/foo/**", ["/foo/bar/baz"], ["/foo/"]),
        ("foo//./bar", ["/foo/bar"], ["/foo"]),
    ],
)
def test_a_path_matches_as_documented(path, matching, others):
    table = f'a: Path("{path}") -> "http://a";'
    assert [answers(table, f"GET {one}") for one in matching] == ["a"] * len(matching)
    assert [answers(table, f"GET {one}") for one in others] == [""] * len(others)


@pytest.mark.parametrize("path", ["/foo", "/foo/", "/foo/*rest", "/foo/**"])
def test_a_subtree_matches_its_path_and_all_below_with_and_without_the_slash(path):
    table = f'a: PathSubtree("{path}") -> "http://a";'
    assert [answers(table, f"GET {one}") for one in ("/foo", "/foo/", "/foo/bar", "/foo/b/c")] == (
        ["a"] * 4
    )
    assert [answers(table, f"GET {one}") for one in ("/", "/food", "/bar/foo")] == [""] * 3


@pytest.mark.parametrize("path", ["/", "/*rest"])
def test_a_subtree_of_the_root_matches_everything(path):
    table = f'a: PathSubtree("{path}") -> "http://a";'
    assert {answers(table, f"GET {one}") for one in ("/", "/foo", "/foo/bar/")} == {"a"}


TREE = """
fixed: Path("/users/abc/edit") -> "http://fixed";
named: Path("/users/:id/edit") -> "http://named";
any: Path("/users/:id/:action") -> "http://any";
rest: Path("/users/*rest") -> "http://rest";
posted: Path("/users/abc/:action") && Method("POST") -> "http://posted";
"""


@pytest.mark.parametrize(
    ("request_text", "route"),
    [
        ("GET /users/abc/edit", "fixed"),
        ("GET /users/abd/edit", "named"),
        ("GET /users/abd/show", "any"),
        ("GET /users/abd/show/more", "rest"),
        ("GET /users/abc", "rest"),
        ("POST /users/abc/show", "posted"),
        ("GET /users/abc/show", "any"),
    ],
)
def test_fixed_goes_before_wildcard_before_free_wildcard_and_back_where_that_fails(
    request_text, route
):
    assert answers(TREE, request_text) == route


@pytest.mark.parametrize(
    ("request_text", "route"),
    [("PUT /foo/bar", "subtree"), ("PUT /foo", "subtree"), ("GET /foo", "path"), ("GET /bar", "")],
)
@pytest.mark.parametrize("path", ["/foo/", "/foo"])
def test_a_subtree_and_a_path_share_a_place(path, request_text, route):
    table = f"""
    subtree: PathSubtree("{path}") && Method("PUT") -> "http://subtree";
    path: Path("/foo") -> "http://path";
    """
    assert answers(table, request_text) == route
