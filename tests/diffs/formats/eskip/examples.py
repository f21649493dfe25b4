"""The labelled examples: documents and pairs of tables with what Skipper says of them."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[3] / "data"


def cases() -> list[dict[str, Any]]:
    return _lines("eskip_cases.jsonl")


def pairs() -> list[dict[str, Any]]:
    return _lines("eskip_pairs.jsonl")


def source(case: dict[str, Any]) -> bytes:
    text = case["src"]
    return b64decode(text["b64"]) if isinstance(text, dict) else text.encode()


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_bytes().split(b"\n") if line]
