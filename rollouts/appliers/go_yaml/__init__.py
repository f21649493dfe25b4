"""One scalar in a YAML file that a Go template may write: found, read, changed in place.

Theory. Such a file is no YAML before its template has run: a key stands there once for each branch
of an `if`. Which of them is in force depends on the cluster. So the template is run for each
cluster, as far as its conditions can be worked out from the cluster's fields, and every character
of the outcome remembers where it stood. YAML is read from the outcome; a change is made at the
place it came from. What cannot be worked out stays in the outcome, marked: it is an error only
where it touches the key that is looked for.

    bytes -> actions -> blocks -> *rendering for one cluster* -> YAML events -> the scalar's place

Texts are bytes read as Latin-1 throughout, so that a position in the text is one in the file and
bytes in any encoding come through untouched.
"""

from __future__ import annotations

from rollouts.appliers.go_yaml.document import Document, Missing, Scalar
from rollouts.appliers.go_yaml.spelling import Unwritable, spelled
from rollouts.appliers.go_yaml.unclear import Unclear

__all__ = ["Document", "Missing", "Scalar", "Unclear", "Unwritable", "spelled"]
