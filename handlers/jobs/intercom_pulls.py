"""What a sweep or a backfill pulls of Intercom: companies, conversations, and the companies of these."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.source import INTERCOM
from handlers.clients.intercom.client import IntercomClient
from handlers.jobs.listings import Listing
from handlers.jobs.progress import Progress
from handlers.jobs.pull import Places, Pull
from handlers.pulls import intercom
from scoring.facts import in_order, without_messages
from scoring.instants import Instant
from scoring.observations import Conversation, Observation, Tombstone

COMPANIES, ALL = f"{INTERCOM.name}/companies", f"{INTERCOM.name}/all"
UNATTRIBUTED, BACKFILL = f"{INTERCOM.name}/unattributed", f"{INTERCOM.name}/backfill"


@dataclass(frozen=True, slots=True)
class IntercomPulls:
    """Plans what is pulled of Intercom as of one moment, for the companies of a portfolio.

    With `words` that is what customers wrote, too.
    """

    client: IntercomClient
    companies: tuple[str, ...]
    places: Places
    words: bool = False

    def sweep(self) -> Iterator[Pull]:
        """Pull the conversations that changed, and once a day those without a company, and companies.

        Companies come last: where there are so many that their list does not end in time, nothing waits for it.
        """
        now = self.places.now
        since = self.places.cursor(INTERCOM.name, intercom.backfill_since(now))
        company_of = self._attribution()
        yield Pull(ALL, intercom.sweep(self.client, since, now, company_of, words=self.words))
        if self.places.is_due(UNATTRIBUTED):
            again = intercom.unattributed(self.client, self._unattributed(), now, company_of, words=self.words)
            yield Pull(UNATTRIBUTED, again, now)
        yield self.places.alive(INTERCOM.name, since)
        if self.places.is_due(COMPANIES):
            listing = Listing(self.places.store, INTERCOM.name, now)
            yield Pull(COMPANIES, listing.changed(intercom.listed(self.client)), now, listing.marks)

    def backfill(self, since: Instant | None) -> Iterator[Pull]:
        """Pull all conversations of 100 days, or since an instant; what is in the store already is not read again."""
        begun = since or intercom.backfill_since(self.places.now)
        far = Progress(begun, self.places.backfilled(BACKFILL, begun))
        company_of = self._attribution()
        told = intercom.backfill(self.client, begun, self.places.now, company_of, far.reached, words=self.words)
        noted = far.noting(told, lambda message: intercom.reached_by(message, begun))
        yield Pull(ALL, noted, marks=lambda: {BACKFILL: far.mark()})
        yield self.places.alive(INTERCOM.name, begun, BACKFILL)

    def _attribution(self) -> Callable[[Mapping[str, object]], str | None]:
        return intercom.attribution(self.client, set(self.companies))

    def _unattributed(self) -> Mapping[str, Instant]:
        """Give the last update of conversations that may count and whose company was not said yet, by id."""
        facts = self.places.store.unattributed_facts("conversation")
        latest = (
            in_order(without_messages(fact.observations)) for fact in facts if fact.subject.source == INTERCOM.name
        )
        return {said[-1].subject.id: said[-1].at for said in latest if self._may_count(said)}

    def _may_count(self, said: Sequence[Observation]) -> bool:
        """Tell whether a conversation is there still, and either open or of late."""
        latest = said[-1].content
        gone = any(isinstance(o.content, Tombstone) for o in said)
        is_open = isinstance(latest, Conversation) and latest.state != "closed"
        return not gone and (is_open or said[-1].at >= intercom.backfill_since(self.places.now))
