"""An identity provider over HTTP: description, authorisation, token, keys, userinfo; it signs by RS256.

It holds to the protocol: a code is good once, for the client, the address and the PKCE challenge that it was asked by.
"""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote_plus, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from scoring.instants import SECOND, Instant
from tests.fakes.server import FakeServer, Request, Response

CLIENT_ID, CLIENT_SECRET = "desk-client", "s3cret+of/the client"
Claims = dict[str, Any]


@dataclass(slots=True)
class Asked:
    """What an authorisation was asked with, and who was signed in by it."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    claims: Claims


@dataclass(slots=True)
class FakeOidc:
    """A provider that signs in whoever is `person` (claims), at once and without a password.

    `bend` may change the claims of an id_token, `kid` and `key` how it is signed; `userinfo` is what that answers
    beside `sub`; `describe` adds to the description. `secret` None makes it a public client; `second`
    is valid beside it.
    """

    now: Callable[[], Instant]
    person: Claims
    secret: str | None = CLIENT_SECRET
    second: str | None = None
    methods: list[str] | None = field(default_factory=lambda: ["client_secret_basic", "client_secret_post"])
    bend: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[["FakeOidc", Claims], str] | None = None
    userinfo: Claims = field(default_factory=dict)
    describe: Claims = field(default_factory=dict)
    refuse: str | None = None
    kid: str = "first"
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    codes: dict[str, Asked] = field(default_factory=dict)
    tokens: dict[str, Claims] = field(default_factory=dict)
    rotated: int = 0
    server: FakeServer = field(init=False)

    def __post_init__(self) -> None:
        """Make the first key, and a server."""
        self.rotate(self.kid)
        self.server = FakeServer(self.serve)

    def rotate(self, kid: str) -> None:
        """Sign by a new key from now on; the old one is published no longer."""
        self.kid, self.keys, self.rotated = kid, {kid: _key(self.rotated)}, self.rotated + 1

    @property
    def issuer(self) -> str:
        """Give the issuer."""
        return self.server.url

    def serve(self, request: Request) -> Response:
        """Answer a call."""
        path = request.path
        if path == "/.well-known/openid-configuration":
            return Response(body=self._description())
        if path == "/keys":
            return Response(body={"keys": [self._public(kid) for kid in self.keys]})
        if path == "/authorize":
            return self._authorize(request.query)
        if path == "/token":
            return self._token(request)
        if path == "/userinfo":
            claims = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
            return Response(401, {}) if claims is None else Response(body={"sub": claims["sub"], **self.userinfo})
        return Response(404, {"error": path})

    def _description(self) -> Claims:
        paths = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "jwks_uri": "/keys",
            "userinfo_endpoint": "/userinfo",
            "end_session_endpoint": "/end",
        }
        told: Claims = {"issuer": self.issuer, **{name: self.issuer + path for name, path in paths.items()}}
        if self.methods is not None:
            told["token_endpoint_auth_methods_supported"] = self.methods
        return {**told, **self.describe}

    def _authorize(self, asked: Mapping[str, str]) -> Response:
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        told = {"state": asked["state"]}
        if self.refuse:
            told |= {"error": self.refuse, "error_description": "<b>not today</b>"}
        else:
            code = token_urlsafe(12)
            self.codes[code] = Asked(
                asked["client_id"], asked["redirect_uri"], asked["code_challenge"], asked["nonce"], dict(self.person)
            )
            told["code"] = code
        return Response(302, "", {"Location": f"{asked['redirect_uri']}?{urlencode(told)}"})

    def _token(self, request: Request) -> Response:
        form = request.form()
        asked = self.codes.pop(form.get("code", ""), None)
        if not self._is_client(request, form):
            return Response(401, {"error": "invalid_client", "error_description": f"not {form.get('client_secret')}"})
        proof = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or proof != asked.challenge or form.get("redirect_uri") != asked.redirect_uri:
            return Response(400, {"error": "invalid_grant"})
        access = token_urlsafe(12)
        self.tokens[access] = asked.claims
        return Response(body={"access_token": access, "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _is_client(self, request: Request, form: Mapping[str, str]) -> bool:
        if self.secret is None:
            return form.get("client_id") == CLIENT_ID and "authorization" not in request.headers
        known = {(CLIENT_ID, one) for one in (self.secret, self.second) if one is not None}
        kind, _, packed = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            given = tuple(map(unquote_plus, b64decode(packed).decode().split(":")))
            return "client_secret_basic" in (self.methods or ["client_secret_basic"]) and given in known
        return (form.get("client_id"), form.get("client_secret")) in known

    def _id_token(self, asked: Asked) -> str:
        second = self.now() // SECOND
        told = {"iss": self.issuer, "aud": CLIENT_ID, "iat": second, "exp": second + 300, "nonce": asked.nonce}
        claims = self.bend({**told, **asked.claims})
        if self.sign is not None:
            return self.sign(self, claims)
        return jwt.encode(claims, self.keys[self.kid], "RS256", {"kid": self.kid})

    def _public(self, kid: str) -> Claims:
        public: Claims = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[kid].public_key()))
        return {**public, "kid": kid, "use": "sig"}


@cache
def _key(_number: int) -> rsa.RSAPrivateKey:
    """Make a provider's first key, its second and so on, each once for all providers: one takes 0.1 s of CPU."""
    return rsa.generate_private_key(65537, 2048)
