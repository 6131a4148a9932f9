"""Leaving: since when it is decided that an account leaves; from then on it is in no list of whom to call."""

from scoring.account import AccountFacts
from scoring.instants import Instant
from scoring.model import Model
from scoring.outcome_facts import known_outcomes


def left_at(facts: AccountFacts, as_of: Instant, model: Model, notice_days: int) -> Instant | None:
    """Say when it was decided that an account leaves, as it was known at an instant; None where it does not.

    Of several decisions the earliest: who gave notice is out for good.
    """
    churns = (one for one in known_outcomes(facts, model, as_of).outcomes if one.is_churn)
    return min((at for one in churns if (at := one.decided(notice_days)) < as_of), default=None)
