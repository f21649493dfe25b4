"""What may stand as a reason: text that the next person can read.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import unicodedata

SHORTEST = 3
LONGEST = 500
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
