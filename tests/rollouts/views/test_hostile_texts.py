"""Hostile text in every parameter and field of every address: never an error of ours.

Addresses come from the permission table, fields from the forms that pages show, parameters from
their links and searching forms; each request is raw and passes all of the WSGI application.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import product
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import get_resolver, reverse

from demo.cast import make_people
from demo.people import PEOPLE
from diffs.models import Difference, Rule, SideState
from rollouts.models import Promotion, Target
from rollouts.permissions.roles import Role
from rollouts.permissions.table import ANYBODY, PERMISSIONS
from tests.raw_request import status_of
from tests.rollouts.differing import difference, shown_by
from tests.rollouts.ruling import drafted
from tests.rollouts.stage import collector_beats, differ, load, person, signed_in, stand, target
from tests.rollouts.views.fields import Page
from tests.rollouts.views.steps import standing_promotion

pytestmark = [pytest.mark.django_db]

TOKEN = "a" * 32
UNSEEN = {"healthz", "metrics"}
"""Addresses that are no page."""

FORM = "application/x-www-form-urlencoded"
TEXTS = [
    "%00",
    "kube%00-1",
    "%ED%A0%80",  # a surrogate in UTF-8
    "%5Cud800",  # one for charsets with escapes
    "%FF%FE%C0%80",
    "%EF%BF%BE",  # a noncharacter
    "%E2%80%AE",  # turns the line around
    "9" * 30,
    "%",
    "x" * 5000,
    "a%0D%0ASet-Cookie:%20x=y",
]
WORST = ["%00a%ED%A0%80", "9" * 30]
"""For each place alone: where all hold a hostile text, the first refused hides the rest."""
CHARSETS = ["utf-16", "utf-7", "unicode_escape", "rot13", "zip", "idna", "undefined", "punycode"]
TYPES = [
    *[f"{FORM}; charset={charset}" for charset in CHARSETS],
    *[f"multipart/form-data; boundary=b; charset={charset}" for charset in CHARSETS],
    "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/form-data; boundary=\xe9",
    "multipart/form-data; boundary=b; title*=nonsense''x",
    "text/plain; title*=nonsense''x",
    "text/plain; charset=x\x00y",
    ";",
]
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800\xff\x00\r\n--b--\r\n'


@dataclass(frozen=True)
class Stage:
    """What pages let a person send."""

    forms: dict[str, dict[str, str]]  # the fields of each address that forms lead to
    parameters: dict[str, frozenset[str]]  # what links and searches give to each address

    def fields(self, name: str) -> dict[str, str]:
        """Return the fields for an address; all there are where no page shows its form."""
        every = {field: text for form in self.forms.values() for field, text in form.items()}
        return self.forms.get(name, every)

    @property
    def every_parameter(self) -> list[str]:
        """All that any address takes."""
        return sorted({word for words in self.parameters.values() for word in words})


@pytest.fixture
def stage(settings) -> Stage:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.rollouts.permissions.demo_urls"
    load()
    now = collector_beats()
    make_people(PEOPLE)
    standing_promotion(target("kube-1").tier)
    stand(target("kube-1"), "different", differences=1)
    differ(target("kube-1"), "kube_shop__orders")
    stand(target("kube-2"), "suspect", side="shadow")
    SideState.objects.create(source=target("kube-2").source, side="shadow", routes=9)
    shown_by(difference(), target("kube-1"))
    drafted()
    aside = {"set_aside_reason": "gone", "set_aside_until": now.replace(year=2999)}
    Target.objects.filter(pk=target("kube-3").pk).update(**aside)
    olga, nobody = signed_in(person("olga", *Role)), signed_in(None)
    read = [Page(olga, address(name)) for name in rows("GET") if name not in UNSEEN]
    read += [Page(olga, address("target", alias)) for alias in ("kube-2", "kube-3")]
    read += [Page(nobody, address("sign-in"))]
    forms: dict[str, dict[str, str]] = {}
    for form in (form for page in read for form in page.forms if form.method == "post"):
        forms[form.leads_to] = {**form.fields, **forms.get(form.leads_to, {})}
    taken: dict[str, set[str]] = {"sign-in": {"next"}}
    for page in read:
        searches = [(form.leads_to, {*form.fields}) for form in page.forms if form.method == "get"]
        for leads_to, words in [*page.parameters.items(), *searches]:
            taken.setdefault(leads_to, set()).update(words)
    return Stage(forms, {leads_to: frozenset(words) for leads_to, words in taken.items()})


def address(name: str, alias: str = "kube-1") -> str:
    """Return an address of the table, by the names of its arguments."""
    known = {"rollout": "routesrv", "name": "test", "username": "dave"}
    known["target_id"] = str(target(alias).pk)
    known["side"] = "legacy"
    known["difference_id"] = str(Difference.objects.earliest("pk").pk)
    known["rule_id"] = str(Rule.objects.earliest("pk").pk)
    known["promotion_id"] = str(Promotion.objects.earliest("pk").pk)
    (_, _, _, converters), *_ = get_resolver().reverse_dict.getlist(name)
    return reverse(name, kwargs={word: known.get(word, "1") for word in converters})


def cookies(client: Client) -> str:
    """Return a browser's cookies as they come, with the token of forms."""
    client.get(reverse("sign-in"))
    session = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    kept = [f"{django_settings.SESSION_COOKIE_NAME}={session.value}"] if session else []
    return "; ".join([*kept, f"{django_settings.CSRF_COOKIE_NAME}={TOKEN}"])


