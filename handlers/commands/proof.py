"""`explain` and `verify`: why a score is what it is, and that it is so."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import click

from config.errors import ConfigError
from config.loader import Config
from config.model_text import NewerModelError, model_from_text
from handlers.commands.accounts import find_ever
from handlers.commands.session import Session, accounts_option, result
from handlers.jobs.explained import Explained, as_of_of, explained, given_of
from handlers.stores.protocol import NewerFormError, Store, StoreError
from handlers.words.explanation import Beside, explanation
from handlers.words.repair import lift
from scoring.instants import Instant
from scoring.model import Model
from scoring.periods import period_end, period_of
from scoring.record import Record, holds


@click.command()
@click.argument("account")
@click.option("--period", metavar="YYYY-MM", help="The month to explain. Default: that of the latest record.")
@accounts_option
@click.pass_obj
def explain(session: Session, account: str, period: str | None, mapping: Path | None) -> None:
    """Say in words and points why an account has its score, and what changed since the last record.

    ACCOUNT is an id of 15 or 18 characters, a name, or a part of a name.

    \b
    Example:
      healthscore explain 001Qy00000AbCdEIAV --period 2026-10
      healthscore explain "four seasons lisbon"
    """
    config = session.config()
    found = find_ever(session, session.portfolio(mapping), account)
    now = session.clock()
    with session.store() as store:
        given = given_of(store, found)
        told = explained(given, _begun(period or given.latest_period or period_of(now), now), config, now)
    fresh, beside = told.fresh, Beside(told.movement, told.previous, told.stored, told.peers, told.tone)
    click.echo(explanation(fresh.score, fresh.measurements, config.model, beside))
    for line in _lift(told, config):
        click.echo(line)


def _begun(period: str, now: Instant) -> str:
    """Give back a period that has begun."""
    try:
        period_end(period)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from error
    try:
        as_of_of(period, now)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    return period


def _lift(told: Explained, config: Config) -> list[str]:
    """Say what would reach the next tier, after a blank line; nothing where nothing is to be said."""
    lines = lift(told.lifted, config.repairs)
    return ["", *lines] if lines else []


@click.command()
@click.pass_obj
def verify(session: Session) -> None:
    """Recompute every stored record from its receipt, under the model it was made with.

    Prints one line of JSON; the exit code is 1 where a record differs, and each one is listed.
    A record that a newer version of the program made is not judged: it is listed as refused.

    \b
    Example:
      healthscore verify
    """
    with session.store() as store:
        judge = _Judge(store)
        verdicts = {
            f"{account_id}_{period}": judge.verdict(account_id, period) for account_id, period in store.record_keys()
        }
    refused = {key: verdict.reason for key, verdict in verdicts.items() if verdict.newer}
    differing = {key: verdict.reason for key, verdict in verdicts.items() if verdict.reason and not verdict.newer}
    result({"records": len(verdicts), "differing": differing, "refused": refused})
    if differing:
        session.warn(f"{len(differing)} of {len(verdicts)} records do not follow from their receipts")
    if refused:
        session.warn(
            f"{len(refused)} of {len(verdicts)} records were made by a newer version of this program: use that"
        )
    if differing or refused:
        sys.exit(1)


class _Verdict(NamedTuple):
    """Why a record is not proved, if so; `newer`: because this version of the program may not judge it."""

    reason: str | None = None
    newer: bool = False


@dataclass
class _Judge:
    """Proves the records of a store; a model that made many of them is read once."""

    store: Store
    _models: dict[str, Model | None] = field(default_factory=dict)

    def verdict(self, account_id: str, period: str) -> _Verdict:
        """Say why a record is not proved, if so."""
        try:
            return _Verdict(self._fault(account_id, period))
        except (NewerFormError, NewerModelError) as error:
            return _Verdict(str(error), newer=True)
        except (StoreError, ConfigError) as error:
            return _Verdict(str(error))

    def _fault(self, account_id: str, period: str) -> str | None:
        record = self.store.record(account_id, period)
        if record is None or (record.score.account_id, record.period) != (account_id, period):
            return "it is another account's or period's record"
        model = self._model(record.score.model_version)
        if model is None:
            return f"its model {record.score.model_version} is not in the store, or cannot be read"
        if not holds(record, model):
            return "its numbers do not follow from its receipt"
        return None if record.first is None else self._fault_of_first(record.first)

    def _fault_of_first(self, first: Record) -> str | None:
        """Say what is wrong with what a correction keeps as shown first."""
        model = self._model(first.score.model_version)
        if model is None:
            version = first.score.model_version
            return f"what was shown first: its model {version} is not in the store, or cannot be read"
        return None if holds(first, model) else "what was shown first does not follow from its receipt"

    def _model(self, version: str) -> Model | None:
        """Give the model of a version; None where its text is not there, or is another's."""
        if version not in self._models:
            text = self.store.model(version)
            model = None if text is None else model_from_text(text)
            self._models[version] = model if model is not None and model.version == version else None
        return self._models[version]
