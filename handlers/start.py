"""Where the console script begins: a stop is one line from here on, before anything else is imported."""

from handlers.stopping import end_at_once


def main() -> None:
    """Run the command line."""
    end_at_once("stopped before anything was done")
    from handlers.cli import main as command_line  # noqa: PLC0415  it takes long enough to be stopped

    command_line()
