"""`healthscore desk` as a process of its own, and what people who have its address get from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from subprocess import Popen
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from tests.test_stopping import begun

CLOSED = b"The desk is open to you alone, on this machine, until Ctrl-C.\nhealthscore: the desk is closed\n"


@dataclass
class Running:
    """A desk that runs: the address that it printed, the one of its first page, and its process."""

    entrance: str
    address: str
    process: Popen[bytes]


@contextmanager
def running(store: Path, *words: str) -> Iterator[Running]:
    """Start a desk on a store; it is over when the test is."""
    call = ("--store", f"sqlite:///{store}", "desk", "--port", "0", "--no-browser", *words)
    with begun(store.parent, *call) as process:
        assert process.stdout is not None
        entrance = process.stdout.readline().decode().strip()
        yield Running(entrance, entrance.partition("/sign-in")[0], process)


@dataclass
class Caller:
    """Somebody without a screen who keeps cookies."""

    opener: OpenerDirector

    def get(self, address: str) -> tuple[int, str]:
        """Give the status of a page and its text."""
        try:
            with self.opener.open(address, timeout=30) as answer:
                return int(answer.status), answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


def caller() -> Caller:
    """Make somebody without any cookie."""
    return Caller(build_opener(HTTPCookieProcessor(CookieJar())))
