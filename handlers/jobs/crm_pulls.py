"""What a sweep or a backfill pulls of the CRM: changed records, re-reads, owners, past ARR, the census."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from config.intake import CrmObject, Intake
from handlers.clients.crm import AbsentError, Crm, ObjectError
from handlers.jobs.census import CENSUS, DATED_KINDS, Census, living
from handlers.jobs.progress import Progress
from handlers.jobs.pull import Places, Pull
from handlers.pulls import salesforce
from handlers.pulls.census import Trust
from handlers.pulls.salesforce import SOURCE, Gone, Judge, Message
from scoring.facts import ENTIRE
from scoring.ids import to_18
from scoring.instants import DAY, SECOND, Instant, format_instant

HISTORY_DAYS = 397
"""A backfill of the CRM covers 13 months."""

OVERLAP = 10 * 60 * SECOND
"""A sweep of the CRM begins so long before its cursor: a commit may show later than its SystemModstamp."""


@dataclass(frozen=True, slots=True)
class CrmPulls:
    """Plans what is pulled of the CRM as of one moment.

    `believed` are the objects of which an answer is taken as it is, however much it lacks. `told`
    has the ids that are pulled in this run, by kind; `there` has the objects as the org has them.
    """

    crm: Crm
    intake: Intake
    places: Places
    remarks: list[str]
    believed: frozenset[str] = frozenset()
    told: dict[str, set[str]] = field(default_factory=dict)
    there: dict[str, CrmObject] = field(default_factory=dict)

    def sweep(self) -> Iterator[Pull]:
        """Pull what changed since the last time, what gaps left to be re-read, and once a day the census."""
        yield from self._changed_records()
        yield from self._rereads()
        yield self.places.alive(SOURCE, self.places.cursor(SOURCE, self.places.now))
        if self.places.is_due(CENSUS):
            yield self._census(self.places.now - HISTORY_DAYS * DAY).pull()

    def backfill(self, asked: Instant | None) -> Iterator[Pull]:
        """Pull all that the windows need, 13 months unless an instant is asked for, then take the census."""
        since = asked or self.places.now - HISTORY_DAYS * DAY
        for crm_object in self.intake.objects.values():
            yield self._records_since(crm_object, since)
            if crm_object.is_account:
                yield Pull("salesforce/owners", salesforce.account_owners(self.crm, crm_object, self.places.now))
                yield Pull("salesforce/arr", self._past_arr(crm_object))
        covered = {"type": "feed.covered", "source": SOURCE, "since": format_instant(since)}
        yield Pull("salesforce/covered", [covered], closes=True)
        done = (f"{_name(one)}/backfill" for one in self.intake.objects.values())
        yield self.places.alive(SOURCE, since, *done)
        yield self._census(since).pull()

    def _changed_records(self) -> Iterator[Pull]:
        for crm_object in self.intake.objects.values():
            name = _name(crm_object)
            since = self.places.cursor(name, self.places.now - HISTORY_DAYS * DAY) - OVERLAP
            yield Pull(name, self._records(crm_object, since), self.places.now)

    def _rereads(self) -> Iterator[Pull]:
        waiting = self.places.store.rereads()
        for crm_object in self.intake.objects.values():
            ids = [one.subject.id for one in waiting if one.subject.kind == crm_object.kind]
            if ENTIRE in ids:
                yield Pull(f"{_name(crm_object)}/resync", self._noting(crm_object, self._resync(crm_object)))
            elif ids:
                yield Pull(f"{_name(crm_object)}/reread", self._noting(crm_object, self._reread(crm_object, ids)))

    def _records(self, crm_object: CrmObject, since: Instant | None) -> Iterator[Message]:
        """Read what changed; an org that shows no users is remarked, for no score hangs on them."""
        try:
            told = salesforce.records(self.crm, self._as_there(crm_object), since, self.places.now)
            yield from self._noting(crm_object, told)
        except AbsentError:
            if not crm_object.is_person:
                raise
            self.remarks.append(f"absent:{crm_object.object}")

    def _as_there(self, crm_object: CrmObject) -> CrmObject:
        """Give an object as the org has it; asked once a run, and only when its records are."""
        if crm_object.object not in self.there:
            self.there[crm_object.object] = salesforce.as_there(self.crm, crm_object)
        return self.there[crm_object.object]

    def _reread(self, crm_object: CrmObject, ids: Collection[str]) -> Iterator[Message]:
        there, judge = self._as_there(crm_object), self._judge_of_gaps(crm_object)
        yield from salesforce.reread(self.crm, there, ids, self.places.now, judge)

    def _resync(self, crm_object: CrmObject) -> Iterator[Message]:
        subjects = self.places.store.subjects(SOURCE)
        known = {one.id for one in subjects if one.kind == crm_object.kind and one.id != ENTIRE}
        there, judge = self._as_there(crm_object), self._judge(crm_object)
        yield from salesforce.resync(self.crm, there, self.places.now, known, judge)

    def _judge(self, crm_object: CrmObject) -> Judge:
        """Judge what an answer lacks: those not known to be deleted are gone, if it may lack so many."""

        def gone_of(missing: Collection[str], wanted: int) -> Gone:
            left = living(self.places.store, crm_object.kind, missing, self.places.now)
            self._trust().check(crm_object, len(left), wanted - len(missing) + len(left))
            return left

        return gone_of

    def _judge_of_gaps(self, crm_object: CrmObject) -> Judge:
        """Judge likewise, but tell all that is missing: that settles its gap."""
        judge = self._judge(crm_object)
        return lambda missing, wanted: {**dict.fromkeys(missing), **judge(missing, wanted)}

    def _past_arr(self, accounts: CrmObject) -> Iterable[Mapping[str, object]]:
        if self.intake.arr_snapshot is not None:
            return salesforce.arr_snapshots(self.crm, accounts, self.intake.arr_snapshot)
        return salesforce.arr_history(self.crm, accounts, self.remarks)

    def _records_since(self, crm_object: CrmObject, since: Instant) -> Pull:
        mark = f"{_name(crm_object)}/backfill"
        far = Progress(since, self.places.backfilled(mark, since))
        start = since if crm_object.kind in DATED_KINDS else None
        reached = start if far.reached is None else far.reached - OVERLAP
        noted = far.noting(self._records(crm_object, reached), salesforce.reached_by)
        return Pull(_name(crm_object), noted, self.places.now, lambda: {mark: far.mark()})

    def _noting(self, crm_object: CrmObject, messages: Iterable[Message]) -> Iterator[Message]:
        """Pass messages on, and note whose records they are: on AWS they are still on their way to the store."""
        ids = self.told.setdefault(crm_object.kind, set())
        for message in messages:
            record_id = message.get("record", message).get("Id")
            if isinstance(record_id, str):
                ids.add(to_18(record_id))
            yield message

    def _trust(self) -> Trust:
        return Trust(self.intake.census, frozenset(name.lower() for name in self.believed))

    def _census(self, since: Instant) -> Census:
        store, now = self.places.store, self.places.now
        return Census(self.crm, self._objects, store, now, self._trust(), since, self.told, self.remarks)

    def _objects(self) -> Iterator[CrmObject]:
        for crm_object in self.intake.objects.values():
            try:
                yield self._as_there(crm_object)
            except ObjectError:
                continue


def _name(crm_object: CrmObject) -> str:
    return f"salesforce/{crm_object.object}"
