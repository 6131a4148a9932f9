"""The name of a release, which is another each time.

SAM publishes a version of a function when the text of its template changes, and the value of a parameter, such as a
secret, is no part of that text: by the name, which is, every deployment publishes what it changes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

PARAMETER: Final = "Release"


def release_name(at: datetime, commit: str = "") -> str:
    """Give the name of a release: its minute, by whose ten digits SAM tells releases apart, and its commit."""
    return at.astimezone(UTC).strftime("%y%m%d%H%M") + "".join(one for one in commit if one.isalnum())


def named(parameters: Mapping[str, str], at: datetime, commit: str = "") -> dict[str, str]:
    """Give the parameters with the name of their release."""
    return {**parameters, PARAMETER: release_name(at, commit)}
