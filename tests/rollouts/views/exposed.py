"""A strict reader of Prometheus' text format 0.0.4: what it does not know, it refuses.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL.pattern},?)*)\}})? (-?[0-9.e+-]+)")
ESCAPED = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
Labels = frozenset[tuple[str, str]]


class Exposed:
    """One page: `types` by family, `samples` as {(name, labels): value}."""

    def __init__(self, text: str) -> None:
        """Read a page; AssertionError where it breaks a rule of the format."""
        assert text.endswith("\n")
        self.types: dict[str, str] = {}
        self.samples: dict[tuple[str, Labels], float] = {}
        helped, family = set(), ""
        for line in text.splitlines():
            if line.startswith("# HELP "):
                family = line.split(" ")[2]
                assert family not in helped, f"told twice: {line}"
                helped.add(family)
            elif line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name == family, f"out of its place: {line}"
                assert kind in {"counter", "gauge"}
                self.types[name] = kind
            else:
                self._take(line, family)
        assert helped == set(self.types)

    def _take(self, line: str, family: str) -> None:
        match = SAMPLE.fullmatch(line)
        assert match, f"no sample: {line!r}"
        assert match[1] == family, f"of no family: {line}"
        pairs = LABEL.findall(match[2] or "")
        assert len({name for name, _ in pairs}) == len(pairs)
        labels = frozenset((name, _unescaped(value)) for name, value in pairs)
        assert (match[1], labels) not in self.samples, f"twice: {line}"
        self.samples[match[1], labels] = float(match.groups()[-1])

    def value(self, name: str, **labels: str) -> float:
        """Return one sample."""
        return self.samples[name, frozenset(labels.items())]

    def of(self, name: str) -> dict[Labels, float]:
        """Return all samples of a family."""
        return {labels: value for (one, labels), value in self.samples.items() if one == name}


def _unescaped(text: str) -> str:
    return re.sub(r"\\.", lambda match: ESCAPED[match[0]], text)
