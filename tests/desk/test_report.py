"""The monthly report: what it says is what the records say, on one page, as tables, and as a file of its own."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from config.desk import DeskTerms
from handlers.jobs.outcomes import stored_outcomes
from handlers.jobs.portfolio import Asked
from handlers.jobs.report import MonthReport, ReportReader, latest_closed
from handlers.pages.report import report_html, report_text
from handlers.words.explanation import verdict
from handlers.words.report import headline, sentences, standing, tables
from scoring.account import Account
from scoring.periods import period_end, period_of, period_start
from scoring.summary import Summary
from tests.desk.browsing import window
from tests.desk.places import NOW, Place

PERIOD = "2026-10"


def read(place: Place, period: str = PERIOD, asked: Asked | None = None) -> MonthReport:
    """Read a report."""

    def find(ids: Iterable[str]) -> list[Account]:
        return [one for one in place.desk.accounts() if one.id in {*ids}]

    with place.store() as store:
        return ReportReader(store, place.desk.config, place.desk.terms, find).read(period, NOW, asked)


def summaries(place: Place, period: str = PERIOD) -> list[Summary]:
    """Give the summaries of a month."""
    with place.store() as store:
        return list(store.summaries(period))


def test_the_report_is_for_leaders(place: Place) -> None:
    """A CSM has no such page, file or table."""
    for path in ("/report", f"/report/{PERIOD}", f"/report/{PERIOD}.csv", f"/report/{PERIOD}.html"):
        assert place.visitor("csm").status(path) == 404
        assert place.visitor("leader").status(path) in {200, 303}


def test_the_latest_closed_month_comes_first(place: Place) -> None:
    """And another month is one's own choice; what is none is not there."""
    leader = place.visitor("leader")
    first = leader.client.get("/report", follow_redirects=False)
    assert first.headers["location"] == f"/report/{PERIOD}"
    other = leader.client.get("/report?period=2026-05&segment=paid", follow_redirects=False)
    assert other.headers["location"] == "/report/2026-05?segment=paid"
    assert [leader.status(f"/report/{word}") for word in ("2026-13", "2031-01", "x")] == [404, 404, 404]


def test_tiers_are_those_of_the_records(place: Place) -> None:
    """Counted now, and in the month before."""
    found = next(one for one in tables(read(place)) if one.key == "tiers")
    for period, column in ((PERIOD, 1), ("2026-09", 2)):
        counts: dict[str, int] = {}
        for one in summaries(place, period):
            counts[one.tier or "Unscored"] = counts.get(one.tier or "Unscored", 0) + 1
        told = {row.cells[0]: int(row.cells[column]) for row in found.rows}
        assert {tier: n for tier, n in told.items() if n} == counts


def test_a_sum_of_nothing_that_is_known_is_no_sum_of_0(place: Place) -> None:
    """Accounts of a tier whose ARR nobody knows have a dash."""
    report = read(place)
    unknown = replace(report, entries=[replace(one, line=replace(one.line, worth=None)) for one in report.entries])
    found = next(one for one in tables(unknown) if one.key == "tiers")
    assert {row.cells[3] for row in found.rows if row.cells[1] != "0"} == {"\N{EN DASH}"}


def test_every_number_is_that_of_explain(place: Place) -> None:
    """Score and tier of each row of each table."""
    report = read(place)
    with place.store() as store:
        for table in tables(report):
            names = [column.name for column in table.columns]
            for row in table.rows if "Score" in names else ():
                record = store.record(row.account_id or "", PERIOD)
                assert record is not None
                score, tier = row.cells[names.index("Score")], row.cells[names.index("Tier")]
                said = verdict(record.score, record.measurements, place.desk.config.model)
                assert f"Score {score} of 100, tier {tier}" in said or "No score" in said


def test_who_moved_who_renews_and_who_is_unknown(place: Place) -> None:
    """Each list holds whom the summaries say, and its rows name them."""
    report = read(place)
    by_id = {one.account_id: one for one in summaries(place)}
    found = {one.key: [row.account_id or "" for row in one.rows] for one in tables(report)}
    ladder = ["Critical", "At Risk", "Healthy", "Champion"]
    for account_id in found["rose"]:
        one = by_id[account_id]
        assert one.moved is not None
        assert ladder.index(one.tier or "") > ladder.index(one.moved.tier or "")
    assert {*found["alerts"]} == {one.account_id for one in by_id.values() if one.alert is not None}
    assert {by_id[account_id].tier for account_id in found["renewals"]} <= {"Critical", "At Risk", "Unknown", None}
    assert {one.account_id for one in by_id.values() if one.tier in {None, "Unknown"}} <= {*found["blind"]}


@pytest.mark.parametrize("period", ["2026-06", "2026-08", PERIOD])
def test_outcomes_are_those_of_the_store(place: Place, period: str) -> None:
    """Only accounts that may have one are read, and yet none is missed."""
    with place.store() as store:
        every = stored_outcomes(store, place.desk.accounts(), place.desk.config.model, NOW)
    own = [one for one in every if period_start(period) <= one.effective < period_end(period)]
    assert [one for one, _ in read(place, period).outcomes] == own


