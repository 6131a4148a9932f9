"""A sign-in that was begun: what must come back from the identity provider, in a signed cookie for ten minutes."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "__Host-desk-sign-in"
_SECONDS = 600


class Begun(msgspec.Struct, frozen=True):
    """One sign-in: `state` binds it to this browser, `nonce` to its id_token, `verifier` to its code (PKCE)."""

    state: str
    nonce: str
    verifier: str
    onward: str

    @property
    def challenge(self) -> str:
        """Give the S256 challenge of the verifier."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def is_of(self, state: str) -> bool:
        """Tell whether an answer of the provider is that to this sign-in."""
        return compare_digest(self.state.encode(), state.encode())


def begin(onward: str) -> Begun:
    """Begin a sign-in."""
    return Begun(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), onward)


class Beginnings:
    """Keeps the one sign-in that a browser has begun, in its cookie."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Sign by the last of the secrets; what any of them signed is read."""
        self._signer = URLSafeTimedSerializer(list(secrets), salt="sign-in")

    def keep(self, response: Response, begun: Begun) -> None:
        """Give the cookie to a browser; it is sent back from the provider's site too, for that is where it returns."""
        value = self._signer.dumps(msgspec.to_builtins(begun))
        response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, secure=True, samesite="lax", path="/")

    def forget(self, response: Response) -> None:
        """Take the cookie away: a sign-in ends once."""
        response.delete_cookie(COOKIE, path="/", httponly=True, secure=True, samesite="lax")

    def of(self, request: Request) -> Begun | None:
        """Give the sign-in that a browser has begun; None where there is none, or it is forged or over."""
        try:
            told = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=_SECONDS)
            return msgspec.convert(told, Begun)
        except (BadSignature, msgspec.ValidationError):
            return None
