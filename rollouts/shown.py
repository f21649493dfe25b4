"""The evidence that a page showed, carried by its form, so that the click says what was seen.

Theory. The document itself goes along, signed: whoever clicks cannot claim to have seen another,
and what got worse in between can be told. It is bound to the person and to the step.
"""

from __future__ import annotations

from django.core import signing

from rollouts.evidence import Document

OLDEST_SECONDS = 86_400


class NotShown(Exception):
    """The form does not carry evidence that we showed this person; the text says what to do."""


def as_shown(document: Document, *, person_id: int, step: str) -> str:
    """Return the document as a form carries it.

    Shapes
        step    names what the evidence is for: "tier 3 exec", "promotion 42"
    """
    return signing.dumps(document, salt=_salt(person_id, step), compress=True)


def as_seen(text: str, *, person_id: int, step: str) -> Document:
    """Return the document that a form carries.

    Errors
        NotShown    it was shown to somebody else, for another step, too long ago, or never
    """
    try:
        document = signing.loads(text, salt=_salt(person_id, step), max_age=OLDEST_SECONDS)
    except signing.SignatureExpired:
        raise NotShown("The page is more than a day old. Open it again.") from None
    except signing.BadSignature:
        raise NotShown(
            "The form does not say which evidence you saw. Open the page again."
        ) from None
    if not isinstance(document, dict):
        raise NotShown("The form does not say which evidence you saw. Open the page again.")
    return document


def _salt(person_id: int, step: str) -> str:
    return f"penumbra.evidence {person_id} {step}"
