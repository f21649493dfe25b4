"""Many callers at the same moment, each on a connection of its own."""

from __future__ import annotations

import threading

from django.db import connection

SECONDS = 60


def at_once(count, ask):
    """Return what `ask(number)` returned to each of so many threads that began together."""
    together, answers = threading.Barrier(count), {}

    def run(number):
        try:
            together.wait(SECONDS)
            answers[number] = ask(number)
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return [answers[number] for number in range(count)]
