"""A listing of companies: of those alone of which it says something else than the one before anything is told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, takewhile

from handlers.jobs.listed_digests import (
    Digests,
    digest_of,
    kept_digests,
    log_name,
    log_text,
    read_log,
    who_of,
    written,
)
from handlers.parts import in_parts
from handlers.pulls.listed import Listed, Message
from handlers.stores.protocol import FactStore
from handlers.stores.tombstones import ERASED, Tombstones, owner_word, read_tombstones
from scoring.instants import DAY, Instant

DAYS_ROUND = 28
"""Each company is told anew once in so many days on which they are listed: that heals what was lost on its way."""

TOLD_AT_ONCE = 5_000
"""Companies that are told before it is noted that they were: 93 KB of an item's 400."""


@dataclass
class Listing:
    """A listing of one source's companies, as of now.

    Before a company is told its name is logged, and with the `marks` of the pull that it was: so one that was stopped
    anywhere tells again what it may not have told, and no more. Once all is taken in, the digests are those of this
    listing: whoever is told otherwise later is told again, even if it is as it was once before.
    """

    store: FactStore
    source: str
    now: Instant
    _same: list[bytes] = field(default_factory=list)
    _logs: list[list[bytes]] = field(default_factory=list)
    _told: int = 0
    _noted: int = 0
    _is_whole: bool = False
    _known: tuple[Digests, Tombstones] | None = None

    def changed(self, companies: Iterable[Listed]) -> Iterator[Message]:
        """Tell of a whole listing what it changed, and end it."""
        yield from self.told(companies)
        self.end()

    def end(self) -> None:
        """Say that all companies were listed: what is known of others is let go."""
        self._is_whole = True

    def told(self, companies: Iterable[Listed]) -> Iterator[Message]:
        """Tell what is not as it was listed before, and each company once in some weeks; nothing of who was erased."""
        if self._known is None:
            self._settle()
            self._known = kept_digests(self.store, self.source), read_tombstones(self.store.cursors(ERASED))
        for some in in_parts(self._new(companies, *self._known), TOLD_AT_ONCE):
            self._logs.append([digest for digest, _ in some])
            self.store.set_cursor(*self._log(len(self._logs) - 1, is_told=False))
            *others, last = (message for _, company in some for message in company.messages(self.now))
            yield from others
            self._told = len(self._logs)
            yield last

    def _new(self, companies: Iterable[Listed], known: Digests, erased: Tombstones) -> Iterator[tuple[bytes, Listed]]:
        for company in companies:
            digest = digest_of(company)
            if any(erased.has(owner_word(self.source, str(one))) for one in company.ids):
                continue
            if known.has(digest) and not self._is_due(digest):
                self._same.append(digest)
            else:
                yield digest, company

    def _is_due(self, digest: bytes) -> bool:
        return digest[0] % DAYS_ROUND == self.now // DAY % DAYS_ROUND

    def marks(self) -> Mapping[str, str]:
        """Give the cursors to keep, once all that was told is taken in."""
        if self._is_whole:
            told = [digest for log in self._logs for digest in log]
            names = kept_digests(self.store, self.source).names()
            return written(self.source, [*self._same, *told], [*names, *_logs(self.source, len(self._logs))])
        begun, self._noted = self._noted, self._told
        return dict(self._log(number, is_told=True) for number in range(begun, self._told))

    def _log(self, number: int, *, is_told: bool) -> tuple[str, str]:
        return log_name(self.source, number), log_text(self._logs[number], is_told=is_told)

    def _settle(self) -> None:
        """Bring the logs of a listing that was stopped into the digests: whom it may not have told has none."""
        texts = (self.store.cursor(log_name(self.source, number)) for number in count())
        logs = [read_log(text) for text in takewhile(bool, texts) if text]
        if not logs:
            return
        begun = {who_of(digest) for _, log in logs for digest in log}
        told = [digest for is_told, log in logs if is_told for digest in log]
        known = kept_digests(self.store, self.source)
        names = [*known.names(), *_logs(self.source, len(logs))]
        for name, text in written(self.source, [*known.without(begun), *told], names).items():
            self.store.set_cursor(name, text)


def _logs(source: str, many: int) -> Iterator[str]:
    """Name logs, the last first: so emptied, those that are left are always the first ones."""
    return (log_name(source, number) for number in reversed(range(many)))
