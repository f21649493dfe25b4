"""Fetching from many threads and after a fork."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from diffs.fetch import Endpoint, fetch
from tests.diffs.fetch.asking import terms
from tests.servers import answers, misbehaving
from tests.servers.answers import TABLE


def test_reads_from_many_threads_at_once():
    bodies = [TABLE + str(number).encode() for number in range(32)]
    with misbehaving(
        lambda talk: answers.table(TABLE + talk.asked.target[9:].encode())(talk)
    ) as server:
        urls = [f"{server.url}?n={number}" for number in range(32)]
        with ThreadPoolExecutor(16) as threads:
            read = list(threads.map(lambda url: fetch(Endpoint(url), **terms()).body, urls))

    assert [body.removeprefix(TABLE) for body in read] == [
        b"=" + body.removeprefix(TABLE) for body in bodies
    ]


def test_reads_after_a_fork():
    with misbehaving(answers.table()) as server:
        fetch(Endpoint(server.url), **terms())
        child = os.fork()
        if child == 0:
            os._exit(0 if fetch(Endpoint(server.url), **terms()).body == TABLE else 1)
        _, status = os.waitpid(child, 0)

    assert status == 0
