"""What lists say of a customer beside the score: who looks after the account, what it is worth, until when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scoring.facts import CrmRecord, Fact
from scoring.observations import Fields

USER = "user"
"""The kind of CRM record that a CSM is."""

CSM = "owner_id"
"""The field of an account's record that names its CSM by the id of a user."""


@dataclass(frozen=True, slots=True)
class Csm:
    """Who looks after an account: a user of the CRM by id, and what is known of that user.

    A person who left is not active any more, and still stands as the owner until somebody else is
    named. Of an id that is no user's (a queue's), or that nobody may read, nothing more is known.
    Somebody whom the portfolio names in the CRM's stead has a name alone.
    """

    id: str | None
    name: str | None = None
    mail: str | None = None
    is_active: bool | None = None


def csm_of(
    profile: CrmRecord | None, users: Callable[[str], Iterable[CrmRecord]], said: str | None = None
) -> Csm | None:
    """Say who looked after an account, by its record of then; None where nobody is named.

    `users` are those of then that have an id. Whom the portfolio names (`said`) holds, whatever the CRM says;
    where both mean the same user, all is given that the CRM knows of that user.
    """
    named = _named(profile, users)
    if said is None or (named is not None and said in {named.id, named.name, named.mail}):
        return named
    return Csm(None, said)


def _named(profile: CrmRecord | None, users: Callable[[str], Iterable[CrmRecord]]) -> Csm | None:
    user_id = None if profile is None else profile.text(CSM)
    if user_id is None:
        return None
    user = next((one for one in users(user_id) if not one.yes("deleted")), None)
    return Csm(user_id) if user is None else Csm(user_id, user.text("name"), user.text("mail"), user.yes("is_active"))


def named_csms(facts: Iterable[Fact]) -> frozenset[tuple[str, str]]:
    """Give the sources and ids of all users whom the accounts' records of these facts ever named."""
    return frozenset(
        (fact.subject.source, value)
        for fact in facts
        if fact.subject.kind == "account"
        for observation in fact.observations
        if isinstance(observation.content, Fields)
        for name, value in observation.content.values
        if name == CSM and isinstance(value, str) and value
    )
