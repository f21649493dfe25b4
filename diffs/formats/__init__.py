"""The formats that tables are written in, by name."""

from __future__ import annotations

from collections.abc import Mapping

from diffs.formats.eskip import ESKIP
from diffs.formats.format import Format
from diffs.formats.records import RECORDS

FORMATS: dict[str, Format] = {
    "eskip": ESKIP,
    "records": RECORDS,
}


def format_of(name: str, options: Mapping[str, object]) -> Format:
    """Return the format of a name that reads with these options.

    Errors
        KeyError    there is no such format
        BadOption   it cannot work with these options
    """
    return FORMATS[name].with_options(options)
