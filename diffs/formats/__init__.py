"""The formats that tables are written in, by name."""

from __future__ import annotations

from diffs.formats.eskip import ESKIP
from diffs.formats.format import Format

FORMATS: dict[str, Format] = {
    "eskip": ESKIP,
}
