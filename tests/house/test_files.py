"""What every file of the repository keeps to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, lines_matching, python_files, read, text_files

LONGEST = 250
CATCH_ALL = {"common", "helper", "helpers", "misc", "service", "services", "util", "utils"}
NAMED_BY_ITS_FIELD = {"demo/fleet/services.py"}  # the Services of a Kubernetes cluster
UNFINISHED = r"\b(?:TO" r"DO|FIX" r"ME|X{3}|NotImplemented" r"Error)\b"
SKIPPED = r"pytest\.(?:mark\.)?(?:sk" r"ip|xfa" r"il)|@sk" r"ip|\bsk" r"ipTest\("
INDEX = (
    r"^(?:-i|--index-url|--extra-index-url|--find-links)\b"
    r'|registry = "ht' r'tp|"resolved": "ht' r"tp"
)  # fmt: skip
OF_ONE_MACHINE = r"(?<![\w.:/}*-])/(?:home|root|Users|work)/\w"


def test_no_python_file_is_longer_than_a_person_reads_at_once():
    long = {str(path): read(path).count("\n") for path in python_files()}

    assert not {path: lines for path, lines in long.items() if lines > LONGEST}


def test_no_module_is_a_catch_all():
    found = {str(path) for path in python_files() if {path.stem, *path.parts} & CATCH_ALL}

    assert not found - NAMED_BY_ITS_FIELD


def test_nothing_is_left_unfinished():
    written = [path for path in text_files() if path.suffix in {".py", ".html", ".js", ".css"}]

    assert not lines_matching(written, UNFINISHED)


def test_no_test_is_skipped_or_expected_to_fail():
    tests = [path for path in python_files("tests") if path.stem != "test_files"]

    assert not lines_matching(tests, SKIPPED)


def test_no_file_names_a_package_index():
    assert not lines_matching(text_files(), INDEX)


def test_no_file_names_a_folder_of_one_machine():
    assert not lines_matching(text_files(), OF_ONE_MACHINE)
    assert not lines_matching(text_files(), re.escape(f"{ROOT.parent}/"))


def test_pins_stand_in_requirements_files_alone():
    assert not [path for path in files() if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}]


LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_has_its_hashes(lock):
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", read(ROOT / lock)).strip())

    assert entries
    for entry in entries:
        assert re.match(r"[\w.\-\[\],]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_runs_in_production_is_what_was_tested():
    def pins(lock):
        return set(re.findall(r"(?m)^[\w.\-\[\],]+==\S+", read(ROOT / lock)))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def mirrors_a_module(path: Path) -> bool:
    """Whether tests/app/part/test_x.py has an app/part/x, or tests a behaviour of app/part."""
    folders, name = path.parent.parts[1:], path.stem.removeprefix("test_")
    place = ROOT.joinpath(*folders)
    has_twin = (place / f"{name}.py").is_file() or (place / name).is_dir()
    is_part = len(folders) > 1 and (place.is_dir() or place.with_suffix(".py").is_file())
    return has_twin or is_part


def test_every_test_mirrors_a_module_or_is_a_journey_a_contract_or_a_house_rule():
    free = {"journeys", "contracts", "house"}
    tests = [path for path in python_files("tests") if path.stem.startswith("test_")]

    assert not [
        str(path) for path in tests if path.parts[1] not in free and not mirrors_a_module(path)
    ]
