"""What the desk shows to whom: visibility, what a morning holds, links, roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from config.kinds import Strict, wrong
from config.reading import read_table

DESK = "desk.yaml"

Visibility: TypeAlias = Literal["all", "own"]
Role: TypeAlias = Literal["csm", "leader", "ops"]
ROLES: tuple[Role, ...] = ("csm", "leader", "ops")
_Days = Annotated[int, Field(ge=1, le=730, strict=True)]


@dataclass(frozen=True, slots=True)
class DeskTerms:
    """What the desk shows to whom.

    `morning_points` and `morning_days` say what stands in a morning, `renewal_days` what renews soon. In
    `crm_link` and `support_link` `{id}` stands for an account's and a conversation's id; empty: no link.
    `roles` has, by role, the values of the claim `roles_claim` that give it.
    """

    visibility: Visibility = "all"
    morning_points: float = 5.0
    morning_days: int = 90
    renewal_days: int = 90
    crm_link: str = ""
    support_link: str = ""
    roles_claim: str = "groups"
    roles: Mapping[Role, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    least_opinions: int = 20


def _link(text: str) -> str:
    if text and (not text.startswith("https://") or "{id}" not in text):
        raise wrong("expected an address that begins with https:// and has {id} in it, or nothing")
    return text


class DeskFile(Strict):
    """The file desk.yaml."""

    visibility: Visibility
    morning_points: Annotated[float, Field(gt=0, le=100)]
    morning_days: _Days
    renewal_days: _Days
    crm_link: Annotated[str, AfterValidator(_link)]
    support_link: Annotated[str, AfterValidator(_link)]
    roles_claim: Annotated[str, Field(min_length=1)]
    roles: dict[Role, list[str]]
    least_opinions: Annotated[int, Field(ge=1, strict=True)]


def load_desk(directory: Path) -> DeskTerms:
    """Load desk.yaml from a folder of figures; without one, what is built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / DESK
    return DeskTerms(**read_table(DeskFile, path).model_dump()) if path.exists() else DeskTerms()
