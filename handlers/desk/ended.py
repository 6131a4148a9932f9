"""Sessions that somebody ended: their cookies open nothing more, whoever kept one."""

from handlers.desk.desk import Desk
from handlers.desk.signed import HOURS, Session
from scoring.instants import HOUR, Duration, Instant

JOURNAL = "ended sessions"
KEPT: Duration = (HOURS + 1) * HOUR
"""Longer than a cookie lasts, by whatever clock."""


def end(desk: Desk, session: Session) -> None:
    """Note that a session is over; pages of this process know at once, those of others once they read anew."""
    with desk.open_store() as store:
        store.append(JOURNAL, desk.clock(), session.id, KEPT)
    desk.memory.forget_all()


def is_ended(desk: Desk, session: Session, *, surely: bool) -> bool:
    """Tell whether a session was ended; `surely` asks the store itself, as a deed does."""
    return session.id in (_ended(desk) if surely else desk.memory.get(JOURNAL, lambda: _ended(desk)))


def _ended(desk: Desk) -> frozenset[str]:
    with desk.open_store() as store:
        return frozenset(store.entries(JOURNAL, Instant(desk.clock() - KEPT)))
