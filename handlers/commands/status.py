"""`status`: what the store knows, and what it waits for."""

from pathlib import Path

import click
import msgspec

from handlers.commands.forms import noted_form_option, show
from handlers.commands.session import Session, accounts_option
from handlers.commands.status_tables import show_status
from handlers.jobs.closes import Note
from handlers.jobs.crm_waits import CrmWait
from handlers.jobs.standing import Standing, standing_of
from scoring.feeds import Feed
from scoring.instants import Instant, format_date, format_instant
from scoring.outcome_facts import OutcomeCounts


@click.command()
@accounts_option
@noted_form_option
@click.pass_obj
def status(session: Session, mapping: Path | None) -> None:
    """Print what the store knows, and what it waits for.

    Feeds (covered since when, last heard when); records that changed unseen and must be read again;
    subjects that no source gives an owner; owners that no account is mapped to; months whose close a
    guard holds, or that were withdrawn; the log of deeds; what leaves the store by retention.yaml, and when; how
    many outcomes of renewals are known, and of how many renewals nobody knows what became of them (`healthscore
    outcomes` lists both). On a terminal they are
    tables that say what to do; else, or with --json, one line of JSON.

    \b
    Example:
      healthscore status
    """
    accounts, form = session.mapping(mapping), session.mapping_form()
    model, now = session.config().model, session.clock()
    with session.store() as store:
        found = standing_of(store, form.names, accounts, model, now)
    show(_told(found), lambda console: show_status(console, found, model, now))


def _told(found: Standing) -> dict[str, object]:
    """Give what programs are told."""
    return {
        "feeds": {source: _feed(feed) for source, feed in found.feeds.items()},
        "reread": [
            {"object": one.object, "id": one.subject.id, "since": format_instant(one.since)} for one in found.rereads
        ],
        "unattributed": found.unattributed,
        "unmapped": found.unmapped,
        "closes": {period: _close(one, found.crm_waits.get(period)) for period, one in found.closes.items()},
        "deeds": found.deeds,
        "outcomes": _outcomes(found.outcomes),
        "retention": _retention(found),
    }


def _retention(found: Standing) -> dict[str, object] | None:
    """Give what the last look came to that ended; and of one that is under way, since when, and of how many facts."""
    told: dict[str, object] = {} if found.retention is None else msgspec.to_builtins(found.retention)
    if found.looking is not None:
        told |= {"under_way": {"since": found.looking.at, "facts": found.looking.facts}}
    return told or None


def _outcomes(counts: OutcomeCounts | None) -> dict[str, object] | None:
    if counts is None:
        return None
    newest = None if counts.newest is None else format_date(counts.newest)
    kinds = {str(kind): how_many for kind, how_many in counts.kinds.items()}
    refused = {"unknown_account": counts.strange} if counts.strange else {}
    return {**kinds, "refused": refused, "unknown": counts.unknown, "unread": counts.unread, "newest": newest}


def _close(one: Note, wait: CrmWait | None) -> dict[str, object]:
    said: dict[str, object] = {
        "stage": one.stage,
        "at": format_instant(one.at),
        "held": {held.guard: held.seen for held in one.held},
    }
    return said if wait is None else said | {"crm": _wait(wait)}


def _wait(wait: CrmWait) -> dict[str, object]:
    since, again_at = format_instant(wait.since), None if wait.is_over else format_instant(wait.again_at)
    return {"waits_since": since, "again_at": again_at, "accounts": wait.accounts, "reason": wait.reason}


def _feed(feed: Feed) -> dict[str, str | None]:
    return {"covered_since": _shown(feed.covered_since), "last_heard": _shown(feed.latest)}


def _shown(instant: Instant | None) -> str | None:
    return None if instant is None else format_instant(instant)
