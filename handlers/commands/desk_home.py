"""What the desk has on this machine: the store, the accounts, the config, and the files that say when to read anew."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click

from config.desk import load_desk
from handlers.clients.github.client import github_proposals
from handlers.clients.github.proposals import Proposals
from handlers.commands.finalise import folder_of
from handlers.commands.letters import beside
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.desk.local_closes import LocalCloses
from handlers.desk.local_scores import LocalScores
from handlers.desk.services import Services, SuggestionPlace
from handlers.desk.serving import Home
from handlers.environment import SettingsError
from handlers.jobs.adopting import keeps_accounts
from handlers.jobs.letter_file import LetterFile
from handlers.settings import load_settings
from handlers.sinks.conversation_links import conversation_links
from handlers.sinks.suggested_choice import suggestion_sink
from handlers.stores.protocol import Store, StoreError
from handlers.stores.sqlite.watch import Watch
from scoring.account import Account


def home_of(session: Session, mapping: Path | None, letters: Path | None = None) -> Home:
    """Give what the desk works with here; refuses a store that is not there, and a file that is none."""
    with session.store() as store:
        adopting = () if mapping is not None or keeps_accounts(store) else session.mapped_accounts(None)
    letter_file = output_file(session, letters or beside(session.store_url), mapping=mapping)
    file = session.store_file
    config = session.config()

    def open_store() -> AbstractContextManager[Store]:
        return _while_serving(session)

    def accounts() -> Sequence[Account]:
        return session.mapping(mapping)

    services = Services(
        LetterFile(letter_file, open_store, config.intake, session.clock, session.words()),
        LocalCloses(open_store, accounts, config, session.clock, folder_of(session), session.patience),
        LocalScores(open_store, config, session.clock),
        proposals=_proposals(),
        mapping=mapping,
        adopting=adopting,
        suggestions=_suggestions(session),
    )
    return Home(
        open_store,
        accounts,
        config,
        load_desk(session.config_dir),
        session.clock,
        None if file is None else Watch(file),
        [] if mapping is None else [mapping],
        session.config_dir,
        services,
    )


def _suggestions(session: Session) -> SuggestionPlace:
    """Say where suggestions are answered: in Salesforce where the environment names it, else in the store alone."""
    try:
        links = conversation_links(os.environ)
        salesforce = load_settings(os.environ, ("salesforce",)).salesforce
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    config, patience = session.config(), session.patience
    return SuggestionPlace(lambda store, now: suggestion_sink(salesforce, config, store, now, patience), links)


def _proposals() -> Proposals | None:
    """Give what opens pull requests, where the environment names a GitHub App."""
    try:
        return github_proposals(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _while_serving(session: Session) -> Iterator[Store]:
    """Open the store for a page; what a command ends with, such as that it is gone, is a sentence on the page."""
    try:
        with session.store() as store:
            yield store
    except click.ClickException as error:
        raise StoreError(error.message) from error