def rows(method: str) -> list[str]:
    """Return the names of the addresses that take a method."""
    return [name for name, taken in PERMISSIONS if taken == method]


def askers(name: str, method: str) -> list[str]:
    """Return who gets far enough with an address to be read."""
    return ["olga", ""] if PERMISSIONS[name, method] == ANYBODY else ["olga"]


def browser(who: str) -> Client:
    """Return somebody's browser."""
    return signed_in(person(who) if who else None)


def errors(found: dict[str, HTTPStatus]) -> dict[str, HTTPStatus]:
    """Return the requests that ended in an error of ours."""
    return {what: status for what, status in found.items() if status >= 500}


def test_the_stage_shows_forms_links_and_searches(stage):
    assert {"sign-in", "sign-out", "demo-sign-in", "tier-look", "target-look"} <= stage.forms.keys()
    assert {"reason", "days", "version", "next"} <= stage.forms["target-set-aside"].keys()
    assert {"reason", "version", "routes"} <= stage.forms["target-acknowledge"].keys()
    assert {"version"} <= stage.forms["target-return"].keys()
    assert {"username", "password", "next"} <= stage.forms["sign-in"].keys()
    assert {"q", "state", "sort"} <= stage.parameters["tier"]
    assert {"d", "view", "kind", "q"} <= stage.parameters["target-differences"]
    assert "next" in stage.parameters["sign-in"]


def test_any_text_may_stand_in_any_parameter(stage):
    everywhere = ["&".join(f"{word}={text}" for word in stage.every_parameter) for text in TEXTS]
    found = {}
    for row, who in [(name, who) for name in rows("GET") for who in askers(name, "GET")]:
        path, cookie = address(row), cookies(browser(who))
        own = sorted(stage.parameters.get(row, ()))
        for query in [*everywhere, *[f"{word}={text}" for word in own for text in WORST]]:
            found[f"{who} {path}?{query}"] = status_of(path=path, query=query, cookie=cookie)

    assert len(found) > len(rows("GET")) * len(everywhere)
    assert not errors(found)


def test_any_text_may_stand_in_any_field(stage):
    found = {}
    for row, who in [(name, who) for name in rows("POST") for who in askers(name, "POST")]:
        path, cookie = address(row), cookies(browser(who))
        for form in hostile_forms(stage.fields(row)):
            is_out = row in {"sign-in", "demo-sign-in", "sign-out"}
            found[f"{who} {path} {form}"] = status_of(
                "POST",
                path,
                body=f"csrfmiddlewaretoken={TOKEN}&{form}".encode(),
                content_type=FORM,
                cookie=cookies(browser(who)) if is_out else cookie,  # these end a session
            )

    assert len(found) >= len(rows("POST")) * len(TEXTS)
    assert not errors(found)
    assert HTTPStatus.NOT_FOUND not in found.values()


def hostile_forms(fields: dict[str, str]) -> Iterator[str]:
    """Yield forms: each text in every field, and the worst in one field beside good ones."""
    names = [*fields, "unknown"]
    names.remove("csrfmiddlewaretoken")
    yield from ("&".join(f"{quote(name)}={text}" for name in names) for text in TEXTS)
    for hostile, text in product(names, WORST):
        good = {name: quote(fields.get(name, "")) for name in names}
        yield "&".join(f"{quote(name)}={told}" for name, told in {**good, hostile: text}.items())


def test_any_type_of_body_may_be_claimed(stage):
    read = {address("tier"): cookies(browser("olga")), address("sign-in"): cookies(browser(""))}
    sent = {**read, address("target-set-aside"): read[address("tier")]}
    queries = ["q=%5Cud800&next=%5Cud800", "q=%ED%A0%80&kind=%00"]

    found = {
        f"GET {path}?{query} {kind}": status_of(
            path=path, query=query, content_type=kind, cookie=cookie
        )
        for path, cookie in read.items()
        for query in queries
        for kind in TYPES
    }
    found |= {
        f"POST {path} {body!r} {kind}": status_of(
            "POST", path, body=body, content_type=kind, cookie=cookie
        )
        for path, cookie in sent.items()
        for body in (MULTIPART % b"username", b"a=%ff")
        for kind in TYPES
    }

    assert not errors(found)
    assert HTTPStatus.OK in found.values()
