"""Where the demo's notices end: a mail server and a webhook on loopback, and what they took."""
