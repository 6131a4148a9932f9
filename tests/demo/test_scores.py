"""What the demo comes to: the published figures, and a picture worth looking at."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from handlers.demo.portfolio import WORKED, Quirk
from scoring.instants import Instant, parse_instant
from tests.demo.portfolios import AS_OF, demo, outcome

CASES = json.loads((Path(__file__).parents[1] / "cases" / "worked_examples.json").read_text())
EXPECTED: dict[str, dict[str, Any]] = dict(zip(WORKED, (case["expected"] for case in CASES), strict=False))

FLAGS = {
    Quirk.SILENT: "unscored",
    Quirk.TYPO: "unknown_owner:intercom",
    Quirk.CRM_ONLY: "unmapped:intercom",
    Quirk.NO_LOOKER: "unmapped:looker",
    Quirk.STALE_READINGS: "stale:looker",
    Quirk.DEAD_READINGS: "dead:looker",
    Quirk.INVALID_PILLAR: "invalid:messaging",
    Quirk.OPEN_GAP: "reread:Account",
    Quirk.DELETED: "account_deleted",
    Quirk.NO_TIER: "segment_assumed",
    Quirk.MONITORED: "monitored_critical",
    Quirk.ODD_WORDS: "unknown_word:Churn_Signal__c.Severity__c",
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("as_of", [AS_OF, parse_instant("2026-03-01")])
def test_the_worked_examples_come_out_exactly(seed: int, as_of: Instant) -> None:
    """A, B and C of MODEL.md, from raw events, whatever the seed and the month."""
    portfolio = demo(seed=seed, as_of=as_of)
    scores = {score.account_name: score for score in outcome(portfolio).scores.values()}
    for name, expected in EXPECTED.items():
        score = scores[name]
        assert {key: dimension.score for key, dimension in score.dimensions.items()} == expected["dimensions"]
        shown = ("churn_risk_score", "platform_value_score", "quantitative_score", "final_score", "coverage_pct")
        assert {key: getattr(score, key) for key in shown} == {key: expected[key] for key in shown}
        assert score.tier == expected["tier"]
        assert (None if score.cap is None else score.cap.value) == expected["cap"]
        assert score.flags == ()


def test_every_tier_occurs_and_none_takes_all() -> None:
    """Some champions, many healthy and at risk, some critical, a few unknown, one unscored."""
    tiers = Counter(score.tier for score in outcome(demo(accounts=45, pilots=15)).scores.values())
    assert 3 <= tiers["Champion"] <= 10
    assert 8 <= tiers["Healthy"] <= 24
    assert 6 <= tiers["At Risk"] <= 20
    assert 4 <= tiers["Critical"] <= 15
    assert 3 <= tiers["Unknown"] <= 8
    assert tiers[None] == 1


def test_every_planted_quirk_shows_in_its_account_and_nowhere_else() -> None:
    """Each quirk that has a flag of its own sets it, and no other account bears it."""
    portfolio = demo(accounts=45, pilots=15)
    scores = outcome(portfolio).scores
    for quirk, flag in FLAGS.items():
        bearers = {hotel.quirk for hotel in portfolio.hotels if flag in scores[hotel.id].flags}
        assert quirk in bearers, flag
        others = {Quirk.UNDELETED, Quirk.ODD_WORDS} if flag == "reread:Account" else set()
        assert bearers <= {
            quirk,
            Quirk.DELETED,
            Quirk.SILENT,
            Quirk.CRM_ONLY,
            Quirk.NONE,
            Quirk.BRANDS,
            Quirk.LEFT,
            *others,
        }, flag


def test_what_was_healed_bears_no_flag() -> None:
    """A gap that a re-read settled looks like any other; an account that was restored waits to be read again."""
    portfolio = demo(accounts=45, pilots=15)
    scores = outcome(portfolio).scores
    healed = [h for h in portfolio.hotels if h.quirk in {Quirk.HEALED_GAP, Quirk.UNDELETED, Quirk.BRANDS}]
    assert len(healed) >= 4
    for hotel in healed:
        waits = {"reread:Account"} if hotel.quirk == Quirk.UNDELETED else set()
        flagged = {"reread:Account", "account_deleted", "unknown_owner:intercom"} & set(scores[hotel.id].flags)
        assert flagged == waits


def test_only_the_unreadable_lines_are_dead_and_only_the_odd_words_remarked() -> None:
    """Nothing else of the demo is refused, dropped or unheard of."""
    portfolio = demo(accounts=45, pilots=15)
    result = outcome(portfolio)
    assert len(result.dead) == len(portfolio.unreadable) == len(set(result.dead))
    words = {remark.partition("=")[2] or remark.partition(":")[2] for remark in result.remarks}
    assert words == {
        "blocker",
        "conversation.sla.breached",
        "Contract",
        "Severe",
        "Rumoured",
        "Responsiveness__c",
    }
