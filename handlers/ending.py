"""How a call of the command line ends: its output is whole, an error is a line on stderr, and the exit code fits."""

import os
import sys
from signal import SIGPIPE

UNREAD = 128 + SIGPIPE
"""The exit code where nobody reads stdout to its end, as behind `| head`: nothing is said then."""


def say(message: str, code: int) -> int:
    """Say an error on stderr, and give the exit code."""
    if sys.stderr is not None:
        sys.stderr.writelines(f"healthscore: {line}\n" for line in message.splitlines())
        sys.stderr.flush()
    return code


def said_of(error: OSError) -> str:
    """Say what is wrong with a file, or with the output."""
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"the output cannot be written: {error.strerror}"
    return f"{error.filename} cannot be used: {error.strerror}: check the path, and the rights on it and its folder"


def flushed(code: int, text: str = "") -> int:
    """Write this text and what is still to be written to stdout; give the exit code that the call has then."""
    try:
        if sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return code or UNREAD
    except OSError as error:
        _discard_output()
        return code or say(said_of(error), 1)
    return code


def _discard_output() -> None:
    """Let nothing more be written to stdout, which Python would try at its very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
