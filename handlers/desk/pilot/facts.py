"""What is told of an account before its score is shown: who and what it is, nothing of how it does."""

from collections.abc import Iterator

from config.source import ACCOUNTS
from handlers.desk.visit import Visit
from handlers.jobs.outcomes import outcome_facts
from handlers.jobs.portfolio import Line
from handlers.words.figures import count, day, number
from handlers.words.portfolio import NOTHING, csm_of
from scoring.account import Account, AccountFacts
from scoring.facts import created_at
from scoring.instants import DAY, Instant
from scoring.summary import Summary

_MONTH_DAYS = 30.44


def facts_of(visit: Visit, line: Line) -> list[tuple[str, str]]:
    """List what is told, each with its name."""
    one = line.summary
    return [
        ("Segment", one.segment.capitalize()),
        ("ARR", _arr(one)),
        ("Renewal", _renewal(one, visit.now)),
        ("CSM", csm_of(one.csm).replace(NOTHING, "nobody is named")),
        ("Customer", _tenure(visit, one.account_id)),
    ]


def _arr(one: Summary) -> str:
    return "not known" if one.arr is None else f"{one.currency or ''} {number(one.arr)}".strip()


def _renewal(one: Summary, now: Instant) -> str:
    if one.renewal is None:
        return "no date is known"
    days = (one.renewal - now) // DAY
    away = f"in {count(days, 'day')}" if days >= 0 else f"{count(-days, 'day')} ago"
    return f"{day(one.renewal)}, {away}"


def _tenure(visit: Visit, account_id: str) -> str:
    account = next((one for one in visit.desk.accounts() if one.id == account_id), None)
    since = None if account is None else _since(visit, account)
    if since is None:
        return "since when is not known"
    return f"for {count(max(int((visit.now - since) / DAY / _MONTH_DAYS), 0), 'month')}"


def _since(visit: Visit, account: Account) -> Instant | None:
    with visit.store() as store:
        return min(_created(outcome_facts(store, account, visit.desk.config.model)), default=None)


def _created(known: AccountFacts) -> Iterator[Instant]:
    for fact in known.facts:
        if (fact.subject.source, fact.subject.kind) == (ACCOUNTS.name, "account"):
            created = created_at(fact.observations)
            if created is not None:
                yield created
