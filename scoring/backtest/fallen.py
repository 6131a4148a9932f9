"""Accounts that fell off the steady list because their renewal was no longer due, before they had decided.

The rule takes a renewal for decided `notice_days` before its end, and names others from then on. Who gives
notice later than that was let go too early.
"""

from scoring.backtest.alarms import Alarms
from scoring.backtest.backtest import Backtest
from scoring.backtest.misses import WasListed
from scoring.backtest.warnings import Lead
from scoring.instants import DAY, Instant


def no_longer_due(found: Backtest, lead: Lead, as_of: Instant) -> WasListed | None:
    """Give the run on the list that ended when the renewal was no longer due, which it was not up to `as_of` either.

    It had been due in that run, and the decision came later than `notice_days` before the end; else None.
    """
    terms, alarms, account_id = found.alert_terms, found.alarms, lead.outcome.account_id
    if terms.rule == "level" or lead.outcome.effective - lead.decided >= terms.notice_days * DAY:
        return None
    place = alarms.newest(as_of)
    last = _last_listed(alarms, account_id, place)
    if last is None or last == place:
        return None
    first = alarms.starts[last][account_id]
    days = {line.as_of: line.renewal_days for line in found.lines[account_id]}
    listed, since = (
        [days.get(at) for at in alarms.calendar[start : end + 1]] for start, end in ((first, last), (last + 1, place))
    )
    was_due = any(map(terms.is_due, listed))
    is_past = all(one is not None and one <= terms.notice_days for one in since)
    return WasListed(alarms.calendar[first], alarms.calendar[last], terms.notice_days) if was_due and is_past else None


def _last_listed(alarms: Alarms, account_id: str, place: int) -> int | None:
    return next((one for one in range(place, -1, -1) if account_id in alarms.starts[one]), None)
