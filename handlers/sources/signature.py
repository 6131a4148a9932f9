"""The signatures of webhooks, by the scheme that a source declares (contracts.md 1.3)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping

from config.source import Signature


def is_signed(body: bytes, headers: Mapping[str, str], scheme: Signature, secret: bytes) -> bool:
    """Check the signature over the raw body, in constant time; the names of headers are in small letters.

    A timestamp is signed with the body; how old it is, is not looked at: a vendor delivers again what
    we did not take, and what came twice makes no difference.
    """
    signed = body if scheme.timestamp is None else headers.get(scheme.timestamp, "").encode(errors="replace") + body
    digest = hmac.digest(secret, signed, scheme.digest)
    written = digest.hex() if scheme.written == "hex" else b64encode(digest).decode()
    expected = scheme.begins + written
    return hmac.compare_digest(expected.encode(), headers.get(scheme.header, "").encode(errors="replace"))
