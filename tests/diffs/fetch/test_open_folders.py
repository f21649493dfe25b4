"""Only files below a folder that the deployment opens are read, and none through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from diffs.fetch import FetchFailed, Limits, read_open_file


def read(path, *folders, **limits):
    """Read a file with these folders open."""
    found = read_open_file(
        f"file://{path}", folders=tuple(map(str, folders)), limits=Limits(**limits)
    )
    return found.body


def refusal(path, *folders, **limits):
    """Return outcome and sentence of a file that is not read."""
    with pytest.raises(FetchFailed) as failed:
        read(path, *folders, **limits)
    return failed.value.outcome, failed.value.sentence


@pytest.fixture
def folder(tmp_path):
    """An open folder with a file in a folder, beside a closed one with a secret."""
    (tmp_path / "open" / "deep").mkdir(parents=True)
    (tmp_path / "open" / "deep" / "plan.json").write_bytes(b"[]")
    (tmp_path / "openly").mkdir()
    (tmp_path / "openly" / "secret").write_bytes(b"secret")
    return tmp_path / "open"


def test_a_file_below_an_open_folder_is_read(folder):
    assert read(folder / "deep" / "plan.json", "/elsewhere", folder) == b"[]"


@pytest.mark.parametrize(
    "way", ["openly/secret", "open/../openly/secret", "open/deep/../../openly/secret"]
)
def test_no_other_file_is_read_and_the_mend_is_told(folder, way):
    outcome, sentence = refusal(folder.parent / way, folder)

    assert outcome == "unreachable"
    assert "lies in no open folder. If it should be read, add " in sentence
    assert sentence.endswith("to PENUMBRA_ALLOWED_FOLDERS.")


def test_nothing_is_read_where_no_folder_is_open(folder):
    assert "no open folder" in refusal(folder / "deep" / "plan.json")[1]


def test_links_are_not_followed_whether_files_or_folders(folder):
    (folder / "file").symlink_to(folder.parent / "openly" / "secret")
    (folder / "way").symlink_to(folder.parent / "openly")

    assert "Links are not followed." in refusal(folder / "file", folder)[1]
    assert "Links are not followed." in refusal(folder / "way" / "secret", folder)[1]


def test_what_is_no_ordinary_file_is_refused_at_once(folder):
    os.mkfifo(folder / "pipe")

    assert "no ordinary file" in refusal(folder / "pipe", folder)[1]
    assert "no ordinary file" in refusal(folder / "deep", folder)[1]
    assert "no open folder" in refusal(folder, folder)[1]
    assert "No such file" in refusal(folder / "gone", folder)[1]


def test_a_file_beyond_the_limit_is_truncated(folder):
    assert refusal(folder / "deep" / "plan.json", folder, decoded_bytes=1)[0] == "truncated"


def test_a_file_that_is_written_while_it_is_read_has_moved(folder, monkeypatch):
    file = folder / "deep" / "plan.json"
    looked = os.fstat
    asked = []

    def written_meanwhile(descriptor):
        asked.append(descriptor)
        if asked == [descriptor, descriptor]:  # for the second time: once it is read
            file.write_bytes(b"[{}]")
        return looked(descriptor)

    monkeypatch.setattr("diffs.fetch.files.os.fstat", written_meanwhile)

    assert refusal(file, folder)[0] == "moved"


def test_no_descriptor_stays_open(folder):
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("deep/plan.json", "deep", "gone", "deep/plan.json/x"):
        try:
            read(folder / name, folder)
        except FetchFailed:
            continue

    assert len(list(Path("/proc/self/fd").iterdir())) == before
