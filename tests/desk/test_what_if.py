"""What-if: every figure is the command's own, refused values are marked, and it answers as one types."""

import json
import re
import time

import pytest
from playwright.sync_api import Browser

from config.loader import DEFAULT_DIRECTORY
from handlers.commands.what_if_forms import json_line, named
from handlers.desk.what_if.form import Form, fields_of
from handlers.desk.what_if.room import Room
from handlers.jobs.draft_figures import figures_of
from handlers.jobs.what_if import WhatIf
from tests.desk.browsing import window
from tests.desk.places import Place, Visitor

CLOSE = "thresholds.thresholds.support_health.close_time_hours.paid"
HARDER = {f"{CLOSE}.1": "6", f"{CLOSE}.2": "9", "thresholds.tiers.Healthy": "84", "thresholds.caps.critical_1": "55"}


def fragment(visitor: Visitor, edits: dict[str, str]) -> str:
    """Ask as the page's own script does."""
    answer = visitor.client.post("/what-if", data={"token": visitor.token, **edits}, headers={"x-fragment": "1"})
    assert answer.status_code == 200
    return answer.text


def test_every_figure_is_that_of_the_command(place: Place) -> None:
    """The month-ends, the changes of each account, money and tiers: as `what-if --recorded --json` prints them."""
    room = Room(place.desk)
    tried = room.tried(HARDER, months=True)
    assert tried.answer is not None
    accounts, comparison = place.desk.accounts(), tried.answer.comparison
    with place.store() as store:
        question = WhatIf(store, comparison, recorded=True)
        printed = question.answer(accounts, room.raws.periods).months
        why = question.reasons(named(printed[-1]).cases, printed[-1], accounts)
    told = [json.loads(json_line(one, comparison, why if one is printed[-1] else {})) for one in printed]
    months = tried.answer.months or ()
    assert [one["period"] for one in told] == [one.period for one in months]
    for line, month in zip(told, months, strict=True):
        changes = {one["account_id"]: (one["now"], one["draft"], one["arr"]) for one in line["changes"]}
        mine = {one.account_id: (one.now._asdict(), one.draft._asdict(), one.worth) for one in month.changed}
        assert mine == changes
        assert (line["accounts"], line["deleted"]) == (len(month.cases), month.deleted)
    last, answer = told[-1], tried.answer
    risk = answer.at_risk
    assert last["at_risk"]["now"] == {
        "accounts": risk[0].accounts,
        "arr": risk[0].worth,
        "without_arr": risk[0].without_worth,
    }
    assert last["at_risk"]["draft"]["arr"] == risk[1].worth
    assert last["tier_changes"] == sum(cell.accounts for row in answer.matrix for cell in row if not cell.is_same) > 0
    assert {tier: sides["draft"]["accounts"] for tier, sides in last["tiers"].items()} | {} == {
        **dict.fromkeys(last["tiers"], 0),
        **{column[0].draft: sum(cell.accounts for cell in column) for column in zip(*answer.matrix, strict=True)},
    }
    assert {one.account_id: [driver.points for driver in answer.drivers[one.account_id]] for one in answer.biggest} == {
        one["account_id"]: [driver["points"] for driver in one["drivers"]]
        for one in last["changes"]
        if one["account_id"] in {case.account_id for case in answer.biggest}
    }


def test_the_page_says_what_the_draft_does(place: Place) -> None:
    """A sentence, a matrix, the changes with links, a receipt before and after, the diff of the file."""
    page = fragment(place.visitor("leader"), HARDER)
    assert re.search(
        "[1-9][0-9]* of [0-9]+ accounts change tier · mean score \N{MINUS SIGN}[0-9.]+ · ARR at risk [+][$]", page
    )
    assert '<a href="/accounts/' in page
    assert "before and after" in page
    assert '<span class="removed">-  Healthy: 76</span>' in page
    assert '<span class="added">+  Healthy: 84</span>' in page
    assert "Accounts At Risk or Critical at each month-end" in page


def test_the_form_is_whole_without_a_script(place: Place) -> None:
    """What was typed stands in the form again, marked as changed; nothing changed says so."""
    visitor = place.visitor("ops")
    assert "Nothing is changed: this is the model in force" in visitor.get("/what-if")
    page = visitor.send("/what-if", HARDER, expect=200)
    assert f'name="{CLOSE}.2" value="9"' in page
    assert page.count("is-changed") == len(HARDER)
    assert "Try this draft" in page


def test_what_the_loader_refuses_is_said_in_its_words_and_marked(place: Place) -> None:
    """Nothing is scored, the three figures of the metric are marked, what was typed is escaped."""
    page = place.visitor().send("/what-if", {f"{CLOSE}.2": "3", "thresholds.coverage_floor": "<b>1"}, expect=200)
    assert "This draft is refused" in page
    assert "expected green &lt;= yellow &lt;= red, green &lt; red" in page
    assert page.count('aria-invalid="true"') == 4
    assert "<b>1" not in page
    assert "change tier" not in page


