"""The signature of an Intercom notification (contracts.md 1.3)."""

import hmac


def is_signed(body: bytes, signature: str, client_secret: bytes) -> bool:
    """Check `X-Hub-Signature` (`sha1=` and 40 hex digits) over the raw body, in constant time."""
    expected = "sha1=" + hmac.digest(client_secret, body, "sha1").hex()
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
