"""`digest`: what a morning holds that was not told before, sent to Slack or Teams."""

import os
import sys
from dataclasses import replace

import click

from config.desk import load_desk
from config.digest import load_digest
from handlers.commands.session import PARTIAL, Session
from handlers.jobs.digest import Digest, digest_of
from handlers.jobs.digest_told import deliver
from handlers.jobs.digest_waits import waiting_now
from handlers.jobs.portfolio import Asked, latest_period, lines_of
from handlers.jobs.views import entries_of
from handlers.stores.protocol import Store
from handlers.words.digest import letter_of, silence_letter, text_of
from handlers.words.figures import count


@click.command("digest")
@click.option("--dry-run", is_flag=True, help="Print what would be sent; nothing is sent, and nothing is noted.")
@click.option("--csm", metavar="NAME", help="Only accounts of this CSM: a part of the name or mail, or the id.")
@click.pass_obj
def digest_command(session: Session, csm: str | None, *, dry_run: bool) -> None:
    """Tell a channel of Slack or Teams what is new this morning: who fell a tier, who lost points, who renews soon.

    It is what the desk's My morning has, less what was reported before: each account is reported once, and again when
    it is worse. Where nothing is new, nothing is sent. Sources that fell silent are reported too, for then a quiet
    morning says little. With words on, suggested signals that wait for an answer are counted by CSM, when one of them
    is new. What was reported is noted only when the channel took it; what failed is sent again the next time.

    The variable DIGEST_WEBHOOK holds the address of the channel's webhook; CSMs may have one of their own, see
    digest.yaml and docs/digest.md. With DESK_ADDRESS names are links to the desk.

    \b
    Example:
      healthscore digest --dry-run
      DIGEST_WEBHOOK=https://hooks.slack.com/services/... healthscore digest
    """
    with session.store() as store:
        period, found = _found(session, store, csm)
        if dry_run:
            _print(found, period)
            return
        from handlers.sinks.channels.choice import Channels  # noqa: PLC0415  a dry run talks to nobody

        channels = Channels(load_digest(session.config_dir), os.environ, session.patience)
        done = deliver(store, found, period, channels)
    said = f"told of {count(done.accounts, 'account')} in {count(done.messages, 'message')}"
    session.stderr.print("nothing is new: nothing was sent" if found.is_empty else said, markup=False)
    for reason in done.failed.values():
        session.warn(reason)
    if done.failed:
        session.warn("what was not taken is told the next time")
        sys.exit(PARTIAL)


def _found(session: Session, store: Store, csm: str | None) -> tuple[str, Digest]:
    """Find what is new in the latest month; refuses where there is no record: no news would look like peace."""
    period, terms, now = latest_period(store), load_desk(session.config_dir), session.clock()
    if period is None:
        raise click.ClickException("no account has a record yet: run finalise, or rescore one")
    config = session.config()
    model = config.model
    lines = lines_of(store, period, model.currencies)
    wanted = [line for line in lines if Asked(csm=csm).fits(line)]
    if not wanted:
        raise click.ClickException(f"no account has a CSM {csm!r}: healthscore portfolio shows who there is")
    waiting = waiting_now(store, config, session.mapping(None), now)
    found = digest_of(store, entries_of(wanted, period, terms, now), model, terms, now, waiting)
    return period, found if csm is None else replace(found, silences=(), heard={})


def _print(found: Digest, period: str) -> None:
    letters = [silence_letter(found.silences)] if found.silences else []
    letters += [letter_of(group, period) for group in found.groups]
    click.echo("\n\n".join(map(text_of, letters)) or "Nothing is new: nothing would be sent.")
