"""The kinds of rules, by name, in the order in which they are applied to a pair of routes.

What one kind leaves is what the next one sees: texts are rewritten and filters dropped before
lists are compared, zones and algorithms are settled before pods are.
"""

from __future__ import annotations

from diffs.rules.kind import RuleKind
from diffs.rules.kinds.default_lb_algorithm import DefaultLbAlgorithm
from diffs.rules.kinds.drop_filter import DropFilter
from diffs.rules.kinds.explained_by_invalid import ExplainedByInvalid
from diffs.rules.kinds.header_name_case import HeaderNameCase
from diffs.rules.kinds.ignore_endpoints import IgnoreEndpoints
from diffs.rules.kinds.ignore_id import IgnoreId
from diffs.rules.kinds.ignore_zone import IgnoreZone
from diffs.rules.kinds.keep_last import KeepLast
from diffs.rules.kinds.match_by_content import MatchByContent
from diffs.rules.kinds.rewrite import Rewrite
from diffs.rules.kinds.strip_filters import StripFilters

KINDS: dict[str, type[RuleKind]] = {
    "explained-by-invalid": ExplainedByInvalid,
    "match-by-content": MatchByContent,
    "ignore-id": IgnoreId,
    "rewrite": Rewrite,
    "header-name-case": HeaderNameCase,
    "drop-filter": DropFilter,
    "strip-filters": StripFilters,
    "keep-last": KeepLast,
    "ignore-zone": IgnoreZone,
    "default-lb-algorithm": DefaultLbAlgorithm,
    "ignore-endpoints": IgnoreEndpoints,
}
