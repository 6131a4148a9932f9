"""Suggested churn signals: what messages suggest, and which of it is due to be put before a CSM now."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from scoring.instants import DAY, Instant
from scoring.messages import Written
from scoring.observations import Finding
from scoring.suggestion_answers import Answer
from scoring.suggestion_terms import DAYS, SuggestionDays

_PLAIN = re.compile(r"[0-9]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Suggestion:
    """A possible churn signal of an account: what a customer wrote at `at`, in a part of a conversation of a source.

    `quote` is redacted; `rule` and `version` say what found it.
    """

    at: Instant
    source: str
    conversation: str
    part: str
    category: str
    quote: str
    rule: str
    version: str

    @property
    def key(self) -> str:
        """Give the external id, by source, part and category; capitals make no difference to it.

        An id of a part that is more than a number is written as its hash: a CRM takes `aB` and `Ab` for one.
        """
        part = self.part if _PLAIN.fullmatch(self.part) else f"h{sha256(self.part.encode()).hexdigest()[:40]}"
        return f"{self.source}-{part}-{self.category}"

    @property
    def day(self) -> int:
        """Give the day of the message, in UTC: a CRM keeps no more of when a signal was observed."""
        return self.at // DAY


def suggestions_of(messages: Iterable[Written]) -> list[Suggestion]:
    """Give what messages suggest, the earliest first: of each one suggestion a category, its likeliest finding."""
    return sorted({one for written in messages for one in _suggested_by(written)})


def _suggested_by(written: Written) -> Iterator[Suggestion]:
    source, _, conversation = written.conversation
    firsts: dict[str, Finding] = {}
    for found in written.message.findings:
        firsts.setdefault(found.category, found)
    for category, found in firsts.items():
        part = written.message.part
        yield Suggestion(written.at, source, conversation, part, category, found.quote, found.rule, found.version)


def due(
    found: Iterable[Suggestion],
    answers: Iterable[Answer],
    as_of: Instant,
    speaking: Collection[str],
    days: SuggestionDays = DAYS,
) -> list[Suggestion]:
    """Give the suggestions that are to be put before a CSM now, the earliest first; asked again, the others.

    Of an account there is one a category in `days.one_in` days: the earliest message that is not too old. Any
    suggestion that was ever made counts, and so does a signal of the category that somebody logged and that is
    open. After a dismissal the category is quiet: what was written by then, and for days after, suggests nothing.
    `speaking` are the categories that may be suggested. Order and repetition make no difference.
    """
    ledger = _Ledger(answers, days)
    return [one for one in sorted(set(found)) if _is_fresh(one, as_of, days) and ledger.takes(one, speaking)]


def _is_fresh(one: Suggestion, as_of: Instant, days: SuggestionDays) -> bool:
    return as_of - days.expire * DAY <= one.at < as_of


class _Ledger:
    """What was suggested, logged and dismissed of an account, by category."""

    def __init__(self, answers: Iterable[Answer], days: SuggestionDays) -> None:
        self._days = days
        self._keys = set[str]()
        self._taken: defaultdict[str, set[int]] = defaultdict(set)
        self._quiet_until: dict[str, Instant] = {}
        for answer in answers:
            self._keep(answer)

    def _keep(self, answer: Answer) -> None:
        self._keys |= {answer.key} if answer.key else set()
        for category in answer.categories:
            if answer.takes_place:
                self._taken[category].add(answer.observed // DAY)
            if answer.dismissed_at is not None:
                until = Instant(answer.dismissed_at + self._days.quiet_after_dismissal * DAY)
                self._quiet_until[category] = max(until, self._quiet_until.get(category, until))

    def takes(self, one: Suggestion, speaking: Collection[str]) -> bool:
        """Take a suggestion in where there is room for it; tell whether there was."""
        taken, until = self._taken[one.category], self._quiet_until.get(one.category)
        is_quiet = until is not None and one.at < until
        is_crowded = any(abs(one.day - day) < self._days.one_in for day in taken)
        if one.category not in speaking or one.key in self._keys or is_quiet or is_crowded:
            return False
        taken.add(one.day)
        self._keys.add(one.key)
        return True
