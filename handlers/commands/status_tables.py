"""How a store stands, for people: tables that say what to do."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.source import label_of
from handlers.commands.tables import table
from handlers.jobs.closes import Deed, Note
from handlers.jobs.crm_waits import CrmWait
from handlers.jobs.feed_states import FeedState, Stand, feed_states
from handlers.jobs.standing import Standing
from handlers.stores.protocol import Reread
from handlers.words.crm_waits import wait_in_words
from handlers.words.figures import count, moment, span
from handlers.words.layout import clean
from handlers.words.outcomes import NOBODYS, UNDECIDED
from scoring.instants import HOUR, Instant, format_date, parse_instant
from scoring.model import Model

MOST_NAMED = 3
"""So many owners of a source are named; more are counted."""

MOST_DEEDS = 10
"""So many deeds are shown, the latest first."""

_NEVER = "never"
_WORDS = {
    "held": "held: look at it with `healthscore finalise --dry-run`; --yes-close GUARD lets it through",
    "writing": "not written to its end: run `healthscore finalise` for the period again",
    "withdrawn": "withdrawn: `healthscore finalise` closes it anew",
    "closed": "closed",
}


def show_status(console: Console, found: Standing, model: Model, now: Instant) -> None:
    """Print how a store stands now."""
    console.print(_feeds(found, model, now))
    for made in (_waiting(found), _closes(found), _deeds(found), _outcomes(found), _leaving(found)):
        if made.row_count:
            console.print()
            console.print(made)
    if not (found.rereads or any(found.unmapped.values()) or found.unattributed or found.closes):
        console.print("\nNothing waits to be read again, to be mapped or to be closed.")


def _feeds(found: Standing, model: Model, now: Instant) -> Table:
    """List every source that the model counts on, and any other that was heard."""
    made = table("Source", "Covered since", "Last heard", "", "What to do")
    for state in feed_states(found.feeds, model, now):
        made.add_row(label_of(state.source), *_feed(state, now))
    return made


def _feed(state: FeedState, now: Instant) -> tuple[str, str, str, str]:
    since = _NEVER if state.covered_since is None else format_date(state.covered_since)
    last = _NEVER if state.heard is None else f"{span(max(0, now - state.heard) // HOUR)} ago"
    return (since, last, *_JUDGED[state.stand])


_JUDGED: Mapping[Stand, tuple[str, str]] = {
    "unused": ("", ""),
    "unknown": ("[yellow]nothing known[/]", "ingest, import or backfill it; where you do not have it, nothing"),
    "dead": ("[bold red]dead[/]", "mend its webhook or sweep (`healthscore doctor`), then backfill"),
    "stale": ("[yellow]stale[/]", "see whether its webhook or sweep runs (`healthscore doctor`)"),
    "not covered": ("[yellow]not covered[/]", "`healthscore backfill` brings its past"),
    "fresh": ("[green]fresh[/]", ""),
}
"""How a source stands, and what to do about it."""


def _waiting(found: Standing) -> Table:
    made = table("Waits", ">How many", "Which", "What to do")
    made.columns[2].overflow = "fold"
    for name, number, since in _by_object(found.rereads):
        which = f"{escape(clean(name))}, since {format_date(since)}"
        made.add_row("to be read again", f"{number:,}", which, "`healthscore sweep`")
    for kind, number in found.unattributed.items():
        made.add_row("without an owner", f"{number:,}", escape(clean(kind)), "`healthscore sweep` asks about them")
    for source, owners in found.unmapped.items():
        if owners:
            which = f"{label_of(source)}: {escape(_named(owners))}"
            made.add_row("without an account", f"{len(owners):,}", which, "`healthscore identity propose`")
    return made


def _outcomes(found: Standing) -> Table:
    """Count the outcomes that are known, and the renewals without one; nothing where nothing is known of either."""
    made, counts = table("Outcome of a renewal", ">How many", "What to do"), found.outcomes
    if counts is None:
        made.add_row("not counted here", "", "`healthscore outcomes` counts them: it reads every account")
        return made
    if not (any(counts.kinds.values()) or counts.unknown or counts.unread or counts.strange):
        return made
    for kind, how_many in counts.kinds.items():
        made.add_row(kind, f"{how_many:,}", "")
    for why, how_many in counts.unknown.items():
        made.add_row(f"unknown ({why})", f"{how_many:,}", f"{UNDECIDED[why]}: see `healthscore outcomes`")
    if counts.strange:
        made.add_row("refused (unknown_account)", f"{counts.strange:,}", f"{NOBODYS}: see `healthscore outcomes`")
    if counts.unread:
        made.add_row("accounts that cannot be read", f"{counts.unread:,}", "`healthscore outcomes` names them")
    newest = "none" if counts.newest is None else format_date(counts.newest)
    made.add_row("[dim]the newest[/]", "", newest)
    return made


def _leaving(found: Standing) -> Table:
    """Say what leaves by retention.yaml, and when; nothing where nothing has a date, and no look is under way."""
    made, looked = table("Leaves the store", ">How many", "When", "What to do"), found.retention
    for date, number in ({} if looked is None else looked.leaving).items():
        made.add_row("facts without an account", f"{number:,}", date, "map their owners before then, to keep them")
    if found.looking is not None:
        since = format_date(parse_instant(found.looking.at))
        made.add_row("facts looked at so far", f"{found.looking.facts:,}", f"since {since}", "each sweep goes on")
    return made


def _by_object(rereads: Iterable[Reread]) -> Iterator[tuple[str, int, Instant]]:
    """Give by object how many records wait, and since when the first does."""
    since = defaultdict[str, list[Instant]](list)
    for one in rereads:
        since[one.object].append(one.since)
    return ((name, len(found), min(found)) for name, found in sorted(since.items()))


def _named(owners: Sequence[Sequence[str]]) -> str:
    """Name a few owners, each by its shortest id."""
    told = [clean(min(ids, key=len)) for ids in islice(owners, MOST_NAMED)]
    more = [f"{len(owners) - MOST_NAMED:,} more"] if len(owners) > MOST_NAMED else []
    return ", ".join([*told, *more])


def _closes(found: Standing) -> Table:
    made = table("Close of", "Since", "How it stands")
    for period, one in found.closes.items():
        made.add_row(period, moment(one.at), escape(_standing(one, found.crm_waits.get(period))))
    return made


def _standing(one: Note, wait: CrmWait | None) -> str:
    if wait is not None and one.stage == "writing":
        return clean(wait_in_words(wait))
    seen = (f"{held.guard}: {clean(held.seen)}" for held in one.held)
    return "\n".join([_WORDS[one.stage], *seen])


def _deeds(found: Standing) -> Table:
    made = table("Deeds", "", "", "Why")
    made.columns[3].overflow = "fold"
    for one in reversed(found.deeds[-MOST_DEEDS:]):
        made.add_row(*_deed(one))
    if len(found.deeds) > MOST_DEEDS:
        made.add_row(f"and {count(len(found.deeds) - MOST_DEEDS, 'earlier one')}: --json has all", "", "", "")
    return made


def _deed(one: Deed) -> Iterator[str]:
    yield moment(parse_instant(one.at))
    yield from (escape(clean(text)) for text in (one.deed, one.of, one.reason))
