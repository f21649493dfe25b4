"""Temporary folders that carry their owner, so that those of killed test runs are swept up."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

_NAME = re.compile(r"penumbra-[a-z]+-(?P<owner>[0-9]+)-\w+")


def scratch_folder(kind: str) -> Path:
    """Make a folder of this process: penumbra-KIND-PID-xxxx."""
    return Path(tempfile.mkdtemp(prefix=f"penumbra-{kind}-{os.getpid()}-"))


def sweep() -> None:
    """Delete folders whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob("penumbra-*"):
        match = _NAME.fullmatch(folder.name)
        if match and not Path(f"/proc/{match['owner']}").exists():
            shutil.rmtree(folder, ignore_errors=True)
