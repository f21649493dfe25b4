"""A text that names a command to type names all of it, as it is typed from the checkout."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.tree import CODE, python_files, read, text_files

BARE = re.compile(r"(?<!python )\bmanage\.py [a-z_]+")
"""manage.py with a command, and without what runs it."""


def texts(source: str) -> list[str]:
    """Return the texts of a module that a person can come to see: all but its docstrings."""
    tree = ast.parse(source)
    told = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told
    ]


def test_no_text_of_the_code_names_a_command_that_would_not_be_found():
    found = {
        str(path): [text for text in texts(read(path)) if BARE.search(text)]
        for path in python_files(*CODE)
    }

    assert not {path: bare for path, bare in found.items() if bare}


def test_no_page_and_no_document_names_a_command_that_would_not_be_found():
    written = [path for path in text_files() if path.suffix in {".html", ".md"}]

    assert not {str(path): found for path in written if (found := BARE.findall(read(path)))}


@pytest.mark.parametrize("text", ["Run manage.py migrate.", "`manage.py grant ROLE USER`"])
def test_sees_a_command_that_would_not_be_found(text):
    assert BARE.search(text)
    assert texts(f"x = {text!r}") == [text]


@pytest.mark.parametrize(
    "text", [".venv/bin/python manage.py grant viewer vera", "beside `manage.py`", "manage.py"]
)
def test_takes_nothing_else_for_one(text):
    assert not BARE.search(text)
    assert texts(f'"""{text}"""') == []
