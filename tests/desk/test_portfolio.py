"""The portfolio page: what it counts, which accounts are in which view, in which order, and what it says."""

import re
from html import unescape

import pytest

from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.desk.words import money
from handlers.jobs.portfolio import Line, in_order, latest_period, lines_of
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


def ids(found: list[Line]) -> list[str]:
    """Give the ids of lines."""
    return [one.summary.account_id for one in found]


def test_all_accounts_are_there_in_the_order_of_the_command_line(place: Place) -> None:
    """The worst first, and there the most money."""
    assert rows(place.visitor().get("/?view=all")) == ids(in_order(lines(place), "risk"))


def test_at_risk_has_all_whose_revenue_may_be_lost_and_says_what_they_are_worth(place: Place) -> None:
    """Also those of which nobody knows how they stand; the figure and the list agree."""
    risky = [one for one in lines(place) if one.summary.tier in AT_RISK]
    page = place.visitor().get("/?view=risk")
    assert set(rows(page)) == set(ids(risky))
    assert f"<strong>{money(sum(one.worth or 0.0 for one in risky), 'USD')}</strong>" in page
    assert f"ARR at risk · {len(risky)} account" in page


def test_alerts_are_those_of_the_list_in_its_order(place: Place) -> None:
    """As `portfolio --alerts` has them, each with its reason."""
    alerted = in_order([one for one in lines(place) if one.summary.alert is not None], "alert")
    page = place.visitor().get("/?view=alerts")
    assert rows(page) == ids(alerted)
    assert page.count('<b class="level">Since ') == len(alerted) > 0


@pytest.mark.parametrize("view", ["morning", "fell", "rose", "renewals", "risk", "alerts", "blind", "all"])
@pytest.mark.parametrize("narrowed", ["", "&segment=standard", "&q=o"])
def test_a_tab_counts_what_it_leads_to(place: Place, view: str, narrowed: str) -> None:
    """Also with filters."""
    page = place.visitor().get(f"/?view={view}{narrowed}")
    counted = re.search(r'aria-current="true">[^<]+<span class="number">(\d+)</span>', page)
    assert counted is not None
    assert int(counted[1]) == len(rows(page))


@pytest.mark.parametrize(("sort", "sign"), [("score", 1), ("-score", -1)])
def test_a_list_is_sorted_by_what_the_address_says(place: Place, sort: str, sign: int) -> None:
    """Who has no score comes last either way; the heading says which way."""
    known = {one.summary.account_id: one.summary.final_score for one in lines(place)}
    page = place.visitor().get(f"/?view=all&sort={sort}")
    shown = [known[one] for one in rows(page)]
    scores = [sign * one for one in shown if one is not None]
    assert scores == sorted(scores)
    assert None not in shown[: len(scores)]
    assert f'class="score figure" aria-sort="{"ascending" if sign > 0 else "descending"}"' in page


def test_filters_narrow_the_list_and_are_said_in_the_address(place: Place) -> None:
    """By a part of a name without accents and capitals, by tier, segment and CSM."""
    some = next(one for one in lines(place) if one.summary.tier and one.summary.csm)
    one, visitor = some.summary, place.visitor()
    assert one.csm is not None
    address = f"/?view=all&q={(one.account_name or '').upper()}&tier={one.tier}&segment={one.segment}&csm={one.csm.id}"
    page = visitor.get(address)
    assert one.account_id in rows(page)
    assert all(f'<option value="{value}" selected>' in page for value in (one.tier, one.segment, one.csm.id))
    assert "Clear the filters" in page


def test_nothing_that_fits_says_so_and_offers_to_clear(place: Place) -> None:
    """A sentence, not an empty table."""
    page = place.visitor().get("/?view=all&q=nosuchhotel")
    assert rows(page) == []
    assert "No account fits these filters." in page
    assert 'href="/?view=all">Clear the filters</a>' in page


def test_an_account_of_another_view_is_offered_where_this_one_has_none(place: Place) -> None:
    """Who looks for an account in a morning that it is not in finds it among all."""
    visitor = place.visitor()
    quiet = set(rows(visitor.get("/?view=all"))) - set(rows(visitor.get("/")))
    page = visitor.get(f"/?q={min(quiet)}")
    assert rows(page) == []
    assert f'href="/?view=all&amp;q={min(quiet)}">1 account of all fits</a>' in page


@pytest.mark.parametrize("query", ["view=foes", "tier=Good", "segment=big", "sort=luck", "sort=-", "period=2026-13"])
def test_an_address_that_names_what_there_is_not_is_refused(place: Place, query: str) -> None:
    """By a sentence, rather than by showing all."""
    assert place.visitor().status(f"/?{query}") == 400


@pytest.mark.parametrize("page", ["0", "-1", "99999999", "x", "²", "7"])
def test_a_page_that_is_none_is_the_nearest_one(place: Place, page: str) -> None:
    """The first, or the last."""
    assert len(rows(place.visitor().get(f"/?view=all&page={page}"))) == len(lines(place))


def test_a_month_without_records_is_not_there(place: Place) -> None:
    """And the months that are, are named."""
    answer = place.visitor().client.get("/?period=2020-01")
    assert answer.status_code == 404
    assert "Months with records: 2026-10" in answer.text


def test_the_first_month_compares_with_nothing(place: Place) -> None:
    """No column of changes; nobody is said not to have fallen."""
    first = place.visitor().get("/").split('<option value="')
    period = [part[:7] for part in first if re.match(r"\d{4}-\d\d\"", part)][-1]
    page = place.visitor().get(f"/?period={period}&view=fell")
    assert "this is the first record" in page
    assert "there is nothing to compare it with" in page
    assert "Change</a></th>" not in place.visitor().get(f"/?period={period}&view=all")


def test_a_page_is_light(place: Place) -> None:
    """At most 15 KiB on the wire once style, script and font are there."""
    visitor = place.visitor()
    with visitor.client.stream("GET", "/?view=all", headers={"accept-encoding": "gzip"}) as answer:
        sent = sum(len(part) for part in answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert sent <= 15 * 1024
