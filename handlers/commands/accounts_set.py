"""`accounts set` and `accounts remove`: one account is changed, or leaves."""

from typing import get_args

import click

from config.errors import nearest
from config.keys import key_fault
from config.source import ACCOUNTS
from handlers.commands.accounts_shown import change_row
from handlers.commands.accounts_written import account_id, by_option, show, write
from handlers.commands.forms import noted_form_option
from handlers.commands.forms import show as tell
from handlers.commands.session import Session
from handlers.stores.accounts import Edit, Word
from scoring.account import OwnerKey
from scoring.model import Segment


@click.command("set", short_help="Change one account, or add it.")
@click.argument("account")
@click.option("--name", metavar="TEXT", help="What it is called; empty takes the name away.")
@click.option("--segment", type=click.Choice([*get_args(Segment), ""]), help="Empty: as the CRM says.")
@click.option("--csm", metavar="TEXT", help="Who looks after it; empty: whom the CRM names.")
@click.option("--owner", "more", multiple=True, metavar="SOURCE=KEY", help="An owner that it gets. May be given again.")
@click.option(
    "--without", "less", multiple=True, metavar="SOURCE=KEY", help="An owner that it loses. May be given again."
)
@by_option
@noted_form_option
@click.pass_obj
def set_command(  # noqa: PLR0913  an option each
    session: Session,
    account: str,
    *,
    name: str | None,
    segment: str | None,
    csm: str | None,
    more: tuple[str, ...],
    less: tuple[str, ...],
    by: str | None,
) -> None:
    """Change what the store says of one account; what no option names stays. One that is not there is added.

    ACCOUNT is an id, or of one that is there its name or a part of it. An owner that belongs to another
    account is refused by name, and nothing is written.

    \b
    Example:
      healthscore accounts set 001Qy00000AbCdEIAV --name "Hotel Acme" --segment paid
      healthscore accounts set 001Qy00000AbCdEIAV --owner intercom=acme --without looker=77 --by zoe
      healthscore accounts set "hotel acme" --csm "Ana Moreau"
    """
    words: dict[Word, str | None] = {"name": name, "segment": segment, "csm": csm}
    said = {word: " ".join(text.split()) or None for word, text in words.items() if text is not None}
    gets, loses = (
        [_owner(session, one, flag) for one in some] for some, flag in ((more, "--owner"), (less, "--without"))
    )
    edit = Edit(account_id(session, account), said, more=tuple(gets), less=tuple(loses))
    if edit == Edit(edit.account_id):
        raise click.UsageError("nothing to change: give --name, --segment, --csm, --owner or --without")
    changes = [one for one in write(session, [edit], by).changes if one.account_id == edit.account_id]
    show(session, changes)
    told = change_row(changes[0]) if changes else {"account_id": edit.account_id, "deed": "unchanged"}
    tell(told, lambda people: people.print(f"{told['account_id']} {told['deed']}", markup=False))


def _owner(session: Session, said: str, option: str) -> OwnerKey:
    source, _, key = (part.strip() for part in said.partition("="))
    known = session.mapping_form().owner_columns
    if not key:
        raise click.BadParameter(f"{said!r} is no owner: expected such as intercom=acme", param_hint=option)
    if source not in known:
        near = nearest(source, known)
        hint = f"did you mean {near}?" if near else f"expected one of {', '.join(known)}"
        why = f"{ACCOUNTS.label} owns its accounts itself" if source == ACCOUNTS.name else "it is no source in use"
        raise click.BadParameter(f"{source!r}: {why}; {hint}", param_hint=option)
    fault = key_fault(key)
    if fault is not None:
        raise click.BadParameter(f"{key!r} is no key: {fault.said}", param_hint=option)
    return source, key


@click.command("remove", short_help="Let accounts leave the portfolio.")
@click.argument("ids", metavar="ACCOUNT…", nargs=-1, required=True)
@by_option
@noted_form_option
@click.pass_obj
def remove(session: Session, ids: tuple[str, ...], by: str | None) -> None:
    """Let accounts leave the portfolio: they are not scored any more, and their owners are free.

    ACCOUNT is an id, a name or a part of it. Their facts, records and history stay; an account that is
    added again has them.

    \b
    Example:
      healthscore accounts remove 001Qy00000AbCdEIAV --by zoe
    """
    wanted = dict.fromkeys(account_id(session, one) for one in ids)
    held = {account.id for account in session.mapping(None)}
    unknown = [key for key in wanted if key not in held]
    if unknown:
        raise click.ClickException(f"not among the {len(held)} accounts: {', '.join(unknown)}; nothing was changed")
    changes = write(session, [Edit(key, remove=True) for key in wanted], by).changes
    show(session, [change for change in changes if change.deed == "removed"])
    tell({"removed": list(wanted)}, lambda people: people.print(f"{len(wanted)} accounts left the portfolio"))
