"""The door of a deployment: `python -m handlers.deploying COMMAND`, as `make deploy` calls it."""

# ruff: noqa: E402  a stop is one line from the first line on, whatever is still being imported
from handlers.stopping import Stopped, end_at_once, end_in_order

STOPPED = "stopped: nothing was deployed, nothing of what was answered is kept"
if __name__ == "__main__":
    end_at_once(STOPPED)

import sys

import click

from config.errors import ConfigError
from handlers.deploying.commands import commands
from handlers.deploying.finding import DeployingError
from handlers.ending import say


def main() -> int:
    """Run a command; where it is stopped, not answered, or cannot go on, say so in one line."""
    end_in_order(STOPPED)
    try:
        code: int | None = commands.main(standalone_mode=False)
    except Stopped as stop:
        return _left(STOPPED, stop.code)
    except click.Abort:
        return _left("the questions ended before they were answered: run it in a terminal, or with ASK=no", 1)
    except click.ClickException as error:
        return say(error.format_message(), error.exit_code)
    except (ConfigError, DeployingError) as error:
        return say(str(error), 1)
    return code or 0


def _left(said: str, code: int) -> int:
    if sys.stderr.isatty():
        click.echo(err=True)
    return say(said, code)


if __name__ == "__main__":
    sys.exit(main())
