"""`manage.py grant`: roles everywhere, in a rollout, in a tier; unknown names are said."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from ledger.models import AuditRecord
from rollouts.models import Grant
from rollouts.permissions.roles import Role
from rollouts.queries.authority import roles_of
from tests.rollouts.stage import load, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def stage():
    load()


def grant(*arguments: str) -> list[str]:
    """Run the command and return the lines it printed."""
    out = StringIO()
    call_command("grant", *arguments, stdout=out)
    return out.getvalue().splitlines()


def roles(name: str, alias: str, rollout: str = "routesrv") -> set[str]:
    """Return what somebody may be in the tier of a target."""
    return set(roles_of(User.objects.get(username=name), target(alias, rollout).tier))


def test_the_first_operator_is_made_known_and_told_to_set_a_password():
    assert grant("operator", "olga") == [
        "olga is operator everywhere.",
        f"Set a password: {settings.MANAGE} changepassword olga",
    ]

    user = User.objects.get(username="olga")
    assert user.is_active
    assert not user.has_usable_password()
    assert not user.is_superuser
    assert roles("olga", "kube-1", "cache") == {"operator"}


def test_a_role_in_a_rollout_holds_in_its_tiers_only():
    grant("approver", "bob", "--rollout", "routesrv")

    assert roles("bob", "kube-1") == roles("bob", "kube-3") == {"approver"}
    assert roles("bob", "kube-1", "cache") == set()


def test_a_role_in_a_tier_holds_there_only():
    assert grant("approver", "bob", "--rollout", "routesrv", "--tier", "production")[0] == (
        "bob is approver in routesrv/production."
    )

    assert roles("bob", "kube-3") == {"approver"}
    assert roles("bob", "kube-1") == roles("bob", "kube-1", "cache") == set()


def test_a_tier_of_the_same_name_in_another_rollout_is_another_tier():
    grant("approver", "bob", "--rollout", "cache", "--tier", "test")

    assert roles("bob", "kube-1", "cache") == {"approver"}
    assert roles("bob", "kube-1") == set()


def test_giving_a_role_twice_gives_it_once():
    grant("viewer", "vera")
    records = AuditRecord.objects.count()

    grant("viewer", "vera")

    assert Grant.objects.count() == 1
    assert AuditRecord.objects.count() == records


def test_each_role_is_on_the_trail_with_who_gave_it():
    grant("viewer", "vera", "--rollout", "cache")

    record = AuditRecord.objects.latest("seq")
    assert (record.action, record.subject) == ("role_granted", "person vera")
    assert record.after == {"role": "viewer", "scope": "cache"}
    assert record.actor.startswith("command line: ")


def test_who_has_a_password_is_not_told_to_set_one():
    User.objects.create_user("olga", password="correct horse battery")

    assert grant("operator", "olga") == ["olga is operator everywhere."]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rollout", "nope"], r"no rollout nope\. There are: routesrv, cache\."),
        (["--rollout", "cache", "--tier", "nope"], r"cache has no tier nope\. It has: test\."),
        (["--tier", "test"], r"give --rollout as well"),
    ],
)
def test_an_unknown_scope_is_refused_with_those_there_are(arguments, words):
    with pytest.raises(CommandError, match=words):
        grant("viewer", "vera", *arguments)

    assert not User.objects.filter(username="vera").exists()


def test_an_unknown_role_is_refused_with_those_there_are():
    with pytest.raises(CommandError, match=r"invalid choice.*viewer.*requester.*approver"):
        grant("admin", "vera")


@pytest.mark.parametrize("name", ["", "   ", "a b", "x" * 151, "eve\x00", "al\u202eice", "a/../b"])
def test_a_name_that_nobody_could_sign_in_with_is_refused(name):
    with pytest.raises(CommandError, match="is not a name to sign in with"):
        grant("viewer", name)

    assert not User.objects.exists()


def test_a_name_is_kept_as_the_sign_in_form_spells_it():
    grant("viewer", "\ufb01ona")  # a ligature

    assert User.objects.get().username == "fiona"


def test_a_deactivated_person_is_given_nothing():
    User.objects.create(username="gone", is_active=False)

    with pytest.raises(CommandError, match="gone is deactivated"):
        grant("viewer", "gone")

    assert not Grant.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_be_given(role):
    grant(role.value, "pat")

    assert roles("pat", "kube-1") == {role.value}
