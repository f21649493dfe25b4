"""Who may open what: every address, method and role, held against the table."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from diffs.models import Difference, Rule, SideState
from diffs.operations.store_body import store_body
from ledger.clock import database_now
from rollouts.models import Promotion
from rollouts.permissions.roles import Role
from rollouts.permissions.table import ANYBODY, PERMISSIONS, SCRAPING, SIGNED_IN
from tests.diffs.operations.recorded import drafted
from tests.rollouts.differing import difference, shown_by
from tests.rollouts.permissions.addresses import METHODS, url_names
from tests.rollouts.stage import collector_beats, load, person, signed_in, target
from tests.rollouts.views.steps import standing_promotion

pytestmark = [pytest.mark.django_db]

DEMO_URLS = "tests.rollouts.permissions.demo_urls"
BARE_URLS = "tests.rollouts.permissions.bare_urls"

# Who asks -> (roles, rollout, tier of the grant); the addresses are those of routesrv/test.
PEOPLE: dict[str, tuple[tuple[Role, ...], str, str] | None] = {
    "nobody": None,
    "no role": ((), "", ""),
    **{role.value: ((role,), "", "") for role in Role},
    "approver of the rollout": ((Role.APPROVER,), "routesrv", ""),
    "approver of the tier": ((Role.APPROVER,), "routesrv", "test"),
    "approver of another rollout": ((Role.APPROVER,), "cache", ""),
    "operator of another tier": ((Role.OPERATOR,), "routesrv", "production"),
    "requester of another tier": ((Role.REQUESTER,), "routesrv", "production"),
    "viewer of another tier": ((Role.VIEWER,), "routesrv", "production"),
    "viewer here, operator there": ((Role.OPERATOR,), "cache", "test"),
}
ELSEWHERE = {
    "approver of another rollout", "operator of another tier", "requester of another tier",
    "viewer of another tier", "viewer here, operator there",
}  # fmt: skip
OF_NO_TIER = {"healthz", "sign-in", "demo-sign-in", "sign-out", "overview", "rule-new"}
NAMES = sorted(set(url_names(DEMO_URLS)))


@pytest.fixture(autouse=True)
def stage(settings):
    settings.ROOT_URLCONF = DEMO_URLS
    load()
    collector_beats()
    person("dave", Role.VIEWER)
    standing_promotion(target("kube-1").tier)
    shown_by(difference(), target("kube-1"))
    now = database_now()
    kept = store_body("a" * 64, b'a: * -> "http://a";', like=None, now=now)
    SideState.objects.create(source=target("kube-1").source, side="legacy", snapshot=kept)
    drafted({"kind": "ignore-zone", "scope": {"rollout": "routesrv", "tier": "test"}})


WITHOUT_ARGUMENTS = {"differences", "promotions", "rules", "rule-new"}


def address(name: str) -> str:
    """Return an address of routesrv/test."""
    if name in {"target-raw", "target-canonical"}:
        return reverse(name, args=[target("kube-1").pk, "legacy"])
    rows: dict[str, Callable[[], list[object]]] = {
        "tier": lambda: ["routesrv", "test"],
        "target": lambda: [target("kube-1").pk],
        "promotion": lambda: [Promotion.objects.get().pk],
        "difference": lambda: [Difference.objects.get().pk],
        "rule": lambda: [Rule.objects.get().pk],
        "demo-sign-in": lambda: ["dave"],
    }
    named = [] if name in WITHOUT_ARGUMENTS else [one for one in rows if name.startswith(one)]
    return reverse(name, args=rows[named[0]]() if named else [])


def user_of(who: str) -> User | None:
    """Return one of PEOPLE; None for nobody."""
    grant = PEOPLE[who]
    if grant is None:
        return None
    roles, rollout, tier = grant
    if who == "viewer here, operator there":
        person("eve", Role.VIEWER, rollout="routesrv", tier="test")
    return person("eve", *roles, rollout=rollout, tier=tier)


def expected(name: str, method: str, who: str) -> str:
    """Say what the table means for a person: in, sign in, refused, or no such method."""
    row = PERMISSIONS.get((name, "GET" if method == "HEAD" else method))
    if row is None:
        return "no such method"
    if row == ANYBODY:
        return "in"
    if row == SCRAPING:
        return "refused"  # nobody shows the token here
    if who == "nobody":
        return "sign in"
    if row == SIGNED_IN:
        return "in"
    grant = PEOPLE[who]
    roles = set(grant[0] if grant else ())
    if who == "viewer here, operator there":
        roles.add(Role.VIEWER)
    is_change_elsewhere = method == "POST" and name not in OF_NO_TIER and who in ELSEWHERE
    return "in" if roles & row and not is_change_elsewhere else "refused"


def answered(response: HttpResponseBase) -> str:
    """Say what an answer means."""
    status = HTTPStatus(response.status_code)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return "no such method"
    if status == HTTPStatus.FORBIDDEN:
        return "refused"
    if status == HTTPStatus.FOUND and response["Location"].startswith(reverse("sign-in")):
        return "sign in"
    assert status in {
        HTTPStatus.OK,
        HTTPStatus.FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.CONFLICT,
    }, status
    return "in"


def test_the_table_gives_each_role_what_its_sentence_says():
    granted = {
        role: {f"{method} {name}" for (name, method), roles in PERMISSIONS.items() if role in roles}
        for role in Role
    }

    looking = {f"GET {name}" for name in ("overview", "frame", "tier", "target")}
    looking |= {f"GET {name}" for name in ("target-differences", "audit")}
    looking |= {f"GET audit-{name}" for name in ("csv", "json")}
    looking |= {"GET inbox", "GET promotions", "GET promotion", "GET promotion-short"}
    looking |= {f"GET target-{name}" for name in ("raw", "canonical", "sums", "hidden")}
    looking |= {"GET promotion-evidence", "GET demo-mail", "GET demo-slack"}
    looking |= {"GET rules", "GET rule", "GET rule-short", "GET rule-new"}
    asking = {f"POST rule-{name}" for name in ("new", "preview", "cancel", "retire", "discard")}
    asking |= {"POST tier-look", "POST target-look", "POST tier-roll-back"}
    asking |= {"POST promotion-withdraw"}
    looking |= {"GET differences", "GET difference", "GET difference-short"}
    asking |= {f"POST difference-{name}" for name in ("verdict", "own", "comment")}
    requesting = {"POST tier-request", "POST tier-preview"}
    approving = {"POST promotion-approve", "POST promotion-reject", "POST rule-activate"}
    deciding = {f"POST target-{name}" for name in ("set-aside", "return", "acknowledge")}
    deciding |= {f"POST difference-{name}" for name in ("agree", "undo", "hold-out")}
    assert granted == {
        Role.VIEWER: looking,
        Role.REQUESTER: looking | asking | requesting,
        Role.APPROVER: looking | asking | requesting | approving | deciding,
        Role.OPERATOR: looking | asking | deciding,
    }


def test_without_a_role_there_is_only_the_way_in_and_out():
    open_to = {
        f"{method} {name}": row
        for (name, method), row in PERMISSIONS.items()
        if row in (ANYBODY, SIGNED_IN, SCRAPING)
    }

    assert open_to == {
        "GET healthz": ANYBODY,
        "GET metrics": SCRAPING,
        "GET sign-in": ANYBODY,
        "POST sign-in": ANYBODY,
        "POST demo-sign-in": ANYBODY,
        "POST sign-out": SIGNED_IN,
    }


def test_the_table_has_a_row_for_every_address_and_no_other():
    assert "" not in NAMES
    assert {name for name, _ in PERMISSIONS} == set(NAMES)


def test_what_is_the_demos_exists_only_in_the_demo():
    only_there = set(NAMES) - set(url_names("config.urls"))

    assert only_there == {"demo-sign-in", "demo-mail", "demo-slack"}


def ask(client: Client, name: str, method: str) -> str:
    """Send one request and say what its answer means; whoever leaves or changes signs in again."""
    before = client.session.get("_auth_user_id")
    response = client.generic(method, address(name))
    after = client.session.get("_auth_user_id")
    if before != after:
        client.logout()
        if before:
            client.force_login(User.objects.get(pk=before))
    if (name, method) == ("sign-out", "POST") and before:
        assert after is None
        return "in"  # signing out leads to the sign-in as well
    return answered(response)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_address_and_method_answers_as_the_table_says(who):
    asked = [(name, method) for name in NAMES for method in METHODS]
    client = signed_in(user_of(who))

    found = {(name, method): ask(client, name, method) for name, method in asked}

    assert found == {(name, method): expected(name, method, who) for name, method in asked}


@pytest.mark.parametrize("path", ["/forgotten/", "/nameless/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_an_address_without_a_row_is_closed_to_everybody(settings, path, method):
    settings.ROOT_URLCONF = BARE_URLS

    for client in (signed_in(None), signed_in(person("olga", *Role))):
        response = client.generic(method, path)

        assert response.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.FOUND}
        assert b"secret plans" not in response.content
    assert response.status_code == HTTPStatus.FORBIDDEN


GETS = [name for (name, method), row in PERMISSIONS.items() if method == "GET" and row != SCRAPING]


@pytest.mark.parametrize("name", [name for name in GETS if not name.endswith("-short")])
def test_head_is_get_without_the_body(name):
    client = signed_in(person("vera", Role.VIEWER)) if name != "sign-in" else signed_in(None)

    get, head = client.get(address(name)), client.head(address(name))

    assert head.status_code == get.status_code == HTTPStatus.OK
    assert b"".join(head) == b""
    assert b"".join(get)


def test_a_refused_method_is_told_which_ones_there_are():
    client = signed_in(person("vera", Role.VIEWER))

    assert client.delete(address("overview"))["Allow"] == "GET, HEAD"
    assert client.get(address("target-look"))["Allow"] == "POST"
    assert client.put(address("sign-in"))["Allow"] == "GET, HEAD, POST"
