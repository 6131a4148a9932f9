"""What answers teach: which suggestions were right, and when a category mutes itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.instants import DAY, Instant, parse_instant
from scoring.learning import COUNTED_DAYS, Learned, learned
from scoring.suggestion_answers import Answer
from scoring.suggestion_terms import Muting

NOW = parse_instant("2026-11-01")
WRONG = frozenset({"Not a signal"})
WAITING = Answer(
    id="a01",
    source="salesforce",
    key="intercom-1-budget",
    categories=frozenset({"budget"}),
    status="Suggested",
    observed=Instant(NOW - 5 * DAY),
    made=Instant(NOW - 5 * DAY),
)
ACCEPTED = replace(WAITING, status="Active", accepted_at=Instant(NOW - DAY))
DISMISSED = replace(WAITING, status="Dismissed", dismissed_at=Instant(NOW - DAY), reason="Not a signal")


def _budget(*answers: Answer, muting: Muting = Muting()) -> Learned:  # noqa: B008 - frozen
    return next(one for one in learned(answers, NOW, WRONG, muting) if one.category == "budget")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (ACCEPTED, (1, 1, 0, 0)),
        (replace(ACCEPTED, status="Resolved"), (1, 1, 0, 0)),
        (replace(ACCEPTED, status="Expired"), (1, 1, 0, 0)),
        (DISMISSED, (0, 1, 0, 0)),
        (replace(DISMISSED, reason=None), (0, 1, 0, 0)),
        (replace(DISMISSED, reason="Known already"), (1, 1, 0, 0)),
        (WAITING, (0, 0, 1, 0)),
        (replace(WAITING, made=Instant(NOW - 46 * DAY)), (0, 0, 0, 1)),
        (replace(WAITING, status="Expired"), (0, 0, 0, 1)),
        (replace(ACCEPTED, key=None), (0, 0, 0, 0)),
        (replace(ACCEPTED, made=Instant(NOW - (COUNTED_DAYS + 1) * DAY)), (0, 0, 0, 0)),
    ],
)
def test_each_answer_counts_as_what_it_says(answer: Answer, told: tuple[int, int, int, int]) -> None:
    """Accepted, and true but known: right. Dismissed: wrong. All else is no answer, nor is a signal of a person's."""
    said = _budget(answer)
    assert (said.right.part, said.right.whole, said.waiting, said.unanswered) == told


def test_an_answer_counts_for_what_was_suggested() -> None:
    """A CSM who gives an accepted signal another category does not make another rule right."""
    said = learned([replace(ACCEPTED, categories=frozenset({"competitor"}))], NOW, WRONG)
    assert {one.category for one in said if one.right.whole} == {"budget"}


@pytest.mark.parametrize(
    ("right", "wrong", "muted"), [(0, 19, False), (12, 8, True), (13, 7, False), (0, 20, True), (20, 0, False)]
)
def test_a_category_mutes_itself_after_twenty_answers(right: int, wrong: int, *, muted: bool) -> None:
    """Muted where the lower limit of its precision is under 0.4: 12 of 20 have one of 0.387, 13 one of 0.433."""
    assert _budget(*[ACCEPTED] * right, *[DISMISSED] * wrong).is_muted is muted


def test_a_limit_of_zero_never_mutes() -> None:
    """What config says."""
    assert not _budget(*[DISMISSED] * 50, muting=Muting(0.0, 20)).is_muted


@given(st.permutations([ACCEPTED, DISMISSED, WAITING, replace(DISMISSED, reason=None)]))
def test_order_makes_no_difference(answers: list[Answer]) -> None:
    """The same answers teach the same."""
    assert learned(answers, NOW, WRONG) == learned(sorted(answers, key=repr), NOW, WRONG)
