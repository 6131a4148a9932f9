"""`dead-letters`: what could not be read or done, on AWS and on a laptop: seen, tried again, dropped for a reason."""

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from config.source import IN_TURN
from handlers.commands.accounts_written import by_option, user_of
from handlers.commands.forms import noted_form_option, show
from handlers.commands.letters import beside
from handlers.commands.letters_chosen import Chosen
from handlers.commands.outputs import output_file
from handlers.commands.session import PARTIAL, Session, result
from handlers.desk import audit
from handlers.desk.people import Person
from handlers.jobs.letter_file import LetterFile
from handlers.jobs.letters import DeadLetters, Letter
from handlers.stores.protocol import StoreError
from handlers.words.figures import count
from handlers.words.layout import clean
from handlers.words.redacted import redacted, without_people
from scoring.instants import format_instant

if TYPE_CHECKING:
    from handlers.cloud.dead_letters import QueueLetters

_FEWEST_LETTERS = 5
_FILE = click.Path(dir_okay=False, path_type=Path)
_ALL = click.option("--all", "every", is_flag=True, help="All that the other options leave.")


_CHOOSING = (
    click.option(
        "--file", metavar="FILE", type=_FILE, help="A file of dead letters; on a laptop the one beside the store."
    ),
    click.option("--saying", metavar="TEXT", help="Only those whose reason has this in it."),
    click.option("--place", metavar="TEXT", help="Only of a queue or file whose name has this, such as calls."),
    click.option("--source", type=click.Choice(IN_TURN), help="Only messages of this source."),
)


@click.group("dead-letters")
def dead_letters() -> None:
    """Look at messages that could not be read, and at calls that failed to the end; try them again, or drop them.

    With --store dynamodb://PREFIX these are the stack's queues (events, rescores, suggestions, calls), else the file
    that `ingest` leaves beside the store. A message goes back to where it died; of a call (a sweep, a close) what
    failed is asked for again. What fails again comes back with its new reason. Retries and drops are in the audit.

    \b
    Example:
      healthscore --store dynamodb://healthscore dead-letters list
      healthscore --store dynamodb://healthscore dead-letters retry --all
      healthscore dead-letters drop 0f3a --reason "a test of the sender"
    """


def _of(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the letters of the session's store, and those options that choose among them."""

    @wraps(command)
    def with_letters(
        session: Session,
        source: str | None,
        place: str | None,
        saying: str | None,
        file: Path | None,
        **more: Any,  # noqa: ANN401  what the command itself asks for
    ) -> None:
        command(session, Chosen(_letters(session, file, place or ""), source, place, saying), **more)

    given: Callable[..., None] = click.pass_obj(cast("Callable[..., None]", with_letters))
    for option in _CHOOSING:
        given = option(given)
    return given


def _letters(session: Session, file: Path | None, place: str) -> DeadLetters:
    if session.prefix is not None and file is None:
        from handlers.cloud.stack_letters import stack_letters  # noqa: PLC0415  boto3 is slow to import

        found = stack_letters(session.prefix)
        if not found.queues:
            raise StoreError(f"no queue is named {session.prefix}-…-dead here: look at the prefix and at AWS_REGION")
        return _among(found, place)
    where = output_file(session, file or beside(session.store_url))
    return LetterFile(where, session.store, session.config().intake, session.clock, session.words())


def _among(found: "QueueLetters", place: str) -> DeadLetters:
    chosen = found.among(place)
    if not chosen.queues:
        named = ", ".join(queue.name for queue in found.queues)
        raise click.BadParameter(f"no queue has this in its name: {named}", param_hint="--place")
    return chosen


@dead_letters.command("list")
@noted_form_option
@_of
def list_command(_: Session, chosen: Chosen) -> None:
    """List dead letters: where each stands, since when, and why it is dead. People's names are left out."""
    letters = chosen.letters
    told = {"place": letters.place, "letters": [_told(one) for one in chosen.found], "has_more": chosen.has_more}

    from handlers.commands.dead_letter_tables import show_letters  # noqa: PLC0415  programs do not wait for tables

    show(told, lambda console: show_letters(console, chosen.found, letters.place, has_more=chosen.has_more))


@dead_letters.command("show")
@click.argument("letter")
@click.option("--raw", is_flag=True, help="The whole body as it came, with what people wrote and are called.")
@_of
def show_command(_: Session, chosen: Chosen, letter: str, *, raw: bool) -> None:
    """Show one letter with its body: without people's names and texts, unless --raw is given."""
    (one,) = chosen.named([letter], every=False)
    result(_told(one) | {"body": one.body if raw else redacted(one.body)})


@dead_letters.command("retry")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_ALL
@by_option
@_of
def retry_command(session: Session, chosen: Chosen, ids: Sequence[str], by: str | None, *, every: bool) -> None:
    """Try letters again: a message goes back to be taken in; of a call, what failed is asked for again."""
    wanted = chosen.named(ids, every=every)
    able = [one.id for one in wanted if one.can_retry]
    came = chosen.letters.retry(able) if able else None
    done = 0 if came is None else came.done
    _note(session, by, "dead letter retried", wanted, after=f"{done} of {len(wanted)} tried again")
    result({"retried": done, "stays": len(wanted) - done, "is_sent": came is not None and came.is_sent})
    if came is not None and came.trouble is not None:
        session.warn(came.trouble)
    _say_more(session, chosen, every=every)
    if done < len(wanted):
        sys.exit(PARTIAL)


@dead_letters.command("drop")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@_ALL
@click.option("--reason", required=True, metavar="TEXT", help="Why: what the letter says is lost. Kept in the audit.")
@by_option
@_of
def drop_command(
    session: Session, chosen: Chosen, ids: Sequence[str], reason: str, by: str | None, *, every: bool
) -> None:
    """Drop letters that nobody wants, for a reason."""
    said = " ".join(reason.split())
    if len(said) < _FEWEST_LETTERS:
        raise click.BadParameter("say in some words why what the letter says is not wanted", param_hint="--reason")
    wanted = chosen.named(ids, every=every)
    _note(session, by, "dead letter dropped", wanted, reason=said)
    gone = chosen.letters.drop([one.id for one in wanted]) if wanted else ()
    result({"dropped": len(gone)})
    _say_more(session, chosen, every=every)
    if len(gone) < len(wanted):
        session.warn(f"{count(len(wanted) - len(gone), 'letter')} stayed: somebody else has it, or it is gone already")
        sys.exit(PARTIAL)


def _say_more(session: Session, chosen: Chosen, *, every: bool) -> None:
    if every and chosen.has_more:
        session.warn("there are more letters than were read at once: run this again")


def _note(session: Session, by: str | None, act: str, letters: Sequence[Letter], **told: str) -> None:
    """Write a line into the audit for each letter, as the desk does."""
    if not letters:
        return
    name = by or user_of(session)
    with session.store() as store:
        trail = audit.Trail(store, session.config().retention.audit)
        for one in letters:
            audit.note(trail, session.clock(), Person(name, name), act, f"dead letter {one.id}", **told)


def _told(one: Letter) -> dict[str, object]:
    return {
        "id": one.id,
        "place": clean(without_people(one.place)),
        "source": one.source,
        "at": None if one.at is None else format_instant(one.at),
        "reason": clean(without_people(one.reason)),
        "can_retry": one.can_retry,
    }
