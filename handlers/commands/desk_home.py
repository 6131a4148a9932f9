"""What the desk has on this machine: the store, the accounts, the config, and the files that say when to read anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from config.desk import load_desk
from handlers.commands.outputs import STORE_PARTS
from handlers.commands.session import Session
from handlers.desk.serving import Home
from handlers.stores.protocol import Store, StoreError


def home_of(session: Session, mapping: Path | None) -> Home:
    """Give what the desk works with here; refuses a store that is not there."""
    with session.store():
        pass
    file = session.store_file
    files = [] if file is None else [file.with_name(file.name + part) for part in STORE_PARTS[:2]]
    return Home(
        lambda: _while_serving(session),
        lambda: session.mapping(mapping),
        session.config(),
        load_desk(session.config_dir),
        session.clock,
        [*files, *([] if file is None or mapping is None else [mapping])],
        session.config_dir,
    )


@contextmanager
def _while_serving(session: Session) -> Iterator[Store]:
    """Open the store for a page; what a command ends with, such as that it is gone, is a sentence on the page."""
    try:
        with session.store() as store:
            yield store
    except click.ClickException as error:
        raise StoreError(error.message) from error
