"""How suggestions were answered: the churn signals of an account as the CRM has them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scoring.categories import CATEGORIES, Category
from scoring.facts import CrmRecord, Fact, created_at, record_at
from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.roles import playing
from scoring.suggestion_terms import DAYS, SuggestionDays
from scoring.timeline import Timeline
from scoring.words import folded

OPEN = frozenset({"Active", "Monitoring"})
ACCEPTED = OPEN | {"Resolved"}
"""What a suggestion is that somebody accepted; one that expires was accepted if it has a date of that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A churn signal as the CRM has it: who suggested it, if anybody did, and what became of it.

    `key` is the external id of a suggestion of ours, in lower case; `categories` are ours, of the key and of the
    CRM's word; `status` is the model's word (None: the CRM's has no meaning). `made` is when the record was
    created, `observed` the day of the message.
    """

    id: str
    source: str
    key: str | None
    categories: frozenset[str]
    status: str | None
    observed: Instant
    made: Instant
    deleted: bool = False
    accepted_at: Instant | None = None
    dismissed_at: Instant | None = None
    reason: str | None = None

    @property
    def suggested(self) -> Category | None:
        """Give the category that its key names: a CSM may have chosen another since."""
        return _category_of(self.key)

    @property
    def takes_place(self) -> bool:
        """Tell whether it leaves no room for another suggestion of its days.

        Any suggestion of ours does, whatever became of it, and so does what is suggested or open and not deleted.
        """
        return self.key is not None or (not self.deleted and self.status in {*OPEN, "Suggested"})

    @property
    def is_accepted(self) -> bool:
        """Tell whether a suggestion was accepted."""
        return self.status in ACCEPTED or (self.status == "Expired" and self.accepted_at is not None)

    def waits(self, as_of: Instant, days: SuggestionDays = DAYS) -> bool:
        """Tell whether it waits for an answer: it is suggested, and has not been so for too long."""
        return self.status == "Suggested" and not self.deleted and as_of < self.made + days.expire * DAY


def answers_of(timeline: Timeline, as_of: Instant, model: Model, crm_words: Mapping[str, str]) -> list[Answer]:
    """Give the churn signals of an account strictly before `as_of`, those deleted too, by record.

    `crm_words` is what the CRM calls each category; a word of several categories tells none.
    """
    keys = {(owner.source, key) for owner in timeline.known.owners for key in owner.ids}
    categories = _by_word(crm_words)
    lines = [line for line in timeline.records(playing("crm", model.roles)) if line.fact.subject.kind == "signal"]
    seen = [(line, line.record(as_of)) for line in lines]
    return [
        _answer(line.fact, record, model, categories)
        for line, record in seen
        if record is not None and (line.fact.subject.source, record.owner) in keys
    ]


def _by_word(crm_words: Mapping[str, str]) -> dict[str, str]:
    words = [folded(word) for word in crm_words.values()]
    return {folded(word): name for name, word in crm_words.items() if words.count(folded(word)) == 1}


def answer_of(fact: Fact, as_of: Instant, model: Model, crm_words: Mapping[str, str]) -> Answer | None:
    """Give a churn signal strictly before `as_of` by its own facts, whoever's it is; None where it was not there."""
    record = record_at(fact, as_of)
    return None if record is None else _answer(fact, record, model, _by_word(crm_words))


def _answer(fact: Fact, record: CrmRecord, model: Model, categories: Mapping[str, str]) -> Answer:
    subject = fact.subject
    key = (record.text("suggestion_key") or "").strip().lower() or None
    status = model.words["signal.status"].meaning(record.text("status"))
    made = created_at(fact.observations) or record.first_heard
    said = record.said.get("status", made)
    observed = record.instant("date_observed")
    return Answer(
        id=subject.id,
        source=subject.source,
        key=key,
        categories=frozenset(_categories(key, record.text("category"), categories)),
        status=status,
        observed=made if observed is None else observed,
        made=made,
        deleted=record.yes("deleted") is True,
        accepted_at=record.instant("accepted_at"),
        dismissed_at=(record.instant("dismissed_at") or said) if status == "Dismissed" else None,
        reason=record.text("dismissal_reason"),
    )


def _category_of(key: str | None) -> Category | None:
    return next((name for name in CATEGORIES if key is not None and key.endswith(f"-{name}")), None)


def _categories(key: str | None, word: str | None, categories: Mapping[str, str]) -> Iterator[str]:
    suggested = _category_of(key)
    if suggested is not None:
        yield suggested
    if word is not None and folded(word) in categories:
        yield categories[folded(word)]


def waiting(answers: Iterable[Answer], as_of: Instant, days: SuggestionDays = DAYS) -> list[Answer]:
    """Give the suggestions that wait for an answer, the newest message first."""
    return sorted((one for one in answers if one.waits(as_of, days)), key=lambda one: (-one.observed, one.id))
