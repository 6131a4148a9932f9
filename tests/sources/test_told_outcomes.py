"""Our own message of an outcome that somebody told."""

import pytest

from scoring.instants import parse_instant
from scoring.observations import Fields, Observation
from scoring.said_outcomes import SaidOutcome, observation_of
from tests.messages import ACCOUNT, Message
from tests.sources.taking import refusal, take_in

READ_AT = "2026-05-07T09:00:00Z"
DAY, NOTICE, TREATED = map(parse_instant, ("2026-03-31", "2026-02-10", "2026-01-15"))


def told(**members: object) -> Message:
    """Tell a churn."""
    return {
        "type": "outcome.told",
        "account_id": ACCOUNT,
        "outcome": "churned",
        "effective_date": "2026-03-31",
        "read_at": READ_AT,
        **members,
    }


def test_a_told_outcome_is_one_observation_and_names_no_owner() -> None:
    """An account that is misspelt there stays unknown to every source."""
    more = {"notice_date": "2026-02-10", "arr": 5, "currency": "eur", "reason": "price", "treated_date": "2026-01-15"}
    taken = take_in(told(**more))
    said = SaidOutcome(ACCOUNT, "churned", DAY, NOTICE, 5.0, "EUR", "price", TREATED)
    assert taken.statements == [observation_of(said, parse_instant(READ_AT))]
    assert taken.remarks == []


def test_ids_of_15_characters_and_times_of_day_make_no_other_subject() -> None:
    """The subject is an account and a day."""
    (one,) = take_in(told(account_id=ACCOUNT[:15], effective_date="2026-03-31T18:00:00Z")).statements
    assert take_in(told()).statements == [one]


def test_one_that_is_taken_back_says_nothing_else() -> None:
    """So that a corrected file may leave the other columns as they were."""
    (one,) = take_in(told(outcome="withdrawn", notice_date="2027-01-01", arr=7)).statements
    assert isinstance(one, Observation)
    assert isinstance(one.content, Fields)
    assert {name for name, value in one.content.values if value is not None} == {"outcome", "effective_date"}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"outcome": "lost"}, "outcome is 'lost': expected one of renewed, churned, downgraded, withdrawn"),
        ({"outcome": None}, "outcome is missing"),
        ({"account_id": " "}, "account_id is ' '"),
        ({"effective_date": "soon"}, "effective_date is 'soon'"),
        ({"notice_date": "soon"}, "notice_date is 'soon'"),
        ({"treated_date": "soon"}, "treated_date is 'soon'"),
        ({"notice_date": "2026-04-01"}, "notice_date lies after effective_date"),
        ({"read_at": None}, "read_at is missing"),
    ],
)
def test_what_would_be_another_outcome_is_refused_by_name(members: Message, said: str) -> None:
    """A date that is none is not left out: without it the decision is on another day."""
    assert said in refusal(told(**members))


@pytest.mark.parametrize("member", [{"arr": -1}, {"arr": "much"}, {"currency": "Euro"}, {"reason": 7}])
def test_what_need_not_be_said_is_dropped_by_name(member: Message) -> None:
    """The outcome stands."""
    taken = take_in(told(**member))
    assert taken.remarks == [f"dropped:{name}" for name in member]
    assert taken.statements == take_in(told()).statements


def test_a_renewal_may_have_a_notice_after_its_day() -> None:
    """It is not used, and so does no harm."""
    assert take_in(told(outcome="renewed", notice_date="2026-04-01")).remarks == []
