"""What the desk is to its identity provider."""

from dataclasses import dataclass, field

SCOPES = "openid profile email"


@dataclass(frozen=True, slots=True)
class Registration:
    """A client of an identity provider: its issuer, the client's id and secret, where it sends people back to.

    Without a secret it is a public client, which PKCE alone protects.
    """

    issuer: str
    client_id: str
    callback: str
    client_secret: str = field(default="", repr=False)
    scopes: str = SCOPES
