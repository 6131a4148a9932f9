"""Which store a URL names, and throw-away stores."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from handlers.stores.protocol import Store, StoreError
from handlers.stores.sqlite.file import earlier_format
from handlers.stores.sqlite.schema import FORMAT
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.sqlite.whole import SqliteWhole
from handlers.stores.whole import WholeStore
from scoring.instants import Instant

_SQLITE = "sqlite:///"
_DYNAMODB = "dynamodb://"
_PREFIX = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_FORMS = f"give {_SQLITE}PATH, or {_DYNAMODB}PREFIX with a prefix of letters, digits, - _ ."


def open_store(url: str, now: Callable[[], Instant], *, create: bool = True) -> Store:
    """Open the store that a URL names, making what is missing if it may `create` it.

    `sqlite:///PATH` is a file (with four slashes an absolute path), `dynamodb://PREFIX` the
    tables whose names begin so. Raises StoreError where the URL is neither or the store cannot
    be used.
    """
    prefix = _prefix(url)
    if prefix is not None:
        return _open_tables(prefix, now, create=create)
    return SqliteStore(_path(url))


def open_whole(url: str, *, create: bool = False) -> WholeStore:
    """Open the store that a URL names to read all of it, or to write all of it, making it if it may `create` one.

    Raises StoreError where it cannot be used.
    """
    prefix = _prefix(url)
    if prefix is not None:
        return _open_whole_tables(prefix, create=create)
    return SqliteWhole(_path(url))


def outgrown(url: str) -> str | None:
    """Say what opening a store will change for good; None where it changes nothing."""
    found = None if _prefix(url) is not None else earlier_format(_path(url))
    if found is None:
        return None
    later = f"it is brought to format {FORMAT}, which earlier versions of the program cannot open"
    return f"the store {_path(url)} has format {found}: {later}"


@contextmanager
def throwaway_store(url: str, now: Callable[[], Instant]) -> Iterator[Store]:
    """Give a new, empty store of the kind that a URL names; it is removed afterwards."""
    prefix = _prefix(url)
    with _throwaway_file(_path(url)) if prefix is None else _throwaway_tables(prefix, now) as store:
        yield store


def _prefix(url: str) -> str | None:
    """Give the prefix of a DynamoDB URL, None of another; raises StoreError where it is no prefix."""
    if not url.startswith(_DYNAMODB):
        return None
    prefix = url.removeprefix(_DYNAMODB)
    if not _PREFIX.fullmatch(prefix):
        raise StoreError(f"{url!r} names no store: {_FORMS}")
    return prefix


def _path(url: str) -> Path:
    path = url.removeprefix(_SQLITE)
    if path in {url, ""}:
        raise StoreError(f"{url!r} names no store: {_FORMS}")
    return Path(path)


@contextmanager
def _throwaway_file(named: Path) -> Iterator[Store]:
    with (
        TemporaryDirectory(prefix=f"{named.stem}-") as folder,
        closing(SqliteStore(Path(folder) / named.name, durable=False)) as store,
    ):
        yield store


@contextmanager
def _throwaway_tables(prefix: str, now: Callable[[], Instant]) -> Iterator[Store]:
    from handlers.stores.dynamodb.store import open_tables  # noqa: PLC0415  boto3 is slow to import, and seldom needed

    with closing(open_tables(f"{prefix}-{uuid4().hex[:12]}", now)) as store:
        try:
            yield store
        finally:
            store.drop()


def _open_tables(prefix: str, now: Callable[[], Instant], *, create: bool) -> Store:
    from handlers.stores.dynamodb.store import open_tables  # noqa: PLC0415  boto3 is slow to import, and seldom needed

    return open_tables(prefix, now, create=create)


def _open_whole_tables(prefix: str, *, create: bool) -> WholeStore:
    from handlers.stores.dynamodb.whole import open_tables  # noqa: PLC0415  as said

    return open_tables(prefix, create=create)
