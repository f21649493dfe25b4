"""Lines for a shell that do by hand what a look does: read both sides, print, lay side by side.

Theory. Whatever stands in an address is quoted for the shell, and files go to a folder of their own
that the lines make. A credential is named, never shown: `curl` gets its header from the variable of
the environment in which workers have it too.
"""

from __future__ import annotations

import json
import shlex

from django.conf import settings

from diffs.fetch import FILE, BadAddress, asked_url, is_file, setting_name
from diffs.formats.format import Format
from diffs.outcomes import Side
from diffs.queries.source_sides import SidePage

CURL = "curl -q --globoff --fail --silent --show-error"
JOINT = " \\\n"


def reproduce_lines(sides: tuple[SidePage, ...], stem: str) -> str:
    """Return the script for both sides of a target; "" where it has none.

    Shapes
        stem    the beginning of the names of the files, in the alphabet of file names
    """
    if not sides:
        return ""
    format_ = sides[0].format
    raw = [f'"$T"/{stem}.{side.side}.{format_.name}' for side in sides]
    text = [f'"$T"/{stem}.{side.side}.txt' for side in sides]
    printed = " ".join([settings.MANAGE, "canonical", format_.name, *_options(format_)])
    return "\n".join(
        [
            "T=$(mktemp -d)",
            *(_read(side, file) for side, file in zip(sides, raw, strict=True)),
            *(f"{printed} < {one} > {other}" for one, other in zip(raw, text, strict=True)),
            f"git diff --no-index {' '.join(text)}",
            compare_lines(sides),
        ]
    )


def compare_lines(sides: tuple[SidePage, ...]) -> str:
    """Return the command that takes one look at the same addresses by the workers' own code."""
    words = [f"{settings.MANAGE} compare"]
    words += [f"  {shlex.quote(_address(side))}" for side in sides]
    words += [f"  {option}" for option in _format_words(sides[0].format)] if sides else []
    words += [f"  {option}" for side in sides for option in _ways(side)]
    return JOINT.join(words)


def _read(side: SidePage, file: str) -> str:
    """Return the line that reads one side into a file."""
    address = _address(side)
    if is_file(address):
        return f"cp -- {shlex.quote(address.removeprefix(FILE))} {file}"
    is_plain = bool(side.format.accept)
    try:
        url = asked_url(Side(side.side), address, is_plain=is_plain)
    except BadAddress:
        url = address
    proxy = f"--proxy {shlex.quote(side.proxy)}" if side.proxy else "--noproxy '*'"
    words = [CURL, proxy, f"--header {shlex.quote('Accept: ' + (side.format.accept or TEXT))}"]
    words += _pinned(side)
    words += [f"--cacert {shlex.quote(side.ca_bundle)}"] if side.ca_bundle else []
    words += ["--header @-"] if side.credential else []
    words += [f"--output {file}", f"--url {shlex.quote(url)}"]
    return _authorized(side.credential) + " ".join(words)


def _address(side: SidePage) -> str:
    """Return the address that is read: of several, the one of the pod that stands apart."""
    pod = side.pods.apart if side.pods else None
    return pod.address if pod and pod.address in side.addresses else side.addresses[0]


def _pinned(side: SidePage) -> list[str]:
    """Return what leads `curl` to the pod that stands apart, where a name leads to many."""
    pod = side.pods.apart if side.pods else None
    return [f"--connect-to ::{pod.name}"] if pod and not side.proxy else []


TEXT = "text/plain"


def _authorized(credential: str) -> str:
    """Return what hands the header of a credential to `curl`, without it on any command line."""
    if not credential:
        return ""
    return f"printf 'Authorization: %s\\n' \"${{{setting_name(credential)}:?}}\" | "


def _ways(side: SidePage) -> list[str]:
    """Return how one side is reached, as `compare` takes it."""
    given = {
        "credential": side.credential,
        "ca-bundle": side.ca_bundle,
        "proxy": side.proxy,
        "paging": str(side.paging or ""),
    }
    found = given.items()
    return [f"--{side.side}-{name} {shlex.quote(value)}" for name, value in found if value]


def _format_words(format_: Format) -> list[str]:
    """Return a format and its options as `compare` takes them; eskip is what it assumes."""
    return [f"--format {format_.name}", *_options(format_)] if format_.options else []


def _options(format_: Format) -> list[str]:
    """Return the options of a format as the command line takes them."""
    given = (f"{name}={json.dumps(value)}" for name, value in (format_.options or {}).items())
    return [f"--option {shlex.quote(one)}" for one in given]
