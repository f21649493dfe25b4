"""What may stand as a reason: text that the next person can read.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import unicodedata

SHORTEST = 3
LONGEST = 500
LONGEST_COMMENT = 4_000
HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""General categories that print nothing or turn what follows around: controls, bidi marks, zero
widths, line separators, unassigned and private letters."""


def reason_fault(text: str) -> str:
    """Return what is wrong with a reason, with the mend; "" where it is good.

    Units: SHORTEST and LONGEST count characters without the blanks around them.
    """
    reason = text.strip()
    if any(unicodedata.category(letter) in HIDDEN for letter in reason):
        return "An invisible control character stands in the reason. Type it anew."
    if len(reason) < SHORTEST:
        return (
            f"Give a reason of {SHORTEST} characters or more that the next person on call"
            " understands."
        )
    if len(reason) > LONGEST:
        return f"The reason has {len(reason)} characters. Say it in {LONGEST}."
    return ""


def comment_fault(text: str) -> str:
    """Return what is wrong with a comment, with the mend; "" where it is good.

    A comment may have several lines. Units: LONGEST_COMMENT counts characters.
    """
    comment = text.strip()
    if any(unicodedata.category(c) in HIDDEN and c not in "\r\n" for c in comment):
        return "An invisible control character stands in the comment. Type it anew."
    if not comment:
        return "Write what the next person should know."
    if len(comment) > LONGEST_COMMENT:
        return f"The comment has {len(comment)} characters. Say it in {LONGEST_COMMENT}."
    return ""
