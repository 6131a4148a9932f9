"""The census: what the org has of an object, so that what it no longer has can be reported (DESIGN.md, promise 1)."""

from dataclasses import dataclass, field

from config.intake import CensusLimits, CrmObject
from handlers.clients.crm import Crm, ExpiredQueryError, ObjectError
from handlers.pulls.salesforce import id_of, instant_of, rows, where
from scoring.instants import Instant

_TRIES = 3


class HeldError(ObjectError):
    """An answer lacks so much of what is known that it is not believed."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What may be missing of an object before an answer is doubted, and of which objects it never is."""

    limits: CensusLimits = field(default_factory=CensusLimits)
    believed: frozenset[str] = frozenset()

    def doubt(self, crm_object: CrmObject, gone: int, known: int) -> str | None:
        """Say why an answer is not believed that lacks so many of the known records; None where it is."""
        name = crm_object.object
        if name.lower() in self.believed or not self.limits.doubts(gone, known):
            return None
        lacks = f"Salesforce does not have {gone} of the {known} known records of {name}: nothing was taken for erased"
        remedy = f"give the API user View All of {name}; if they are gone, run healthscore sweep --believe {name}"
        return f"{lacks}: {remedy}"

    def check(self, crm_object: CrmObject, gone: int, known: int) -> None:
        """Raise HeldError where an answer is not believed."""
        doubt = self.doubt(crm_object, gone, known)
        if doubt is not None:
            raise HeldError(doubt)


BELIEVING = Trust(CensusLimits(most_gone_pct=None))
"""For answers that were vouched for before."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The ids that an org has of an object: in use, of these those that changed late enough, in the recycle bin."""

    live: frozenset[str]
    telling: frozenset[str]
    binned: frozenset[str]


def listed(crm: Crm, crm_object: CrmObject, since: Instant | None) -> Listed:
    """List the ids of an object, archived ones too; those telling were changed since an instant, or any time.

    Raises SourceError where the list is not whole: a row without an id, or an id that comes twice.
    """
    for _ in range(_TRIES - 1):
        try:
            return _listed(crm, crm_object, since)
        except ExpiredQueryError:
            continue
    return _listed(crm, crm_object, since)


def _listed(crm: Crm, crm_object: CrmObject, since: Instant | None) -> Listed:
    live, telling, binned = set[str](), set[str](), set[str]()
    names = [name for name in ("Id", "IsDeleted", "SystemModstamp") if name in crm_object.system]
    for row in rows(crm, crm_object.object, names, where(crm_object), with_deleted=True):
        record_id = id_of(row, crm_object.object)
        if record_id in live or record_id in binned:
            raise ObjectError(f"Salesforce gave a record of {crm_object.object} twice: try again")
        (binned if row.get("IsDeleted") is True else live).add(record_id)
        changed = instant_of(row["SystemModstamp"])
        if row.get("IsDeleted") is not True and (since is None or changed is None or changed >= since):
            telling.add(record_id)
    return Listed(frozenset(live), frozenset(telling), frozenset(binned))
