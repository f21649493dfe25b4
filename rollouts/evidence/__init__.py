"""What a person agrees to: one document, its digest, and what got worse since."""

from __future__ import annotations

from rollouts.evidence.document import Document, TargetEvidence, digest_of, evidence_document
from rollouts.evidence.worse import Change, worse

__all__ = ["Change", "Document", "TargetEvidence", "digest_of", "evidence_document", "worse"]
