"""`status`: what the store knows, and what it waits for."""

from pathlib import Path

import click

from handlers.commands.session import Session, accounts_option, result
from handlers.jobs.closes import Note, deeds, open_closes
from handlers.stores.protocol import FactStore
from scoring.account import Account
from scoring.feeds import Feed
from scoring.instants import Instant, format_instant


@click.command(short_help="Say what the store knows, and what must be read again.")
@accounts_option
@click.pass_obj
def status(session: Session, mapping: Path | None) -> None:
    """Print as one line of JSON what the store knows, and what it waits for.

    Feeds (covered since when, last heard when); records that changed unseen and must be read again;
    subjects that no source gives an owner; owners that no account is mapped to; months whose close a
    guard holds, or that were withdrawn; the log of deeds.

    \b
    Example:
      healthscore status
    """
    accounts, form = session.mapping(mapping), session.mapping_form()
    with session.store() as store:
        result(
            {
                "feeds": {source: _feed(feed) for source, feed in store.feeds().items()},
                "reread": [
                    {"object": one.object, "id": one.subject.id, "since": format_instant(one.since)}
                    for one in store.rereads()
                ],
                "unattributed": store.unattributed(),
                "unmapped": {source: unmapped(store, source, accounts) for source in form.names},
                "closes": {period: _close(one) for period, one in open_closes(store).items()},
                "deeds": deeds(store),
            }
        )


def _close(one: Note) -> dict[str, object]:
    return {"stage": one.stage, "at": format_instant(one.at), "held": {held.guard: held.seen for held in one.held}}


def _feed(feed: Feed) -> dict[str, str | None]:
    heard = feed.heard[-1].last if feed.heard else None
    return {"covered_since": _shown(feed.covered_since), "last_heard": _shown(heard)}


def _shown(instant: Instant | None) -> str | None:
    return None if instant is None else format_instant(instant)


def unmapped(store: FactStore, source: str, accounts: tuple[Account, ...]) -> list[list[str]]:
    """List the owners of a source that no account is mapped to, each by its ids."""
    mapped = {key for account in accounts for key in account.owners.get(source, ())}
    return [sorted(owner.ids) for owner in store.owners(source) if not owner.ids & mapped]
