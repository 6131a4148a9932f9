"""Where the console script begins: a stop is one line from here on, before anything else is imported."""

import sys

from handlers.garbage import collect_seldom
from handlers.stopping import end_at_once


def main() -> None:
    """Run the command line."""
    end_at_once("stopped before anything was done")
    collect_seldom()
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        sys.exit(_version())
    from handlers.cli import main as command_line  # noqa: PLC0415  it takes long enough to be stopped

    command_line()


def _version() -> int:
    """Print the version as the command line does, without loading it; give the exit code."""
    from importlib.metadata import version  # noqa: PLC0415  as above

    from handlers.ending import flushed  # noqa: PLC0415

    return flushed(0, f"{version('healthscore')}\n")
