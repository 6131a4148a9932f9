"""How a call of the command line is stopped, by Ctrl-C or a plain `kill`: at any moment, in one line.

It imports next to nothing: what is imported before it can only be stopped with a traceback.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE_SECONDS = 2.0


class Stopped(BaseException):
    """Somebody stopped the call by a signal; `code` is the exit code that a shell expects of it."""

    def __init__(self, number: int) -> None:
        """Keep what a shell expects."""
        super().__init__(number)
        self.code = 128 + number


def end_at_once(said: str) -> None:
    """From now on a stop ends the process at once with this line: there is nothing that must be ended in order."""
    _listen(lambda number, _: _end(number, said))


def end_in_order(said: str) -> None:
    """From now on a stop raises Stopped, so that files and connections are closed; a second one ends at once.

    So does the first where the process does not come to it: as while it waits for a lock of SQLite.
    """
    heeded: list[int] = []

    def stop(number: int, _: FrameType | None) -> NoReturn:
        heeded.append(number)
        end_at_once(said)
        raise Stopped(number)

    _listen(stop)
    _watch(said, heeded)


def end_no_more() -> None:
    """From now on a stop changes nothing: the call is ending."""
    _listen(signal.SIG_IGN)


def _listen(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    """Handle signals, but for those that whoever started this process wants passed over, as `nohup` does."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end(number: int, said: str) -> NoReturn:
    os.write(2, f"healthscore: {said}\n".encode())
    os._exit(128 + number)


def _watch(said: str, heeded: list[int]) -> None:
    """End the process where a stop was not heeded after a while; its number comes at once, by a pipe."""
    from threading import Thread  # noqa: PLC0415  as above
    from time import sleep  # noqa: PLC0415  likewise

    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    signal.set_wakeup_fd(writes, warn_on_full_buffer=False)

    def watch() -> None:
        while number := os.read(reads, 1)[0]:
            if number in SIGNALS:
                sleep(GRACE_SECONDS)
                if not heeded:
                    _end(number, said)

    Thread(target=watch, daemon=True).start()
