"""Workers inside the web's process do at their start what workers of their own do."""

from __future__ import annotations

from config import embedded
from diffs import tasks


class Idle:
    """A thread that is never run."""

    def __init__(self, *_: object, **__: object) -> None:
        self.daemon = False

    def start(self) -> None:
        """Do nothing."""


def test_workers_in_the_webs_process_try_the_comparer_at_their_start(monkeypatch):
    asked = []
    monkeypatch.setattr(embedded.threading, "Thread", Idle)
    monkeypatch.setattr(embedded, "EmbeddedService", Idle)
    monkeypatch.setattr(tasks.self_test, "apply_async", lambda **options: asked.append(options))

    embedded.start_workers()

    assert asked == [{"kwargs": {"anew": True}, "queue": "look", "retry": False}]
