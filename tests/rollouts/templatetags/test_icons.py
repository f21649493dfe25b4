"""Inlined drawings."""

from __future__ import annotations

import pytest

from rollouts.templatetags.icons import FOLDER, NoSuchIcon, drawing, icon


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_every_file_is_a_drawing_without_scripts_or_styles(path):
    shapes = drawing(path.stem)

    assert shapes.startswith("<")
    assert "script" not in shapes
    assert "style=" not in shapes


def test_an_icon_without_a_label_is_hidden_from_readers():
    assert 'aria-hidden="true"' in icon("check")
    assert 'role="img" aria-label="done"' in icon("check", "done")


@pytest.mark.parametrize("name", ["no-such", "../base", "Check", ""])
def test_only_names_of_files_in_the_folder_are_read(name):
    with pytest.raises(NoSuchIcon):
        drawing(name)


def test_the_licence_lies_beside_the_drawings():
    assert "ISC License" in (FOLDER / "LICENSE").read_text()
