"""Prove on a real table that this build still sees what it has to see.

Pure: nothing here imports Django, reads a clock or opens a socket.

A comparer that finds nothing looks just like two equal tables. So a table is compared with itself,
where nothing may be found, and with mutations of itself, where exactly the mutation must be: as
workers do it, with the lines of the look before at hand.
"""

from __future__ import annotations

from diffs.compare import compare
from diffs.formats.format import Format
from diffs.report import Report
from diffs.table import Table


def self_test(data: bytes, format: Format) -> str:  # noqa: A002 - the word of the design
    """Try the comparison on the bytes of a stored table.

    Shapes
        return  "" where it passed, else a sentence that says what was not found or found wrongly
    """
    trial = format.drill(data)
    if not trial.mutations:
        return "The self-test needs a table with at least one good route."
    table = format.read(trial.data)
    if problem := _must_agree(table, format.read(trial.data, table.lines)):
        return problem
    for mutation in trial.mutations:
        report = compare(table, format.read(mutation.data, table.lines))
        found = [(finding.key, finding.kind) for finding in report.findings]
        if found != [(mutation.key, mutation.kind)]:
            wanted = f"{mutation.kind} at {mutation.key}"
            return f"The self-test changed one thing, {wanted}, and found {_said(report)}."
    return ""


def _must_agree(table: Table, again: Table) -> str:
    report = compare(table, again)
    if report.findings:
        return f"The self-test compared a table with itself and found {_said(report)}."
    return ""


def _said(report: Report) -> str:
    shown = [f"{finding.kind} at {finding.key}" for finding in report.findings[:3]]
    more = len(report.findings) - len(shown)
    return (", ".join(shown) or "nothing") + (f" and {more} more" if more else "")
