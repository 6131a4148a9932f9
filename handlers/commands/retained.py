"""Retention on a laptop: the weekly look, as a line on stderr; and what of it `status` shows."""

from collections.abc import Iterable

from handlers.commands.session import Session
from handlers.jobs.retention import Looked, look_weekly
from handlers.stores.protocol import Store
from handlers.words.figures import count
from scoring.account import Account


def let_go(session: Session, store: Store, accounts: Iterable[Account]) -> None:
    """Look through the store once a week, and say on stderr what left, and what leaves on which date."""
    config = session.config()
    looked = look_weekly(store, accounts, config.retention, config.model, session.clock())
    if looked is not None and looked.moved:
        session.warn(f"retention (retention.yaml): {'; '.join(said_of(looked))}")


def said_of(looked: Looked) -> list[str]:
    """Say what a look came to, a part each."""
    gone = [
        (looked.removed, "fact", " that no account was mapped to"),
        (looked.unseen, "fact", " that no month-end within its days can see"),
        (looked.records, "record", " of a score"),
        (looked.texts, "text", " of samples and opinions"),
    ]
    said = [f"{count(number, noun)}{of} removed" for number, noun, of in gone if number]
    leaving = [f"{number:,} on {date}" for date, number in looked.leaving.items()]
    more = f"facts that no account is mapped to leave: {', '.join(leaving)}; whoever is mapped before then keeps all"
    return [*said, more] if leaving else said
