"""Who is signed in at the desk, what they may do, and whose accounts they see."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from config.desk import ROLES, Role, Visibility
from scoring.customer import Csm

Need: TypeAlias = Literal["any", "leader", "ops"]
"""What a page or a deed asks for: any role, a leader (or Ops), or Ops."""

_ENOUGH: dict[Need, frozenset[Role]] = {
    "any": frozenset(ROLES),
    "leader": frozenset({"leader", "ops"}),
    "ops": frozenset({"ops"}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `id` is what the identity provider calls them by; it stands in the audit."""

    id: str
    name: str
    mail: str | None = None
    roles: frozenset[Role] = frozenset()

    def may(self, need: Need) -> bool:
        """Tell whether a role of theirs is enough."""
        return bool(self.roles & _ENOUGH[need])

    def sees(self, csm: Csm | None, visibility: Visibility) -> bool:
        """Tell whether they see an account that this CSM looks after."""
        return visibility == "all" or self.may("leader") or self.is_csm(csm)

    def is_csm(self, csm: Csm | None) -> bool:
        """Tell whether they are this CSM: by mail, by the CRM's id, or by the name that stands alone."""
        if csm is None:
            return False
        by_mail = bool(self.mail and csm.mail and self.mail.casefold() == csm.mail.casefold())
        by_name = csm.id is None and csm.mail is None and csm.name == self.name
        return by_mail or csm.id == self.id or by_name

    @property
    def role_words(self) -> str:
        """Say the highest role in a word."""
        return "Ops" if self.may("ops") else "Leader" if self.may("leader") else "CSM"
