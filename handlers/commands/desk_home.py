"""What the desk has on this machine: the store, the accounts, the config, and the files that say when to read anew."""

from pathlib import Path

from config.desk import load_desk
from handlers.commands.outputs import STORE_PARTS
from handlers.commands.session import Session
from handlers.desk.serving import Home


def home_of(session: Session, mapping: Path | None) -> Home:
    """Give what the desk works with here; refuses a store that is not there."""
    with session.store():
        pass
    file = session.store_file
    files = [] if file is None else [file.with_name(file.name + part) for part in STORE_PARTS[:2]]
    return Home(
        session.store,
        lambda: session.mapping(mapping),
        session.config(),
        load_desk(session.config_dir),
        session.clock,
        [*files, *([] if file is None or mapping is None else [mapping])],
        session.config_dir,
    )
