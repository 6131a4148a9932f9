"""The cookie that says who is signed in: signed, for eight hours, and nothing in it that opens another door."""

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from handlers.desk.people import Person

HOURS = 8
_SECONDS = HOURS * 3600


class Session(msgspec.Struct, frozen=True):
    """Who is signed in, and the number of this session."""

    id: str
    person: Person


class Signer:
    """Signs cookies and form tokens by a secret; `is_secure` where pages come by https."""

    def __init__(self, secret: str, *older: str, is_secure: bool, name: str = "desk") -> None:
        """Sign by a secret, and read what older ones signed; on https the cookie is bound to the host."""
        secrets = [*older, secret]
        self._cookies = URLSafeTimedSerializer(secrets, salt="cookie")
        self._forms = URLSafeTimedSerializer(secrets, salt="form")
        self._is_secure = is_secure
        self.cookie = f"__Host-{name}" if is_secure else name

    def sign_in(self, response: Response, session: Session) -> None:
        """Give the cookie of a session to a browser."""
        value = self._cookies.dumps(msgspec.to_builtins(session))
        response.set_cookie(
            self.cookie, value, max_age=_SECONDS, httponly=True, secure=self._is_secure, samesite="lax", path="/"
        )

    def sign_out(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(self.cookie, path="/", httponly=True, secure=self._is_secure, samesite="lax")

    def session(self, request: Request) -> Session | None:
        """Give the session of a request; None where there is none, or it is forged or over."""
        try:
            told = self._cookies.loads(request.cookies.get(self.cookie, ""), max_age=_SECONDS)
            return msgspec.convert(told, Session)
        except (BadSignature, msgspec.ValidationError):
            return None

    def form_token(self, session: Session) -> str:
        """Make the token that a form of this session carries."""
        return self._forms.dumps(session.id)

    def is_of(self, token: str, session: Session) -> bool:
        """Tell whether a form's token is of this session."""
        try:
            return bool(self._forms.loads(token, max_age=_SECONDS) == session.id)
        except BadSignature:
            return False
