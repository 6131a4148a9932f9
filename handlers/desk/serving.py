"""The desk on a laptop: on 127.0.0.1, for whoever started it, until Ctrl-C."""

import webbrowser
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from errno import EADDRINUSE
from pathlib import Path
from threading import Thread

import click
import uvicorn

from config.desk import DeskTerms
from config.loader import DEFAULT_DIRECTORY, Config
from handlers.clients.listening import listening
from handlers.desk.app import desk_app
from handlers.desk.desk import Desk
from handlers.desk.laptop import LaptopSignIn
from handlers.desk.memory import Memory
from handlers.desk.services import Services
from handlers.stopping import Stopped
from handlers.stores.protocol import Store
from handlers.stores.sqlite.watch import Watch
from scoring.account import Account
from scoring.instants import SECOND, Instant

HOST = "127.0.0.1"
_KEPT = 120 * SECOND
"""What was read of a store that is no file is read anew after so long."""


@dataclass(frozen=True)
class Home:
    """What the desk serves on this machine: a store, and the `watch` of a file; accounts, and their `files`."""

    open_store: Callable[[], AbstractContextManager[Store]]
    accounts: Callable[[], Sequence[Account]]
    config: Config
    terms: DeskTerms
    clock: Callable[[], Instant]
    watch: Watch | None = None
    files: Sequence[Path] = ()
    directory: Path = DEFAULT_DIRECTORY
    services: Services = field(default_factory=Services)

    def stamp(self) -> Hashable:
        """Give what changes when the store or the accounts do."""
        if self.watch is None:
            return self.clock() // _KEPT
        return self.watch.stamp(), *(_stamp_of(file) for file in self.files)


def _stamp_of(file: Path) -> Hashable:
    """Give what changes when a file does."""
    try:
        known = file.stat()
    except FileNotFoundError:
        return None
    return known.st_mtime_ns, known.st_size, known.st_ino


def local_desk(home: Home) -> Desk:
    """Make the desk of this machine; accounts are read anew only when their file or the store changes."""
    memory = Memory(home.stamp)
    return Desk(
        home.open_store,
        home.config,
        home.terms,
        lambda: memory.get("accounts", home.accounts),
        home.clock,
        memory,
        is_local=True,
        directory=home.directory,
        services=home.services,
        journals=home.watch,
    )


def serve(home: Home, port: int, *, opens: bool) -> None:
    """Serve the desk until Ctrl-C; its address, with a token that works once, is the first line on stdout."""
    sign_in = LaptopSignIn()
    app = desk_app(local_desk(home), sign_in)
    config = uvicorn.Config(
        app, HOST, port, log_level="error", access_log=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    try:
        bound = listening(HOST, port)
    except OSError as error:
        why = "another program has it" if error.errno == EADDRINUSE else (error.strerror or "").lower()
        taken = f"the desk cannot listen on port {port}: {why}"
        raise click.ClickException(f"{taken}; choose one with --port, or any free one with --port 0") from error
    with bound:
        address = f"http://{HOST}:{bound.getsockname()[1]}/sign-in?token={sign_in.token}"
        try:
            click.echo(address)
            click.echo("The desk is open to you alone, on this machine, until Ctrl-C.", err=True)
            if opens:
                Thread(target=webbrowser.open, args=(address,), daemon=True).start()
            uvicorn.Server(config).run(sockets=[bound])
        except Stopped:
            click.echo("healthscore: the desk is closed", err=True)
