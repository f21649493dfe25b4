"""What follows from a mode for reading: every mode has its row."""

from __future__ import annotations

from diffs.models.source import Reads
from rollouts.machine import READS, Mode


def test_off_reads_legacy_alone_and_every_other_mode_both():
    assert READS == {
        Mode.OFF: Reads.LEGACY,
        Mode.SHADOW: Reads.BOTH,
        Mode.EXEC: Reads.BOTH,
        Mode.UNKNOWN: Reads.BOTH,
    }
    assert set(READS) == set(Mode)
