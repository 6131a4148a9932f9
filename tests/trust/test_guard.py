"""The guard: each quarter is judged by weights that know nothing of it; and how sure the weights are."""

from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest

from handlers.calibrate.arrays import Example, Rows, joint_parts, rows_of
from handlers.calibrate.calibration import TooFewError, calibrate
from handlers.calibrate.estimator import fit
from handlers.calibrate.guard import Guard, guard, held_out_losses, learned_without_each_quarter
from handlers.calibrate.interval import weight_intervals
from handlers.calibrate.verdict import verdict
from scoring.backtest.lines import ScoreLine
from scoring.backtest.statistics import fit_chance
from scoring.instants import DAY
from tests.trust.examples import examples_of
from tests.trust.generator import MODEL, Portfolio, make_portfolio

JOINT = joint_parts(MODEL)


@cache
def portfolio(churns: int = 20) -> Portfolio:
    """Give a made-up portfolio whose experts are badly off."""
    return make_portfolio(8, churns, "badly", accounts=80)


def seeded() -> Random:
    """Give draws that are the same each time."""
    return Random(1)  # noqa: S311 - to be repeated


def taken(examples: list[Example]) -> Rows:
    """Put examples into arrays."""
    return rows_of(examples, JOINT)


def test_weights_that_judge_a_quarter_do_not_know_how_it_ended() -> None:
    """Were all of its outcomes the other way round, the same weights would judge it, and others the others."""
    examples = examples_of(portfolio())
    rows, landmark_rows = taken(examples), [one.row for one in examples]
    folds = list(learned_without_each_quarter(rows, landmark_rows))
    last = folds[-1]
    turned = rows.churned.copy()
    turned[last.held_out] = 1 - turned[last.held_out]
    *others, again = learned_without_each_quarter(Rows(rows.parts, rows.scores, rows.known, turned), landmark_rows)
    assert again.weights == pytest.approx(last.weights)
    assert any(one.weights != pytest.approx(fold.weights) for one, fold in zip(others, folds, strict=False))


def test_losses_of_held_out_rows_are_those_of_chances_learned_from_the_others() -> None:
    """By hand for two rows, under the experts' weights."""
    rows = taken([one for one in examples_of(portfolio()) if len(one.scores) == 5])
    training, unseen = rows.at(range(2, len(rows.churned))), rows.at([0, 1])
    risks = [100 - float(score @ JOINT.expert) for score in rows.scores]
    fitted = fit_chance(risks[2:], [bool(one) for one in rows.churned[2:]])
    assert fitted is not None
    chances = [fitted.chance(risk) for risk in risks[:2]]
    by_hand = [-np.log(one if churned else 1 - one) for one, churned in zip(chances, rows.churned[:2], strict=True)]
    assert held_out_losses(training, unseen, JOINT.expert) == pytest.approx(by_hand)


def test_the_guard_holds_where_experts_are_badly_off_and_cannot_tell_of_one_quarter() -> None:
    """With all outcomes in one quarter nothing is held out."""
    examples = examples_of(make_portfolio(2, 50, "badly"))
    landmark_rows = [one.row for one in examples]
    assert guard(taken(examples), landmark_rows, seeded()).holds
    at_once = [
        one._replace(
            row=one.row._replace(outcome=replace(one.row.outcome, effective=landmark_rows[0].outcome.effective))
        )
        for one in examples
    ]
    none = guard(taken(at_once), [one.row for one in at_once], seeded())
    assert (none.share, none.holds) == (None, False)


def test_only_churns_teach_nothing() -> None:
    """There is nobody to tell them apart from."""
    left = [one for one in examples_of(portfolio()) if one.row.is_churn]
    with pytest.raises(TooFewError, match="renewals are needed too"):
        calibrate(left, MODEL, seeded())


def test_what_is_shown_after_the_landmark_teaches_nothing() -> None:
    """Of who left, whatever comes in the 90 days before the decision, and after it, may be anything."""
    made = portfolio()
    landmarks = {
        row.outcome.account_id: row.line.as_of for row in made.backtest().landmarks(90).rows if row.outcome.is_churn
    }

    def spoilt(line: ScoreLine) -> ScoreLine:
        known_until = landmarks.get(line.account_id)
        if known_until is None or line.as_of <= known_until:
            return line
        return replace(line, final_score=0.0, quantitative=0.0, groups=dict.fromkeys(line.groups, 0.0))

    lines = {account: [spoilt(line) for line in own] for account, own in made.lines.items()}
    before, after = (calibrate(examples_of(one), MODEL, seeded()) for one in (made, replace(made, lines=lines)))
    assert any(line.as_of > landmarks[name] + 60 * DAY for name in landmarks for line in made.lines[name])
    assert before == after


def test_intervals_are_as_wide_as_the_experts_word_where_rows_say_nothing() -> None:
    """By hand: a weight's logit then has the variance 1 / (kappa x weight x (1 - weight))."""
    rows = taken(examples_of(portfolio()))
    health = np.where(rows.known.any(axis=1), np.linspace(20, 90, len(rows.churned)), 0)
    same = np.repeat(health[:, None], 5, axis=1)
    silent = Rows(JOINT, same, np.ones_like(rows.known), (health > 70).astype(float))
    for (low, high), weight in zip(weight_intervals(fit(silent)), JOINT.expert.tolist(), strict=True):
        width = 1.6448536 / (10 * weight * (1 - weight)) ** 0.5
        middle = np.log(weight / (1 - weight))
        assert (low, high) == pytest.approx([1 / (1 + np.exp(-middle - side * width)) for side in (-1, 1)], rel=1e-3)


def test_more_rows_make_intervals_narrower() -> None:
    """The same rows eight times over."""
    rows = taken(examples_of(portfolio()))
    every = list(range(len(rows.churned)))
    widths = [sum(high - low for low, high in weight_intervals(fit(rows.at(every * times)))) for times in (1, 8)]
    assert widths[1] < 0.7 * widths[0]


@pytest.mark.parametrize(
    ("churns", "share", "override", "moves", "adopt"),
    [
        (30, 0.80, "", True, True),
        (30, 0.798, "", True, False),
        (29, 0.95, "", True, False),
        (29, 0.95, "a pilot", True, True),
        (29, 0.5, "a pilot", True, False),
        (10, None, "a pilot", True, False),
        (99, None, "", True, False),
        (99, 0.95, "", False, False),
    ],
)
def test_a_proposal_is_adopted_on_evidence_alone(
    churns: int,
    share: float | None,
    override: str,
    moves: bool,  # noqa: FBT001
    adopt: bool,  # noqa: FBT001
) -> None:
    """The guard always, from 30 churns on alone, below with a person's word; never where nothing moves."""
    found = verdict(churns, Guard(share), moves=moves, override=override)
    assert found.adopt == adopt
    assert found.is_indicative == (churns < 30)
    assert any("guard" in reason for reason in found.reasons)
