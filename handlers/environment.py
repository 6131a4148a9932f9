"""Variables of the environment, read one by one: what is wrong with one is said by its name."""

from collections.abc import Mapping


class SettingsError(Exception):
    """The environment lacks something, or holds what cannot be used; the text names the variables."""


def get(environ: Mapping[str, str], name: str, default: str) -> str:
    """Read a variable; one that is empty has a default."""
    return environ.get(name, "").strip() or default


def seconds(environ: Mapping[str, str], name: str, default: str) -> int:
    """Read a number of seconds."""
    told = get(environ, name, default)
    if not told.isdecimal() or int(told) == 0:
        raise SettingsError(f"{name} is {told!r}: expected seconds")
    return int(told)


def all_or_none(environ: Mapping[str, str], *names: str) -> list[str] | None:
    """Read variables that go together; None where none of them is set."""
    values = [environ.get(name, "").strip() for name in names]
    if not any(values):
        return None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise SettingsError(f"{', '.join(missing)} not set: {', '.join(names)} go together")
    broken = [name for name, value in zip(names, values, strict=True) if not value.isprintable()]
    if broken:
        raise SettingsError(f"{', '.join(broken)} holds a line break or another control character: set it anew")
    return values


def https(name: str, url: str) -> str:
    """Check the address of a system."""
    if "@" in url:
        raise SettingsError(f"{name} holds a user name or a password: give the address alone")
    if not url.startswith("https://"):
        raise SettingsError(f"{name} is {url!r}: expected a URL that begins with https://")
    return url.rstrip("/")
