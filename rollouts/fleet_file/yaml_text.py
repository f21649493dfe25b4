"""Bytes of a YAML file to a tree, or the reason why they are not one plain document.

ruamel.yaml gives events with exact positions; nothing is constructed from tags.
"""

from __future__ import annotations

import re

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from rollouts.fleet_file.problems import Problems, shown
from rollouts.fleet_file.tree_builder import TreeBuilder
from rollouts.fleet_file.yaml_tree import Node, NotATree, Scalar

MOST_BYTES = 5_000_000

# Not printable by YAML 1.2 §5.1, or a line break to YAML that no editor counts as one.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def read_tree(data: bytes, problems: Problems) -> Node:
    """Return the tree of the one document in `data`; keys written twice are noted as problems.

    Errors
        NotATree    too long, not UTF-8, control characters, not YAML, none or several documents,
                    explicit tags, too deep, too many nodes
    """
    text = _decoded(data)
    builder = TreeBuilder(problems)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except YAMLError as error:
        raise _syntax_fault(error) from None
    if builder.root is None or (isinstance(builder.root, Scalar) and builder.root.is_null):
        raise NotATree(1, "the file is empty", "Write at least version, clusters and rollouts.")
    return builder.root


def _decoded(data: bytes) -> str:
    """Return the text without a byte order mark; NotATree where it is not printable UTF-8."""
    if len(data) > MOST_BYTES:
        raise NotATree(
            1,
            f"the file has {len(data):,} bytes, more than {MOST_BYTES:,}",
            "Split the fleet, or use templates in place of repeated addresses.",
        )
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotATree(line, "the file is not UTF-8", "Save it as UTF-8.") from None
    if unwanted := UNWANTED.search(text):
        line = text.count("\n", 0, unwanted.start()) + 1
        raise NotATree(
            line, f"the control character {shown(unwanted[0])} stands here", "Take it out."
        )
    return text


def _syntax_fault(error: YAMLError) -> NotATree:
    """Return the fault with ruamel's words but without its excerpt, which could hold a secret."""
    mark = problem = None
    if isinstance(error, MarkedYAMLError):
        mark, problem = error.problem_mark or error.context_mark, error.problem
    message = f"this is not YAML: {' '.join((problem or 'it cannot be read').split())}"
    mend = "Put quotes around texts that hold { } [ ] : or #, and close every bracket."
    if "\\t" in message:
        mend = "Indent with spaces, not with tabs."
    return NotATree(mark.line + 1 if mark else 1, message, mend)
