"""What an account's own record tells of its outcomes: the revenue at stake, and the day on which it left."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from scoring.facts import Fact, in_order
from scoring.instants import DAY, Instant, start_of_day
from scoring.model import Currencies
from scoring.money import Amount, amount, in_corporate, without_rate
from scoring.observations import Fields, Observation
from scoring.outcomes import Outcome
from scoring.renewals import ONE_DATE
from scoring.timeline import RecordLine


@dataclass(frozen=True)
class Profile:
    """The record of an account (None: there is none), by what was seen of it before an instant."""

    account_id: str
    fact: Fact | None
    currencies: Currencies
    until: Instant

    @cached_property
    def _seen(self) -> tuple[Observation, ...]:
        observations = () if self.fact is None else self.fact.observations
        return tuple(in_order(one for one in observations if one.known_at < self.until))

    @cached_property
    def _line(self) -> RecordLine | None:
        if self.fact is None or not self._seen:
            return None
        return RecordLine(Fact(self.fact.subject, frozenset(self._seen)))

    def _arr(self, at: Instant) -> Amount | None:
        record = None if self._line is None else self._line.record(at)
        return None if record is None else amount(record.number("arr"), record, self.currencies)

    def worth(self, at: Instant) -> float | None:
        """Give the ARR before an instant, in the corporate currency."""
        money = self._arr(at)
        return None if money is None else in_corporate(money, self.currencies)

    def at_stake(self, one: Outcome) -> Outcome:
        """Give an outcome with the ARR of before its decision."""
        return replace(one, arr=self.worth(one.decided()))

    def unpriced(self, outcomes: Iterable[Outcome]) -> frozenset[str]:
        """Flag the currencies in which outcomes have an ARR that cannot be converted."""
        return frozenset(flag for one in outcomes for flag in without_rate(self._arr(one.decided()), self.currencies))

    def shrank(self, at: Instant) -> bool:
        """Tell whether the ARR fell around a day, as far as is known: what is unknown is no evidence against it."""
        before, after = self.worth(Instant(at - ONE_DATE)), self.worth(Instant(at + 2 * ONE_DATE))
        return before is None or after is None or after < before

    @property
    def churn(self) -> Outcome | None:
        """Give the churn that the record tells: on its churn date, with notice when one was first said.

        A date that was said only after it had come tells nothing of when notice was given.
        """
        date, since = self._churn_date
        if date is None or since is None:
            return None
        notice = min(start_of_day(since), date) if since < date + 2 * DAY else None
        return Outcome(self.account_id, "churned", date, notice)

    @cached_property
    def _churn_date(self) -> tuple[Instant | None, Instant | None]:
        """Give the churn date that holds, and since when there has been one without a break."""
        date: Instant | None = None
        since: Instant | None = None
        for one in self._seen:
            values = dict(one.content.values) if isinstance(one.content, Fields) else {}
            if "churn_date" in values:
                said = values["churn_date"]
                date = Instant(said) if isinstance(said, int) else None
                since = None if date is None else one.at if since is None else since
        return date, since