def test_a_change_of_the_model_is_said(place: Place) -> None:
    """Where a month was scored by another model than the one before, and only there."""
    with place.store() as store:
        months = store.summarised()
        models = {month: {one.model_version for one in store.summaries(month)} for month in months}
    for before, month in pairwise(months):
        said = "The model was changed" in " ".join(sentences(read(place, month)))
        assert said is (models[before] != models[month])


def test_the_first_month_has_nothing_to_compare_with(place: Place) -> None:
    """It says so, and no figure of a month before."""
    with place.store() as store:
        first = store.summarised()[0]
    report = read(place, first)
    assert "These are the first records" in " ".join(sentences(report))
    assert {row.cells[2] for row in tables(report)[0].rows} == {"\N{EN DASH}"}


def test_a_report_may_be_narrowed_and_says_so(place: Place) -> None:
    """Of one segment, of one CSM."""
    report = read(place, asked=Asked(segment="paid", csm="zo"))
    kept = {one.line.summary.account_id for one in report.entries}
    of_paid = [one for one in summaries(place) if one.segment == "paid" and one.csm is not None]
    assert kept == {
        one.account_id for one in of_paid if one.csm is not None and "zo" in (one.csm.name or "").casefold()
    }
    assert standing(report).startswith("Of segment Paid, CSM zo.")
    page = place.visitor("leader").get(f"/report/{PERIOD}?segment=paid")
    assert "Of segment Paid." in page
    assert f"/report/{PERIOD}.csv?segment=paid" in page


def test_a_month_that_may_change_bears_the_word(place: Place) -> None:
    """Provisional: on the page, in the file and in the mail."""
    report = read(place)
    changed = replace(report.entries[0].line.summary, status="provisional")
    entry = replace(report.entries[0], line=replace(report.entries[0].line, summary=changed))
    other = replace(report, entries=[entry, *report.entries[1:]])
    assert (report.is_provisional, other.is_provisional) == (False, True)
    assert '<p class="provisional">Provisional</p>' in report_html(other)
    assert "PROVISIONAL" in report_text(other)
    assert "Provisional" not in report_html(report)


def test_the_file_of_tables_has_every_row_and_no_formula(place: Place) -> None:
    """Also those that the page has no room for."""
    report = read(place)
    text = place.visitor("leader").get(f"/report/{PERIOD}.csv")
    assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0] == [headline(report)]
    ids = [row[-1] for row in rows if row]
    for table in tables(report):
        assert all(row.account_id in ids for row in table.rows if row.account_id)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_file_is_kept_and_not_opened_here(place: Place) -> None:
    """Its style is in it, which the policy of pages would refuse; it loads nothing and runs nothing."""
    answer = place.visitor("leader").client.get(f"/report/{PERIOD}.html")
    assert answer.headers["content-disposition"] == f'attachment; filename="healthscore-report-{PERIOD}.html"'
    assert "<style>" in answer.text
    assert not re.search(r"<script|<svg|<img|<link|src=|url\(|https?:", answer.text)


def test_names_are_text_in_the_file_and_in_the_mail(place: Place) -> None:
    """A name that is an attack is escaped; a name that breaks lines stands on one."""
    report = read(place)
    attack = '<script>alert(1)</script>"\r\nBcc: x@example.com'
    entries = [
        replace(one, line=replace(one.line, summary=replace(one.line.summary, account_name=attack)))
        for one in report.entries
    ]
    other = replace(report, entries=entries)
    assert "<script>" not in report_html(other)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report_html(other)
    assert not re.search(r"^Bcc:", report_text(other), re.MULTILINE)


def test_the_text_says_what_the_page_says(place: Place) -> None:
    """Each sentence, and each row that there is room for."""
    report = read(place)
    text = report_text(report)
    assert all(sentence in text for sentence in sentences(report))
    assert all(f"  {row.cells[0]}: " in text for table in tables(report) for row in table.shown)


def test_no_month_is_a_sentence(own_place: Place) -> None:
    """A store without a record says what makes one."""
    with own_place.store() as store:
        for account_id, period in list(store.record_keys()):
            store.remove_record(account_id, period)
        assert latest_closed(store) is None
    assert "nothing to report" in own_place.visitor("leader").get("/report")


def test_the_report_is_one_page_of_paper(place: Place, address: str, browser: Browser) -> None:
    """Of A4, in the month that says most: one after a change of the model."""
    with window(browser, place, address, "leader") as seen:
        for period in (PERIOD, "2026-05"):
            page = seen.open(f"/report/{period}")
            pdf = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, period
        seen.assert_clean()


def test_terms_decide_how_far_ahead_renewals_are_looked_for(place: Place) -> None:
    """Within a year there are more than within a week."""
    few, many = (read(place.with_terms(DeskTerms(renewal_days=days))) for days in (7, 365))
    assert len(few.renewals) < len(many.renewals)
    assert period_of(few.as_of or NOW) == "2026-11"
