"""A foreign key over two columns: an approval is of the request of who asked for it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter

from ledger import triggers
from rollouts.models import Approval, Promotion
from rollouts.models.constraints import CompositeForeignKey
from tests.factories import UserFactory
from tests.plugins.superuser import superuser
from tests.rollouts.models.raw import APPROVAL, PROMOTION, approval, copy, promotion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

REFUSED = "approval_of_that_request|FOREIGN KEY constraint failed"


@contextmanager
def refused_at_commit():
    """Expect what is written in this block to be taken until the commit, which refuses it."""
    reached_the_end = False
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        yield
        reached_the_end = True
    assert reached_the_end


def forge(given):
    """Write an approval by who asked, under another name for who asked."""
    copy(
        APPROVAL,
        given.pk,
        approver_id=given.promotion.requested_by_id,
        requested_by_id=UserFactory.create().pk,
    )


@contextmanager
def one_more_column(model, restore):
    """Rebuild a table by adding a column, and again by taking it away."""
    field = models.IntegerField(null=True)
    field.set_attributes_from_name("passing")
    field.model = model
    try:
        with connection.schema_editor() as editor:
            editor.add_field(model, field)
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.remove_field(model, field)
        restore()


def has_column(table, name):
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return name in {column.name for column in described}


def test_who_asked_cannot_approve_under_another_name_for_who_asked():
    given = approval(promotion("pending"))

    with refused_at_commit():
        forge(given)

    assert Approval.objects.count() == 1


def test_an_approval_of_a_promotion_that_is_not_there_is_refused():
    given = approval(promotion("pending"))

    with pytest.raises(IntegrityError), transaction.atomic():
        copy(APPROVAL, given.pk, promotion_id=given.promotion_id + 1000)


def test_the_promotion_and_its_approval_may_come_in_either_order_within_a_transaction():
    given = approval(promotion("pending"))
    coming = given.promotion_id + 1000

    with transaction.atomic():
        copy(APPROVAL, given.pk, promotion_id=coming)
        promotion("pending", pk=coming, requested_by=given.requested_by)

    assert Approval.objects.filter(promotion_id=coming).count() == 1


@pytest.mark.parametrize(("model", "table"), [(Approval, APPROVAL), (Promotion, PROMOTION)])
def test_the_key_outlives_every_rebuild_of_either_table(model, table):
    given = approval(promotion("pending"))

    with one_more_column(model, triggers.install):
        assert has_column(table, "passing")
        with refused_at_commit():
            forge(given)
    assert not has_column(table, "passing")
    with refused_at_commit():
        forge(given)

    copy(APPROVAL, given.pk, approver_id=UserFactory.create().pk)
    assert Approval.objects.count() == 2


def test_taking_the_key_away_and_putting_it_back_are_each_one_statement():
    given = approval(promotion("pending"))
    (key,) = (one for one in Approval._meta.constraints if isinstance(one, CompositeForeignKey))
    others = [one for one in Approval._meta.constraints if one is not key]

    try:
        Approval._meta.constraints = others
        with connection.schema_editor() as editor:
            editor.remove_constraint(Approval, key)
        with transaction.atomic():
            forge(given)
        assert Approval.objects.count() == 2
        with superuser():
            Approval.objects.exclude(pk=given.pk).delete()
    finally:
        Approval._meta.constraints = [*others, key]
        with connection.schema_editor() as editor:
            editor.add_constraint(Approval, key)
        triggers.install()

    with refused_at_commit():
        forge(given)


def test_a_migration_writes_the_key_down_and_reads_the_same_back():
    key = CompositeForeignKey(
        fields=("promotion", "requested_by"), to="t", to_columns=("id", "by"), name="n"
    )

    text, imports = MigrationWriter.serialize(key)
    scope: dict[str, object] = {}
    exec("\n".join(imports), scope)  # noqa: S102
    assert eval(text, scope) == key  # noqa: S307


@pytest.mark.parametrize(
    "changed", [{"fields": ("promotion",)}, {"to": "u"}, {"to_columns": ("id",)}, {"name": "m"}]
)
def test_two_keys_are_equal_only_if_every_part_is(changed):
    parts = {"fields": ("a", "b"), "to": "t", "to_columns": ("c", "d"), "name": "n"}

    assert CompositeForeignKey(**parts) == CompositeForeignKey(**parts)
    assert CompositeForeignKey(**parts) != CompositeForeignKey(**{**parts, **changed})
    assert CompositeForeignKey(**parts) != models.Q()


def test_a_key_without_a_table_is_a_mistake_that_is_told():
    key = CompositeForeignKey(fields=("a",), to="t", to_columns=("b",), name="n")

    with pytest.raises(TypeError, match="a table of a database"):
        key.constraint_sql(None, None)
