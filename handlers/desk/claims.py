"""Who somebody is, and what they may do, from what their identity provider says of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from config.desk import ROLES, DeskTerms, Role
from handlers.desk.people import Person
from scoring.ids import to_18

_MOST = 120
"""A name or a mail address is cut here: the cookie that holds them has little room."""

_SALESFORCE = re.compile(r"https://[^/]+/id/00D\w{12,15}/(005\w{12,15})")
"""How Salesforce names a user: the last part is the id that is the CSM's in the CRM."""


class LeftOutError(Exception):
    """The provider says that somebody has groups, and not which: no roles can be read from that."""


def person_of(claims: Mapping[str, Any], terms: DeskTerms) -> Person:
    """Give the person of these claims, with the roles that they have; with none they are not to be let in.

    Raises LeftOutError where the provider left the claim of the roles out because it is too long.
    """
    mail = _text(claims, "email") if _is_verified(claims) else None
    name = _text(claims, "name") or _text(claims, "preferred_username") or mail or "somebody without a name"
    return Person(_id(str(claims["sub"])), name, mail, roles_of(claims, terms))


def roles_of(claims: Mapping[str, Any], terms: DeskTerms) -> frozenset[Role]:
    """Give the roles by the claim that desk.yaml names."""
    said = find(claims, terms.roles_claim)
    if said is None and _is_left_out(claims, terms.roles_claim):
        raise LeftOutError
    had = set(values(said))
    return frozenset(role for role in ROLES if had & set(terms.roles.get(role, ())))


def find(claims: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever a provider says
    """Give a claim by its name, or by a path of names with dots between them; None where there is none."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def values(said: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """Give what a claim holds: of a list each text, of a map (Salesforce) each name that is true.

    A text is one value, or several with commas between them (Cognito writes mapped ones so, in brackets).
    """
    if isinstance(said, str):
        yield said.strip()
        yield from (part.strip() for part in said.strip().removeprefix("[").removesuffix("]").split(","))
    elif isinstance(said, Mapping):
        yield from (str(name) for name, holds in said.items() if holds is True)
    elif isinstance(said, list):
        yield from (one for one in said if isinstance(one, str))


def _is_left_out(claims: Mapping[str, Any], name: str) -> bool:
    """Tell whether Entra says that there are more groups than a token holds."""
    elsewhere = claims.get("_claim_names")
    is_named = isinstance(elsewhere, Mapping) and name in elsewhere
    return is_named or (name == "groups" and claims.get("hasgroups") in (True, "true"))


def _is_verified(claims: Mapping[str, Any]) -> bool:
    """Tell whether the mail address may be believed; Cognito's userinfo says so in a text."""
    return claims.get("email_verified") not in (False, "false", "False")


def _id(subject: str) -> str:
    user = _SALESFORCE.fullmatch(subject)
    return to_18(user[1]) if user else subject[:_MOST]


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    said = claims.get(name)
    if not isinstance(said, str):
        return None
    return "".join(one if one.isprintable() else " " for one in said).strip()[:_MOST] or None