def test_an_account_is_tested_by_its_name(place: Place) -> None:
    """Its receipt is on the page; a name that nobody has is said so."""
    with place.store() as store:
        summary = next(one for one in store.summaries("2026-10") if one.tier == "Healthy")
    assert summary.account_name is not None
    page = fragment(place.visitor(), {**HARDER, "account": summary.account_name.upper()})
    assert f'Receipt of <a href="/accounts/{summary.account_id}">{summary.account_name}</a>' in page
    assert f"<strong>{summary.final_score:.1f}</strong>" in page
    assert "No account of this month is called so" in fragment(place.visitor(), {**HARDER, "account": "Nobody"})


def test_what_is_missing_has_no_points_in_a_receipt(place: Place) -> None:
    """It is not 0: nobody knows how it would score."""
    with place.store() as store:
        summary = next(one for one in store.summaries("2026-10") if one.coverage_pct < 60)
    page = fragment(place.visitor(), {**HARDER, "account": summary.account_id})
    missing = re.findall(r'<td>missing</td><td class="figure">(.*?)</td><td class="figure">(.*?)</td>', page)
    assert set(missing) == {("\N{EN DASH}", "\N{EN DASH}")}


def test_csms_have_no_such_page(place: Place) -> None:
    """Drafts are for leaders to look at, and for Ops."""
    visitor = place.visitor("csm")
    assert visitor.status("/what-if") == 404
    visitor.send("/what-if", HARDER, expect=404)


def test_the_values_under_a_threshold_are_the_portfolios_own(place: Place) -> None:
    """Each account with a value counts once, in its segment; the thresholds in force are within."""
    room = Room(place.desk)
    (read,) = room.raws.read(["2026-10"])
    fields = fields_of(read.rows, room.present)
    measured = [row.summed.cell for row in read.rows.rows]
    with place.store() as store:
        records = [store.record(row.account_id, "2026-10") for row in read.rows.rows]
    raws = [
        (one.measurements.segment, one.measurements.dimensions["support_health"]["close_time_hours"].raw)
        for one in records
        if one is not None
    ]
    assert len(measured) == len(raws)
    for segment in ("paid", "standard"):
        known = [raw for its, raw in raws if its == segment and raw is not None]
        field = fields["close_time_hours", segment]
        assert sum(field.columns) == len(known) > 0
        now = room.present.thresholds[segment]["close_time_hours"]
        assert field.low < now.green < now.red < field.high


def test_every_figure_offered_has_a_field(place: Place) -> None:
    """A figure that may be changed and stands nowhere in the form could not be changed."""
    figures = figures_of(DEFAULT_DIRECTORY)
    form = Form(figures, {}, (), place.desk.config.model)
    shown = {box.name for group in form.groups for metric in group.metrics for box in metric.boxes}
    shown |= {box.name for block in (*form.sides, *form.verdicts) for box in block.boxes}
    missing = set(figures.values) - shown
    assert {name.split(".")[-1] for name in missing} == {
        "fin_deflection_pct", "fin_cx_score", "support_volume_trend_pct", "license_utilisation_pct", "nps_score",
        "customer_sentiment", "customer_sentiment_trend",
    }, "only metrics that have no thresholds yet: they cannot count"  # fmt: skip


def test_month_ends_are_kept_whatever_else_is_written(own_place: Place) -> None:
    """A draft answers from what is laid out already: other writing does not have it read again, a record does."""
    room = Room(own_place.desk)
    (first,) = room.raws.read(["2026-10"])
    with own_place.store() as store:
        store.set_cursor("desk/audit/other", "{}")
    assert room.raws.read(["2026-10"])[0].rows is first.rows
    with own_place.store() as store:
        store.remove_record(first.rows.rows[0].account_id, "2026-10")
    assert room.raws.read(["2026-10"])[0].rows is not first.rows


@pytest.mark.parametrize(
    "edits", [HARDER, {"weights.churn_risk.support_health": ".31", "weights.churn_risk.financial_contract": ".29"}]
)
def test_a_draft_is_answered_within_its_budget(place: Place, edits: dict[str, str]) -> None:
    """24 accounts at 13 month-ends, checked, scored and drawn: CPU, the best of five, with slack for slow machines."""
    visitor = place.visitor()
    fragment(visitor, edits)
    spent = []
    for _ in range(5):
        start = time.process_time()
        fragment(visitor, edits)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.12


def test_from_key_to_picture(place: Place, address: str, browser: Browser) -> None:
    """One types into a threshold: sentence, picture and mark follow, a wrong value is marked, nothing is reported."""
    with window(browser, place, address, "ops") as seen:
        page = seen.open("/what-if")
        box, handle = page.locator(f'[id="{CLOSE}.2"]'), page.locator(f'[data-handle="{CLOSE}.2"]')
        before = handle.get_attribute("x")
        box.fill("13")
        page.locator("#answer .sentence", has_text="of 24").or_(
            page.locator("#answer", has_text="change tier")
        ).first.wait_for()
        assert handle.get_attribute("x") != before
        assert "is-changed" in (box.get_attribute("class") or "")
        assert page.locator("#answer .diff .added").inner_text().count("13") == 1
        box.fill("3")
        page.locator("#refused").wait_for()
        assert box.get_attribute("aria-invalid") == "true"
        box.fill("48")
        page.locator("#answer .sentence", has_text="Nothing is changed").wait_for()
        assert box.get_attribute("aria-invalid") is None
        seen.assert_clean()
        assert seen.is_within()
