"""The whole job of a pilot, by the commands; and a process that does it as often as it is told to.

`python -m tests.live.whole` reads lines of JSON, `[folder, variables]`; for each it forks a process
that does the job there, and writes its id, then its exit status.
"""

import json
import os
import sys
import traceback
from pathlib import Path

import click

from handlers.cli import DEFAULT_CONFIG
from handlers.clients.remote import Patience
from handlers.commands.finalise import finalise_command
from handlers.commands.identity import apply, propose_command
from handlers.commands.live import backfill
from handlers.commands.session import Session
from tests.live.pilot import NOW

HEADER = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"


def do_all(folder: Path) -> None:
    """Backfill, find out who is who from an empty mapping, close October; any failure is raised."""
    session = Session(f"sqlite:///{folder}/store.db", DEFAULT_CONFIG, True, lambda: NOW, Patience(0.0, lambda _: None))
    empty, pairs, mapping = (folder / name for name in ("empty.csv", "pairs.csv", "mapping.csv"))
    empty.write_text(HEADER)

    def run(command: click.Command, *words: str) -> None:
        command.main([*words], standalone_mode=False, obj=session)

    run(backfill, "--accounts", str(empty))
    run(propose_command, "--accounts", str(empty), "--output", str(pairs))
    pairs.write_text(pairs.read_text().replace("proposed", "verified"))
    run(apply, str(pairs), "--accounts", str(empty), "--output", str(mapping))
    run(finalise_command, "--period", "2026-10", "--accounts", str(mapping))


def _work(folder: str, variables: dict[str, str]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.environ.update(variables)
    try:
        do_all(Path(folder))
    except BaseException:  # noqa: BLE001 - a forked process must end here, whatever happened
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Do what each line says."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _work(*json.loads(line))
        _say(child)
        _say(os.waitpid(child, 0)[1])


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
