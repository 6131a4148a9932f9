"""Settings of a desk where people sign in: what is missing or weak is said, by its name."""

from ipaddress import ip_address

import pytest

from handlers.commands.desk import desk_command
from handlers.desk.serving import HOST
from handlers.desk.settings import desk_settings
from handlers.environment import SettingsError

GOOD = {
    "DESK_ADDRESS": "https://desk.acme.example/",
    "DESK_ISSUER": "https://login.example/tenant/v2.0",
    "DESK_CLIENT_ID": "client",
    "DESK_CLIENT_SECRET": "secret of the client",
    "DESK_SECRET": "n" * 32,
}


def test_the_settings_say_where_the_desk_is_and_who_signs_people_in() -> None:
    """The address that people come back to is made of the desk's own."""
    read = desk_settings({**GOOD, "DESK_OLD_SECRET": "o" * 40, "DESK_SCOPES": "openid groups"})
    assert (read.host, read.address) == ("desk.acme.example", "https://desk.acme.example")
    assert read.registration.callback == "https://desk.acme.example/callback"
    assert (read.registration.issuer, read.registration.scopes) == (GOOD["DESK_ISSUER"], "openid groups")
    assert read.secrets == ("n" * 32, "o" * 40)
    assert "nnnn" not in repr(read)
    assert "secret of" not in repr(read)


def test_a_public_client_has_no_secret() -> None:
    """PKCE protects it."""
    assert desk_settings({**GOOD, "DESK_CLIENT_SECRET": ""}).registration.client_secret == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"DESK_ISSUER": ""}, "DESK_ISSUER"),
        ({"DESK_CLIENT_ID": " "}, "DESK_CLIENT_ID"),
        ({"DESK_SECRET": ""}, "DESK_SECRET"),
        ({"DESK_SECRET": "short"}, "DESK_SECRET"),
        ({"DESK_OLD_SECRET": "short"}, "DESK_OLD_SECRET"),
        ({"DESK_ADDRESS": ""}, "DESK_ADDRESS"),
        ({"DESK_ADDRESS": "http://desk.acme.example"}, "DESK_ADDRESS"),
        ({"DESK_ADDRESS": "https://desk.acme.example/path"}, "DESK_ADDRESS"),
        ({"DESK_ADDRESS": "https://desk.acme.example?x"}, "DESK_ADDRESS"),
        ({"DESK_ADDRESS": "https://me@desk.acme.example"}, "DESK_ADDRESS"),
        ({"DESK_ISSUER": "http://login.example"}, "DESK_ISSUER"),
        ({"DESK_SCOPES": "profile email"}, "DESK_SCOPES"),
        (dict.fromkeys(GOOD, ""), "DESK_ISSUER"),
    ],
)
def test_what_is_missing_or_weak_is_said_by_its_name(change: dict[str, str], said: str) -> None:
    """No desk is served to others without an identity provider, nor with a secret that can be guessed."""
    with pytest.raises(SettingsError, match=said):
        desk_settings({**GOOD, **change})


def test_the_desk_of_a_laptop_cannot_be_bound_elsewhere() -> None:
    """No option names a host, and the address is a constant of loopback: without a sign-in nobody else gets in."""
    options = {name for parameter in desk_command.params for name in parameter.opts}
    assert "--port" in options
    assert not [name for name in options if any(word in name for word in ("host", "bind", "address", "listen"))]
    assert ip_address(HOST).is_loopback
