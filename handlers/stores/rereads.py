"""What a fact's gaps come to now: is there something to be read again?"""

from handlers.stores.protocol import Reread
from scoring.facts import ENTIRE, Fact, in_order, open_gap
from scoring.observations import Gap, Observation


def reread(fact: Fact) -> Reread | None:
    """Give what must be re-read of a fact; None where no gap is open.

    The gap of one record is settled by its own re-read, the gap of a whole object (subject id
    `*`) by a later resync.
    """
    marks = [o for o in in_order(fact.observations) if isinstance(o.content, Gap) and not o.content.resynced]
    if not marks or _settled(fact, marks[-1]) or not isinstance(marks[-1].content, Gap):
        return None
    return Reread(fact.subject, marks[-1].content.object, marks[-1].at)


def _settled(fact: Fact, mark: Observation) -> bool:
    if fact.subject.id != ENTIRE:
        return open_gap(in_order(fact.observations)) is None
    return any(isinstance(o.content, Gap) and o.content.resynced and o.at > mark.at for o in fact.observations)
