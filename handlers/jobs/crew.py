"""Who does the work of many accounts: this process, or several that read the store while this one writes to it."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count, tee
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from handlers.parts import in_parts
from handlers.stores.protocol import Store
from handlers.stores.sharable import Reader, Sharable, Written
from scoring.account import Account

if TYPE_CHECKING:
    from handlers.cores import Share

Result = TypeVar("Result")
Work: TypeAlias = Callable[[Sequence[Account]], Result]
"""What is done with some accounts: it reads the store, and writes nothing to it but records and discards."""

Begin: TypeAlias = Callable[[Store], Work[Result]]
"""Begins a work on a store. It is sent to other processes, and so are results: both must be picklable."""

BATCH_SIZE = 200
"""So many accounts one process takes at a time: their records are written in one transaction."""

PAGE = 100
"""So many accounts are given to one of several processes at a time."""

LEAST = 1_000
"""Of fewer accounts the work is done before another process is ready for it."""


class Part(NamedTuple):
    """A page of accounts, and which work is done with it: by its number among all, and how it begins, pickled."""

    number: int
    begin: bytes
    accounts: Sequence[Account]


@dataclass(frozen=True, slots=True)
class Crew:
    """Does works on accounts, page by page, and gives what came of each page in order.

    What it writes, and in which order, does not hang on how many processes there are.
    """

    store: Store
    _share: "Share[Part, tuple[Any, Written]] | None" = None
    _page: int = PAGE

    def each(self, begin: Begin[Result], accounts: Iterable[Account]) -> Iterator[Result]:
        """Do a work with all accounts; each page's writes are in the store when its result is given."""
        if self._share is None or not isinstance(self.store, Sharable):
            yield from map(begin(self.store), in_parts(accounts, BATCH_SIZE))
            return
        given, pages = tee(in_parts(accounts, self._page))
        sent = pickle.dumps(begin)
        number = next(_NUMBERS)
        parts = (Part(number, sent, page) for page in given)
        for page, (result, written) in zip(pages, self._share(parts), strict=True):
            # A record that somebody else wrote since the page was read may outrank one of it: then it is read again.
            yield result if self.store.sharing.take_in(written) else begin(self.store)(page)


_NUMBERS = count()


@contextmanager
def crew_of(store: Store, cores: int, accounts: int, *, least: int = LEAST, page: int = PAGE) -> Iterator[Crew]:
    """Give a crew for the work of so many accounts: of one process for few, or where the store is no file."""
    if cores <= 1 or accounts < least or not isinstance(store, Sharable):
        yield Crew(store)
        return
    store.sharing.hold_little()
    from handlers.cores import team  # noqa: PLC0415  a Lambda function starts no process, and need not load this

    with team(partial(begin_reading, store.sharing.opener), cores) as share:
        yield Crew(store, share, page)


def begin_reading(opener: Callable[[], Reader]) -> Callable[[Part], tuple[object, Written]]:
    """Begin to work in a process of its own: what a work keeps lasts until the next one begins."""
    store = opener()
    begun: dict[int, Work[Any]] = {}

    def do(part: Part) -> tuple[object, Written]:
        if part.number not in begun:
            begun.clear()
            begun[part.number] = pickle.loads(part.begin)(store)  # noqa: S301  the process that started this one sent it
        return begun[part.number](part.accounts), store.taken()

    return do
