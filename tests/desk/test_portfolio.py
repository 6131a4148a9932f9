"""The portfolio page: what it counts, which accounts are in which view, in which order, and what it says."""

import re
from html import unescape

import pytest

from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.jobs.portfolio import Line, latest_period, lines_of
from scoring.verdict import AT_RISK
from tests.desk.places import Place

_ROW = re.compile(r'<th role="rowheader".*?<a href="/accounts/([^"?]+)', re.DOTALL)


def rows(page: str) -> list[str]:
    """Give the ids of the accounts that a page lists, in its order."""
    return [unescape(found) for found in _ROW.findall(page)]


def lines(place: Place) -> list[Line]:
    """Give the lines of the latest month, as the command line has them."""
    with place.store() as store:
        period = latest_period(store)
        assert period is not None
        return lines_of(store, period, load_config(DEFAULT_DIRECTORY).model.currencies)


def test_all_accounts_are_there(place: Place) -> None:
    """Each once."""
    assert sorted(rows(place.visitor().get("/?view=all"))) == sorted(one.summary.account_id for one in lines(place))


def test_at_risk_has_all_whose_revenue_may_be_lost(place: Place) -> None:
    """Also those of which nobody knows how they stand."""
    wanted = {one.summary.account_id for one in lines(place) if one.summary.tier in AT_RISK}
    assert set(rows(place.visitor().get("/?view=risk"))) == wanted


@pytest.mark.parametrize(("sort", "sign"), [("score", 1), ("-score", -1)])
def test_a_list_is_sorted_by_what_the_address_says(place: Place, sort: str, sign: int) -> None:
    """Who has no score comes last either way."""
    known = {one.summary.account_id: one.summary.final_score for one in lines(place)}
    shown = [known[one] for one in rows(place.visitor().get(f"/?view=all&sort={sort}"))]
    scores = [sign * one for one in shown if one is not None]
    assert scores == sorted(scores)
    assert None not in shown[: len(scores)]


@pytest.mark.parametrize("query", ["view=foes", "tier=Good", "segment=big", "sort=luck", "period=2026-13"])
def test_an_address_that_names_what_there_is_not_is_refused(place: Place, query: str) -> None:
    """By a sentence, rather than by showing all."""
    assert place.visitor().status(f"/?{query}") == 400
