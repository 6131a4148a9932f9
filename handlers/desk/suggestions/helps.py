"""Does it help? How suggestions were answered, and what samples say is missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.desk.seen import may_see
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.jobs.learning import last_said, said_of
from handlers.jobs.samples import Missed, SampleAnswer, Sampled, drawn, keep_answer, kept_of, missed, sample_answers
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.categories import CATEGORIES
from scoring.instants import Instant, format_instant, parse_instant
from scoring.learning import Learned
from scoring.periods import period_before, period_of
from scoring.roles import playing


@dataclass(frozen=True, slots=True)
class Sample:
    """A message that was drawn: whose it is, where it stands, and what somebody found in it."""

    message: Sampled
    account: Account | None
    link: str | None
    said: SampleAnswer | None


@dataclass(frozen=True, slots=True)
class Helps:
    """How suggestions were answered by category; the samples of a month; what all samples say is missed.

    `counted` is when that was, where it was not now; `learned` is empty where it never was.
    """

    learned: Sequence[Learned]
    month: str
    samples: Sequence[Sample]
    missed: Missed
    counted: Instant | None = None


def helps_of(visit: Visit) -> Helps:
    """Say whether suggestions help, over all accounts; samples only of accounts that a person sees."""
    month = period_before(period_of(visit.now))
    with visit.store() as store:
        said = {one.part: one for one in sample_answers(store, month)}
        samples = [_sample(visit, store, one, said) for one in _drawn(visit, store, month)]
        every = missed(sample_answers(store))
        learned, counted = _learned(visit, store)
    return Helps(learned, month, [one for one in samples if _is_seen(visit, one)], every, counted)


def _learned(visit: Visit, store: Store) -> tuple[Sequence[Learned], Instant | None]:
    """Say how suggestions were answered: counted now, or as it was counted last where a page may not read all."""
    if visit.desk.services.suggestions.counts:
        return said_of(store, visit.desk.config, visit.now), None
    said = last_said(store)
    return ((), None) if said is None else (said.learned, parse_instant(said.at))


def _drawn(visit: Visit, store: Store, month: str) -> Sequence[Sampled]:
    if not visit.desk.config.words.on:
        return ()
    if not visit.desk.services.suggestions.counts:
        return kept_of(store, month) or ()
    return drawn(
        store,
        month,
        playing("support", visit.desk.config.model.roles),
        visit.desk.config.words.samples_a_month,
        visit.now,
    )


def _sample(visit: Visit, store: Store, one: Sampled, said: Mapping[str, SampleAnswer]) -> Sample:
    links = visit.desk.services.suggestions.links
    owner = one.owner
    ids = {(one.source, key) for key in store.owner(one.source, owner).ids} if owner else set[tuple[str, str]]()
    held = store.portfolio.accounts_of(ids) if ids else {}
    account = visit.desk.by_id().get(next(iter(held.values()), ""))
    if account is None:
        account = next((each for each in visit.desk.accounts() if _owns(each, one.source, ids)), None)
    return Sample(one, account, links.to(one.source, one.conversation), said.get(one.part))


def _owns(account: Account, source: str, ids: set[tuple[str, str]]) -> bool:
    return any((source, key) in ids for key in account.owners.get(source, ()))


def _is_seen(visit: Visit, one: Sample) -> bool:
    return visit.person.may("leader") if one.account is None else may_see(visit, one.account.id)


def answer_sample(visit: Visit, month: str) -> None:
    """Keep what somebody found in a message that was drawn. Raises Refused, NotThere."""
    part, found = visit.form.get("part", ""), visit.form.get("found", "")
    if found not in {"nothing", *CATEGORIES}:
        raise Refused("Say what you found in the message, or nothing; then send it again.")
    with visit.store() as store:
        kept = {one.part: one for one in _drawn(visit, store, month)} if _is_month(month) else {}
        if part not in kept or not _is_seen(visit, _sample(visit, store, kept[part], {})):
            raise NotThere("This message was not drawn, or is of an account that is not yours to see.")
        category = None if found == "nothing" else found
        keep_answer(store, month, SampleAnswer(part, category, visit.person.id, format_instant(visit.now)))
        visit.note(store, "sample looked at", f"{month} {part}", after=found)


def _is_month(text: str) -> bool:
    year, _, month = text.partition("-")
    return len(text) == 7 and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12
