"""From an address to a Payload, with every limit and outcome on the way.

Flow: address -> *fetch* -> parse -> canonical -> compare -> report -> store -> gate.
No Django here: limits, policy and credentials are passed in as values.
"""

from __future__ import annotations

from diffs.fetch.credentials import CredentialRefused, Credentials, setting_name
from diffs.fetch.destination import resolve
from diffs.fetch.endpoint import Endpoint, Limits, Payload, Validators, without_secrets
from diffs.fetch.failure import FetchFailed
from diffs.fetch.files import FILE, FOLDERS_SETTING, is_file, read_file, read_open_file
from diffs.fetch.location import BadAddress, Location
from diffs.fetch.metrics import RoutesrvMetrics, parse_routesrv_metrics
from diffs.fetch.policy import AddressPolicy, AddressRefused, BadAllowList, allow_item
from diffs.fetch.posting import Posted, post, secrets_of
from diffs.fetch.reading import Terms, fetch
from diffs.fetch.tables import asked_url, read_plain, read_table

__all__ = [
    "FILE",
    "FOLDERS_SETTING",
    "AddressPolicy",
    "AddressRefused",
    "BadAddress",
    "BadAllowList",
    "CredentialRefused",
    "Credentials",
    "Endpoint",
    "FetchFailed",
    "Limits",
    "Location",
    "Payload",
    "Posted",
    "RoutesrvMetrics",
    "Terms",
    "Validators",
    "allow_item",
    "asked_url",
    "fetch",
    "is_file",
    "parse_routesrv_metrics",
    "post",
    "read_file",
    "read_open_file",
    "read_plain",
    "read_table",
    "resolve",
    "secrets_of",
    "setting_name",
    "without_secrets",
]
