"""`erase`: an account, a company or a person goes out of all that is kept, with a receipt of what went."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from handlers.commands.accounts_written import user_of
from handlers.commands.erase_places import Asked, beyond_of
from handlers.commands.forms import noted_form_option, show
from handlers.commands.outputs import output_file
from handlers.commands.session import PARTIAL, Session, accounts_option
from handlers.jobs.erasing.erase import Erasure
from handlers.jobs.erasing.receipt import Receipt
from handlers.jobs.erasing.targets import Target, account_id_of, find_account, find_company, find_person
from handlers.stores.protocol import RefusedError, Store
from handlers.stores.tombstones import Kind
from handlers.words.figures import count

if TYPE_CHECKING:
    from rich.console import Console

_F = TypeVar("_F", bound=Callable[..., object])
_Find = Callable[[Store], Target]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the options of a call say."""

    dry_run: bool
    yes: bool
    undo: bool
    by: str | None
    receipt: Path | None
    dead_letter: Path | None
    reports: str | None = None
    salesforce: bool = False
    mapping: Path | None = None


def _options(command: _F) -> _F:
    for one in reversed(_OPTIONS):
        command = one(command)
    return command


_FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Say what would go, and what would stay; nothing is written."),
    click.option("--yes", is_flag=True, help="Do it without asking; else the id is to be typed once more."),
    click.option("--undo", is_flag=True, help="Let them in again: what comes from now on is kept. Nothing comes back."),
    click.option("--by", metavar="NAME", help="Who erases; kept in the log of deeds. Default: as for `accounts`."),
    click.option(
        "--receipt", metavar="FILE", type=_FILE, help="Write the receipt there too, as JSON; it names nobody."
    ),
    click.option("--dead-letter", metavar="FILE", type=_FILE, help="File of dead letters. Default: beside the store."),
    click.option("--reports", metavar="BUCKET", help="Also the CSV files of dry runs (the stack's ReportsBucket)."),
)


@click.group()
def erase() -> None:
    """Erase somebody who wants to be forgotten: out of facts, records, accounts, journals, dead letters.

    First look (--dry-run), then do it. What is erased does not come back: what the sources still send about it is
    refused and counted. The receipt says what went, what leaves by itself and when, and what is left for you to do;
    it names nobody. Stopped at any point, run the same again. Exit code 3: something stays, and is named.
    docs/operations.md, "Somebody wants to be forgotten", goes through it step by step.

    \b
    Example:
      healthscore erase account 001Qy00000AbCdEIAV --dry-run
      healthscore erase account 001Qy00000AbCdEIAV --salesforce --receipt receipt.json
      healthscore erase person anna@example.com --also "Anna Meier"
    """


@erase.command("account")
@click.argument("account", metavar="ID")
@click.option("--salesforce", is_flag=True, help="Also its scores and suggested signals in Salesforce.")
@accounts_option
@_options
@noted_form_option
@click.pass_obj
def account_command(session: Session, /, account: str, **options: Any) -> None:  # noqa: ANN401 - as declared above
    """Erase an account with all that every source said of its owners; one that another account shares stays.

    Records of other accounts stay as they are, also where medians of their peers counted this one. Totals of
    closed months are counted from what is kept, so they are those of the accounts that are left.

    \b
    Example:
      healthscore erase account 001Qy00000AbCdEIAV --dry-run
    """
    who = account_id_of(account)
    chosen = Choices(**options)
    _run(session, "account", who, lambda store: find_account(store, session.mapping(chosen.mapping), who), chosen)


@erase.command("company")
@click.argument("company", metavar="SOURCE=ID")
@accounts_option
@_options
@noted_form_option
@click.pass_obj
def company_command(session: Session, /, company: str, **options: Any) -> None:  # noqa: ANN401 - as declared above
    """Erase one owner of one source: an Intercom company, a Zendesk organisation, a Looker customer.

    The account that it is of keeps its other owners and its records; the next score goes by what is left.

    \b
    Example:
      healthscore erase company intercom=acme --dry-run
    """
    chosen = Choices(**options)
    accounts = session.mapping(chosen.mapping)
    _run(session, "company", company, lambda store: find_company(store, accounts, company), chosen)


@erase.command("person")
@click.argument("person", metavar="ID")
@click.option("--also", multiple=True, metavar="NAME", help="Another name, mail address or id of theirs; repeatable.")
@_options
@noted_form_option
@click.pass_obj
def person_command(session: Session, /, person: str, also: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - as declared above
    """Erase a person by mail address, name or user id; a user of the CRM is found with all three.

    What they did stays in the audit, done by `erased person`; so it does in records and facts that named them.

    \b
    Example:
      healthscore erase person anna@example.com --also "Anna Meier"
    """
    _run(session, "person", person, lambda store: find_person(store, person, also), Choices(**options))


def _run(session: Session, kind: Kind, who: str, find: _Find, chosen: Choices) -> None:
    file = None if chosen.receipt is None else output_file(session, chosen.receipt)
    asked = Asked(chosen.dead_letter, chosen.mapping, chosen.reports, chosen.salesforce)
    beyond = beyond_of(session, asked)
    with session.store() as store:
        by = chosen.by or user_of(session)
        job = Erasure(store, by, session.clock(), beyond, session.patience.wait)
        if chosen.undo:
            job.undo(kind, who)
            session.warn("what the sources say from now on is kept again; what was erased stays erased")
            return
        target = job.begun(kind, who) or find(store)
        receipt = _ask(session, job, target, chosen)
    if file is not None:
        with file.replaced() as written:
            written.write(msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n")
    _report(session, receipt)


def _ask(session: Session, job: Erasure, target: Target, chosen: Choices) -> Receipt:
    """Look, ask, and do it; raises an error where nothing is known of them, or where the answer is no."""
    looked = job.look(target)
    if not looked.erased and not job.is_erased(target.kind, target.id) and job.begun(target.kind, target.id) is None:
        said = looked.stays[0].why if looked.stays else "check the id, and that --store names the right store"
        raise RefusedError(f"nothing is kept of {target.id}: {said}")
    if chosen.dry_run:
        return looked
    found = ", ".join(f"{place} {number:,}" for place, number in looked.erased.items()) or "nothing that is left"
    session.warn(f"of {target.kind} {target.id}: {found}; this cannot be undone")
    if not chosen.yes and not _typed(target.id):
        raise click.ClickException("nothing was erased: add --yes to do it, or type the id")
    return job.erase(target)


def _typed(who: str) -> bool:
    return sys.stdin.isatty() and click.prompt("Type the id to erase it", err=True) == who


def _report(session: Session, receipt: Receipt) -> None:
    show(msgspec.to_builtins(receipt), lambda console: _tell(console, receipt))
    for one in receipt.stays:
        session.warn(f"{one.place} stays: {one.why}")
    if receipt.stays:
        sys.exit(PARTIAL)


def _tell(console: "Console", receipt: Receipt) -> None:
    verb = "Erased" if receipt.did else "Would be erased"
    console.print(f"{verb}: {count(sum(receipt.erased.values()), 'thing')} of {count(len(receipt.erased), 'place')}.")
    for place, number in receipt.erased.items():
        console.print(f"  {number:>8,}  {place}")
    console.print("Leaves by itself:")
    for gone in receipt.leaves_by_itself:
        console.print(f"  {gone.place}: {gone.what} ({gone.when})", markup=False)
    console.print("For you to do:")
    for left in receipt.by_hand:
        console.print(f"  {left.place}: {left.what}", markup=False)
