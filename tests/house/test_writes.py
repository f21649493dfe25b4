"""Only operations write: one verb, one file, one transaction.

The check reads the code. It takes for a write: the calls that only a queryset or manager has, a
`save` or `delete` of anything, `create` and `update` on a queryset, and SQL that changes rows.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, python_files, read

ALWAYS = {
    "abulk_create", "acreate", "adelete", "aget_or_create", "asave", "aupdate", "bulk_create",
    "bulk_update", "get_or_create", "save", "select_for_update", "update_or_create",
}  # fmt: skip
ON_QUERYSETS = {"create", "update", "delete", "add", "set", "remove", "clear"}
QUERYSET = {"objects", "filter", "exclude", "all", "order_by", "select_related", "using"}
SQL = ("INSERT ", "UPDATE ", "DELETE ", "TRUNCATE ", "DROP ")
# The ledger's own functions are called by operations in their transaction; migrations are not read.
WRITERS = {"operations", "ledger", "tests"}
EXCEPTIONS = {
    "demo/cast.py",  # the names of people who exist only in the demo
    "diffs/benchmark/grouping.py",  # a database of its own, thrown away after the measure
}


def receiver_names(node: ast.expr) -> set[str]:
    """Return the names along a chain: User.objects.filter(…) gives User, objects, filter."""
    names: set[str] = set()
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
            node = node.value
        else:
            return names | ({node.id} if isinstance(node, ast.Name) else set())


def is_write(node: ast.AST) -> bool:
    """Whether a node changes rows."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.lstrip().startswith(SQL)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    if node.func.attr in ALWAYS:
        return True
    is_of_row = node.func.attr == "delete" and isinstance(node.func.value, ast.Name)
    chain = receiver_names(node.func.value)
    return is_of_row or (node.func.attr in ON_QUERYSETS and bool(chain & QUERYSET))


def writes_in(text: str) -> list[int]:
    """Return the lines on which a text of Python writes."""
    found = [node for node in ast.walk(ast.parse(text)) if is_write(node)]
    return sorted({node.lineno for node in found if isinstance(node, ast.expr)})


def allowed(path: Path) -> bool:
    """Whether the file may write."""
    return bool(WRITERS & set(path.parts)) or str(path) in EXCEPTIONS


def test_only_operations_write():
    found = [
        f"{path}:{line}"
        for path in python_files()
        if not allowed(path)
        for line in writes_in(read(ROOT / path))
    ]

    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "Target.objects.create(key=1)",
        "Target.objects.filter(key=1).update(mode='off')",
        "Target.objects.all().delete()",
        "target.save()",
        "target.delete()",
        "Target.objects.bulk_create(rows)",
        "tier.targets.all().filter(x=1).update(y=2)",
        "cursor.execute('UPDATE rollouts_target SET mode = 1')",
    ],
)
def test_sees_a_write(text):
    assert writes_in(text) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "hashlib.sha256().update(data)",
        "{}.update(a=1)",
        "Target.objects.filter(key=1).values()",
        "seen.add(1)",
        "form.clean()",
        "response.delete_cookie('x')",
    ],
)
def test_takes_nothing_else_for_a_write(text):
    assert not writes_in(text)
