"""The permission table: every address and method has a row here, or nobody may use it.

Pure: names of addresses, methods and roles; the middleware and the views ask `needed_roles`.
"""

from __future__ import annotations

from rollouts.permissions.roles import Role

ANYBODY = frozenset({"anybody"})  # also without signing in
SCRAPING = frozenset({"metrics-token"})  # no person: see rollouts.permissions.scraping
SIGNED_IN = frozenset({"signed-in"})  # with or without a role
LOOKING = frozenset(Role)
ASKING = frozenset({Role.REQUESTER, Role.APPROVER, Role.OPERATOR})
REQUESTING = frozenset({Role.REQUESTER, Role.APPROVER})
APPROVING = frozenset({Role.APPROVER})
DECIDING = frozenset({Role.APPROVER, Role.OPERATOR})

LOOKING_METHODS = frozenset({"GET", "HEAD"})  # change nothing

PERMISSIONS: dict[tuple[str, str], frozenset[str]] = {
    ("healthz", "GET"): ANYBODY,
    ("metrics", "GET"): SCRAPING,
    ("sign-in", "GET"): ANYBODY,
    ("sign-in", "POST"): ANYBODY,
    ("demo-sign-in", "POST"): ANYBODY,  # the address exists in the demo only
    ("demo-mail", "GET"): LOOKING,  # this one and the next as well
    ("demo-slack", "GET"): LOOKING,
    ("sign-out", "POST"): SIGNED_IN,
    ("overview", "GET"): LOOKING,
    ("frame", "GET"): LOOKING,
    ("audit", "GET"): LOOKING,
    ("audit-csv", "GET"): LOOKING,
    ("audit-json", "GET"): LOOKING,
    ("tier", "GET"): LOOKING,
    ("tier-look", "POST"): ASKING,
    ("tier-preview", "POST"): REQUESTING,
    ("tier-request", "POST"): REQUESTING,
    ("tier-roll-back", "POST"): ASKING,
    ("inbox", "GET"): LOOKING,
    ("differences", "GET"): LOOKING,
    ("difference", "GET"): LOOKING,
    ("difference-short", "GET"): LOOKING,
    ("difference-verdict", "POST"): ASKING,  # of a bug; more is asked for by the operation
    ("difference-agree", "POST"): DECIDING,  # in every tier where it is
    ("difference-undo", "POST"): DECIDING,
    ("difference-hold-out", "POST"): DECIDING,
    ("difference-own", "POST"): ASKING,
    ("difference-comment", "POST"): ASKING,
    ("promotions", "GET"): LOOKING,
    ("promotion", "GET"): LOOKING,
    ("promotion-short", "GET"): LOOKING,
    ("promotion-evidence", "GET"): LOOKING,
    ("promotion-approve", "POST"): APPROVING,
    ("promotion-reject", "POST"): APPROVING,
    ("promotion-withdraw", "POST"): ASKING,
    ("rules", "GET"): LOOKING,
    ("rule", "GET"): LOOKING,
    ("rule-short", "GET"): LOOKING,
    ("rule-new", "GET"): LOOKING,
    ("rule-new", "POST"): ASKING,
    ("rule-preview", "POST"): ASKING,
    ("rule-cancel", "POST"): ASKING,
    ("rule-activate", "POST"): APPROVING,
    ("rule-retire", "POST"): ASKING,
    ("rule-discard", "POST"): ASKING,
    ("target", "GET"): LOOKING,
    ("target-differences", "GET"): LOOKING,
    ("target-raw", "GET"): LOOKING,
    ("target-canonical", "GET"): LOOKING,
    ("target-sums", "GET"): LOOKING,
    ("target-hidden", "GET"): LOOKING,
    ("target-look", "POST"): ASKING,
    ("target-set-aside", "POST"): DECIDING,
    ("target-return", "POST"): DECIDING,
    ("target-acknowledge", "POST"): DECIDING,
}


def needed_roles(url_name: str, method: str) -> frozenset[str]:
    """Return who may use an address with a method; nobody where the table has no row.

    HEAD is GET without the body.
    """
    return PERMISSIONS.get((url_name, "GET" if method == "HEAD" else method), frozenset())


def allowed_methods(url_name: str) -> list[str]:
    """Return the methods for which an address has a row, HEAD with GET; none where it has none."""
    rows = {method for name, method in PERMISSIONS if name == url_name}
    return sorted(rows | ({"HEAD"} if "GET" in rows else set()))
