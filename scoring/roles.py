"""Roles: what a source is to the model, whoever the vendor is."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["support", "crm", "usage"]
"""Support has conversations, the CRM has records of accounts, usage has readings of what is used."""

ROLES: tuple[Role, ...] = ("support", "crm", "usage")

Roles: TypeAlias = Mapping[str, Role]
"""The role that each source plays, by its name."""


def by_role(roles: Roles) -> Mapping[Role, frozenset[str]]:
    """Name the sources that play each role."""
    return {role: playing(role, roles) for role in ROLES}


def playing(role: Role, roles: Roles) -> frozenset[str]:
    """Name the sources that play a role."""
    return frozenset(source for source, played in roles.items() if played == role)
