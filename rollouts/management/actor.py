"""Who acts when a command is typed: the account, as far as the machine knows it."""

from __future__ import annotations

import getpass


def command_line_actor() -> str:
    """Return the actor of an audit record of a command."""
    try:
        return f"command line: {getpass.getuser()}"
    except (KeyError, OSError):  # a container's bare user id
        return "command line"
