"""Texts that an expression matches, the plain ones first.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice

from diffs.formats.eskip.matching.automaton import automaton_of, finds
from diffs.formats.eskip.matching.patterns import (
    Chars,
    Choice,
    Edge,
    Node,
    NotRead,
    Repeat,
    parse_pattern,
)

MOST = 8
LONGEST_SAMPLE = 120
_PLAIN_FIRST = "xa10bcdefghijklmnopqrstuvwyz23456789XABCDEFGHIJKLMNOPQRSTUVWYZ-._~/:@!$&'()*+,;= "


@lru_cache(maxsize=512)
def samples(pattern: bytes, complete: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return up to MOST different texts, each completed, in which the expression is found.

    Shapes
        complete    makes of a text one of the wanted kind (a path begins with a slash)
        return      empty where the expression is not read or no sample was found
    """
    if isinstance(automaton_of(pattern), NotRead):
        return ()
    found = dict.fromkeys(complete(text) for text in _texts(parse_pattern(pattern)))
    return tuple(text for text in found if len(text) <= LONGEST_SAMPLE and finds(pattern, text))


def varied(pools: Sequence[Sequence[str]]) -> Iterable[tuple[str, ...]]:
    """Take one of each pool: first the first ones, then with one of them exchanged at a time."""
    if not all(pools):
        return
    first = tuple(pool[0] for pool in pools)
    yield first
    for at, pool in enumerate(pools):
        for other in pool[1:]:
            yield (*first[:at], other, *first[at + 1 :])


def _texts(node: Node) -> list[str]:
    """Return texts for a node, MOST at most; edges are taken for granted, finds() has the word."""
    if isinstance(node, Edge):
        return [""]
    if isinstance(node, Chars):
        return list(islice((sign for sign in _PLAIN_FIRST if node.mask >> ord(sign) & 1), 2))
    if isinstance(node, Choice):
        branches = [_texts(branch) for branch in node.branches]
        rounds = (branch[at] for at in range(MOST) for branch in branches if at < len(branch))
        return list(islice(rounds, MOST))
    if isinstance(node, Repeat):
        return _repeated(node)
    pools = [_texts(part) for part in node.parts]
    return [text for text in map("".join, islice(varied(pools), MOST)) if _is_short(text)]


def _repeated(node: Repeat) -> list[str]:
    """Repeat as seldom as allowed, then once more."""
    counts = [node.least] + [node.least + 1] * (node.most is None or node.most > node.least)
    texts = [text * count for count in counts for text in _texts(node.node)]
    return list(islice(filter(_is_short, dict.fromkeys(texts)), MOST))


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST_SAMPLE
