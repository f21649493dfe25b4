"""The sinks as a process: they take mail and posts, keep them as files, and end with who began."""

from __future__ import annotations

import json
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from demo.sinks import kept
from demo.sinks.kept import Kept, latest
from tests.house.tree import ROOT


@contextmanager
def sinks(folder):
    """Run the sinks and yield their process and addresses."""
    argv = [sys.executable, "-m", "demo.sinks.serve", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def posted(url, body=b"{}"):
    """Post and return the status."""
    request = urllib.request.Request(url, data=body, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_take_mail_and_posts_and_end_when_nobody_holds_on_to_them(tmp_path):
    with sinks(tmp_path) as (process, ways):
        with smtplib.SMTP("127.0.0.1", ways["mail"], timeout=10) as client:
            client.sendmail("a@b.example", ["c@d.example"], b"Subject: x\r\n\r\n.dot\r\n")
        assert posted(ways["slack"], b'{"text": "y"}') == 200
        assert posted(ways["slack"] + "x") == 404
        process.stdin.close()
        assert process.wait(timeout=10) == 0

    (letter,) = latest(tmp_path / "mail", limit=9)
    (post,) = latest(tmp_path / "slack", limit=9)
    assert letter.data == b"Subject: x\r\n\r\n.dot\r\n"
    assert post.data == b'{"text": "y"}'


@pytest.mark.parametrize("end", ["terminate", "send_signal"])
def test_end_at_a_signal(tmp_path, end):
    with sinks(tmp_path) as (process, _):
        getattr(process, end)(*([2] if end == "send_signal" else []))

        assert process.wait(timeout=10) == 0


def test_the_newest_are_kept_and_come_first(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    folder = Kept(tmp_path / "mail")
    for number in range(5):
        folder.keep(b"%d" % number)

    found = latest(tmp_path / "mail", limit=2)

    assert [item.data for item in found] == [b"4", b"3"]
    assert len(list((tmp_path / "mail").iterdir())) == 3
    assert abs(found[0].at.timestamp() - time.time()) < 60


def test_nothing_came_where_there_is_no_folder(tmp_path):
    assert latest(tmp_path / "mail", limit=9) == []
