"""Serve the sinks on the loopback address until told to stop.

    python -m demo.sinks.serve FOLDER

Once both listen, one line of JSON, {mail, slack}, is written to standard output: the port of the
mail server and the address of the webhook. It ends on SIGINT and SIGTERM, and when its standard
input is closed, which is what happens when the process that started it dies.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
from pathlib import Path

from demo.sinks.kept import Kept
from demo.sinks.smtp import MailServer
from demo.sinks.webhook import Webhook


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m demo.sinks.serve", description=__doc__)
    parser.add_argument("folder", type=Path, help="where what comes is kept: mail/ and slack/")
    folder = parser.parse_args().folder
    letters, posts = Kept(folder / "mail"), Kept(folder / "slack")
    mail = MailServer(lambda letter: letters.keep(letter.data))
    slack = Webhook(f"/services/{secrets.token_urlsafe(12)}", posts.keep)
    for server in (mail, slack):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    sys.stdout.write(json.dumps({"mail": mail.port, "slack": slack.url}) + "\n")
    sys.stdout.flush()
    while os.read(sys.stdin.fileno(), 4096):
        pass


if __name__ == "__main__":
    main()
