"""How a fetch ends when it does not end in a Payload: an outcome and a sentence for a person.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.

Theory. Whatever a server sends is a stranger's text, and some of it may echo what we sent: a
401 page that prints the token, an error page that prints the query. So nothing of an answer
reaches a sentence except through `excerpt`, which cuts, flattens and removes the secrets of
the request first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from diffs.outcomes import Outcome

EXCERPT_CHARACTERS = 160
SHORTEST_SECRET = 4  # shorter values are words that occur in any text


class FetchFailed(Exception):
    """One side could not be read as a whole; `str()` is the sentence a person reads."""

    def __init__(self, outcome: Outcome, sentence: str, *, status: int | None = None) -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.sentence = sentence
        self.status = status


def excerpt(data: bytes, *, secrets: Iterable[str] = ()) -> str:
    """Cut a stranger's bytes to one short line that is safe to print.

    Shapes
        data     the first bytes of an answer, any encoding
        secrets  texts that must not appear in the result
        return   at most 160 printable characters; control, bidi and format characters are gone
    """
    text = data.decode("utf-8", errors="replace")
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "…")
    printable = "".join(
        " " if unicodedata.category(character).startswith(("C", "Z")) else character
        for character in text
    )
    line = " ".join(printable.split())
    return line if len(line) <= EXCERPT_CHARACTERS else line[: EXCERPT_CHARACTERS - 1] + "…"
