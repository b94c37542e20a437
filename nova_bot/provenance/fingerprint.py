"""Fingerprint: whether two claims say the same."""

import hashlib
import json

from nova_bot.core.claims import Claim


def fingerprint(claim: Claim) -> str:
    """The content address of what a claim says and why it is held; when and by whom don't matter."""
    said = [claim.basis, claim.subject, claim.value, claim.unit, claim.text]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
