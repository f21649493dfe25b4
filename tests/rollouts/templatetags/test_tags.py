"""The tags as templates use them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Engine

from diffs.first_change import first_change
from rollouts.templatetags.icons import FOLDER

LIBRARIES = {"penumbra": "rollouts.templatetags.penumbra"}
ENGINE = Engine(dirs=[str(FOLDER.parents[1])], libraries=LIBRARIES, builtins=[*LIBRARIES.values()])
NOW = datetime(2026, 11, 21, 14, 20, tzinfo=UTC)


ROW = SimpleNamespace(state="differs", was="", is_settling=True)


def shown(source, **context):
    """Return a template's text."""
    return ENGINE.from_string(source).render(Context({"now": NOW, **context}))


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ('{% state "stale" %}', ">stale</span>"),
        ('{% state "differs" "2 differ" %}', ">2 differ</span>"),
        ('{% mode "exec" %}', "mode is-exec"),
        ("{% live True %}", "mode is-live"),
        ('{{ "truncated"|tone }}', "stale"),
        ('{{ "truncated"|state_icon }}', 'class="icon"'),
        ('{{ "only_in_legacy"|spaced }}', "only in legacy"),
        ('{% icon "check" %}', 'class="icon"'),
        ("{% ring 0.5 %}", "50 % done"),
        ("{% ago now now %}", ">now</time>"),
        ("{% when now now %}", ">Sat 21 Nov, 14:20 UTC · now</time>"),
        ("{% day now %}", ">Sat 21 Nov, 14:20 UTC</time>"),
        ("{% clock now %}", ">14:20 UTC</time>"),
        ("{% due now now %}", ">due now</time>"),
        ("{{ 372000|duration }}", "4 d 7 h"),
        ("{{ 812345|bytes }}", "812 kB"),
        ('{{ 37|counted:"cluster" }}', "37 clusters"),
        ("{% standing row %}", ">settling</span>"),
        ("{{ text|visible }}", "[U+202E]&lt;b&gt;"),
    ],
)
def test_every_tag_prints_its_piece(source, part):
    assert part in shown(source, text="\u202e<b>", row=ROW)


def test_a_polled_part_carries_all_that_htmx_needs_and_no_expression():
    html = shown("<p {% poll url 8 etag %}>", url="/?a=1&b=2", etag='"x"')

    assert 'hx-get="/?a=1&amp;b=2" hx-trigger="poll" hx-target="this"' in html
    assert 'data-poll="8" data-etag="&quot;x&quot;"' in html


def test_a_diff_says_in_words_which_side_is_live():
    html = shown("{% route_diff a b live='shadow' %}", a="-> f(1)", b="-> f(2)")
    legacy, shadow = html.split("<h3>")[1:3]

    assert "not live" in legacy
    assert "production follows this side" in shadow


def test_a_diff_holds_the_split_and_the_unified_view():
    html = shown("{% route_diff a b view='unified' %}", a="-> f(1)", b="-> f(2)")

    assert 'data-view="unified"' in html
    assert html.count("<del>-&gt; f(<mark>1</mark>)</del>") == 2
    assert html.count("<ins>-&gt; f(<mark>2</mark>)</ins>") == 2


def test_a_diff_against_nothing_says_which_side_lacks_the_route():
    html = shown('{% route_diff a "" %}', a="-> f(1)")

    assert "It has no such route." in html.split("<h3>")[2]
    assert "<mark>" not in html


def test_a_diff_of_a_format_marks_no_comma_that_only_moved():
    html = shown(
        "{% route_diff a b format='eskip' %}",
        a='-> <\n   "http://a"\n   >',
        b='-> <\n   "http://a",\n   "http://b"\n   >',
    )

    assert "<del>" not in html
    assert html.count("<ins>   &quot;http://b&quot;</ins>") == 2


def test_the_first_change_of_a_difference_is_marked_and_the_rest_counted():
    html = shown("{% change one %}", one=first_change("f(1)\ng(<b>)\nh(1)", "f(2)\ng(1)\nh(2)"))

    assert '<code class="change">f(<del>1</del><ins>2</ins>)</code>' in html
    assert "and 2 more lines that differ" in html
    assert shown("{% change one %}", one=first_change("", "")) == ""


def test_a_route_that_one_side_lacks_is_not_struck_through():
    assert '"change is-whole"' in shown("{% change one %}", one=first_change("f(1)", ""))


def test_text_of_a_route_is_never_markup():
    evil = 'Path("<script>alert(1)</script>")'

    html = shown("{% route_diff a b %}{% change one %}", a=evil, b="", one=first_change(evil, ""))

    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3
