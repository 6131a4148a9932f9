"""The proof of each cause in words: what was measured, then and before, and how far the list was."""

from dataclasses import replace

import pytest

from handlers.commands.backtest_forms import row_json
from handlers.words.ledger import REMEDIES, proof, tier_path, told_words
from scoring.alerts import AlertTerms, Rule
from scoring.backtest.ledger import Row
from scoring.backtest.misses import Cause, KnownNow, Miss, Renewal, WasListed
from scoring.customer import Csm
from scoring.instants import DAY, Instant
from scoring.score import Score
from tests.scoring.backtest.ledgers import CAPPING, ENDS, GOOD, churn, measured, only_row, steady_account

DECIDED = Instant(ENDS[20] + 10 * DAY)


def row_of(first: int, values: dict[str, float], rule: Rule = "level", **more: object) -> Row:
    """Give the row of an account that does well, and from one month on has other values."""
    scores: list[Score] = steady_account("leaves", upto=first)
    scores += [measured("leaves", end, {**GOOD, **values}, **more) for end in ENDS[first:21]]
    return only_row(scores, churn("leaves", DECIDED), AlertTerms(rule))


def said(row: Row) -> tuple[Cause, str]:
    """Give a row's cause, and its proof in words."""
    assert row.miss is not None
    return row.miss.cause, proof(row, row.miss)


def test_what_moved_is_named_with_its_values_its_score_and_its_weight() -> None:
    """And how far the account was from the list."""
    text = (
        "On 1 August 2026 failed payments 0 → 9 (scores 0 of 100, weight 6.9%). "
        "The score was 6.9 points below what it used to be. Score 89.1; the list went up to 49.3."
    )
    assert said(row_of(17, {"payment_health": 9})) == ("weight", text)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (200, "Its renewal was due, and others came before it."),
        (300, "Its renewal, 300 days ahead, was not due: the list takes those first that are."),
    ],
)
def test_by_the_rule_steady_it_says_whether_the_renewal_was_due(days: int, words: str) -> None:
    """The list there does not go by the score alone."""
    cause, text = said(row_of(17, {"feature_breadth_pct": 51.0, "days_to_renewal": days}, "steady"))
    assert cause == "threshold"
    assert text == f"On 1 August 2026 modules in use 95% → 51% (scores 100 of 100, weight 5.4%). Score 96.0. {words}"


def test_a_source_is_named_by_its_name() -> None:
    """Not by the flag's word."""
    silent = "On 1 August 2026 Looker had gone silent, and its last figures were used; the score was 96.0."
    assert said(row_of(18, {}, flags=("stale:looker",))) == ("stale", silent)
    missing = "On 1 August 2026 Intercom had never named what it is mapped to and nothing of Looker was mapped to it."
    assert said(row_of(18, {}, flags=("unknown_owner:intercom", "unmapped:looker"))) == ("no data", missing)


def test_a_cap_says_when_it_came_and_what_the_score_was_without_it() -> None:
    """In days from the decision."""
    text = (
        "The cap of 50 was first shown on 1 September 2026, 40 days before the decision. "
        "Without it the score was 96.0; while there was time it was 96.0."
    )
    assert said(row_of(19, {}, signals=(CAPPING,))) == ("capped late", text)


def test_of_a_renewal_that_was_no_longer_due_the_days_and_the_list_are_given() -> None:
    """The days to it, when the account was on the list, and that it decided later than the notice period says."""
    row = replace(row_of(21, {}), outcome=churn("leaves", DECIDED, 20))
    due = Miss(
        "no longer due", ENDS[19], renewal=Renewal(60, is_due=False), was_listed=WasListed(ENDS[16], ENDS[18], 60)
    )
    assert proof(row, due) == (
        "It was on the list from 1 June 2026 to 1 August 2026. On 1 September 2026 its renewal, 60 days ahead, was no "
        "longer due: by then, with notice_days 60, it counts as decided. It was decided 20 days before the end."
    )
    once = replace(due, was_listed=WasListed(ENDS[18], ENDS[18], 60))
    assert proof(row, once).startswith("It was on the list on 1 August 2026. ")
    assert "notice_days" in REMEDIES["no longer due"]
    written = row_json(replace(row, miss=due))
    assert written["cause"] == "no longer due"
    assert written["proof"]["was_listed"] == {"first": "2026-06-01", "last": "2026-08-01", "notice_days": 60}  # type: ignore[index]


def test_of_late_data_both_scores_are_given() -> None:
    """As shown then, and as known now."""
    row = row_of(21, {})
    miss = Miss("late data", ENDS[18], score=96.0, known_now=KnownNow(131.0, 41.0))
    assert proof(row, miss) == (
        "With what is known now it would have been on the list 131 days before the decision. "
        "On 1 August 2026 its score was shown as 96.0; it is 41.0 as known now."
    )


def test_what_had_been_at_red_all_along_is_named_where_nothing_moved() -> None:
    """Of an account without a past nothing more can be said."""
    row = row_of(21, {})
    assert said(row) == (
        "silent",
        "On 1 August 2026: The score was what it used to be. Score 96.0; the list went up to 49.3.",
    )
    new = Miss("silent", ENDS[18], score=90.0, fell=None, renewal=Renewal(None, is_due=False))
    assert proof(row, new) == "On 1 August 2026: Nothing is known of before. Score 90.0."


def test_a_path_and_a_person_in_words() -> None:
    """Somebody of whom only the id is known is named by that."""
    assert tier_path(row_of(17, {"messaging": 0.0, "platform_score": 0.0})) == "Champion 8 → At Risk 4"
    assert [told_words(one) for one in (None, Csm("005"), Csm("005", mail="a@x"), Csm("005", "Ana", "a@x"))] == [
        "",
        "005",
        "a@x",
        "Ana",
    ]
