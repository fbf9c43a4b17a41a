"""Comparing secrets."""

import hashlib
import hmac


def digest(secret: str) -> bytes:
    """What is kept and compared instead of the secret: of one length, whatever was sent."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def same_secret(given: str, wanted: str) -> bool:
    """Whether they are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(digest(given), digest(wanted))
