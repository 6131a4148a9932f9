"""The page of an account: every number of it is explain's, and what it says in each state."""

import json
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

import msgspec
import pytest

from handlers.desk.words import NOTHING
from handlers.jobs.explained import Explained, explained, given_of
from handlers.jobs.score_json import score_json
from handlers.words.changes import listing
from handlers.words.explanation import Beside, explanation
from handlers.words.figures import percent, points
from handlers.words.parts import parts_of
from handlers.words.repair import lift
from scoring.account import Account
from scoring.metrics.cohorts import cohorts
from scoring.metrics.crm_cohorts import crm_cohorts
from scoring.periods import period_of
from tests.desk.places import NOW, Place, Visitor

PERIODS = ("2026-10", "2026-08", "2026-02", "2025-10", "2026-11")


class _Text(HTMLParser):
    """Gathers what a page says, tag by tag."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def text_of(page: str) -> str:
    """Give the text of a page on one line, as a reader sees it."""
    parser = _Text()
    parser.feed(page)
    return " ".join(" ".join(parser.said).split())


def accounts(place: Place) -> Sequence[Account]:
    """Give accounts of the demo, by id."""
    return place.desk.accounts()


def told(place: Place, account: Account, period: str) -> Explained:
    """Explain an account as the command line does."""
    with place.store() as store:
        return explained(given_of(store, account), period, place.desk.config, NOW)


_MARK = re.compile(r"^  +(- |[\d.]+ points: )")
_OTHERWISE = ("What it is made of", "The stored record", "What moved", "Nothing has moved")


def items(place: Place, account: Account, period: str) -> Iterator[str]:
    """Give what explain prints item by item, each on one line, but for headings and what a page sets out otherwise."""
    known = told(place, account, period)
    beside = Beside(known.movement, known.previous, known.stored, known.peers)
    printed = explanation(known.fresh.score, known.fresh.measurements, place.desk.config.model, beside)
    lifted = "\n".join(lift(known.lifted, place.desk.config.repairs))
    for section in [*printed.split("\n\n")[1:], lifted]:
        if section.startswith(_OTHERWISE):
            continue
        lines = section.split("\n")
        is_verdict = lines[0].startswith(("Score ", "This account", "No score"))
        yield from _items(lines if is_verdict else [line for line in lines if line.startswith(" ")] or lines)


def _items(lines: Sequence[str]) -> Iterator[str]:
    """Join lines that belong together: a point begins with its mark."""
    gathered: list[str] = []
    for line in lines:
        if _MARK.match(line) and gathered:
            yield " ".join(gathered)
            gathered = []
        gathered.append(_MARK.sub("", line).strip())
    yield " ".join(gathered)


@pytest.fixture(scope="module")
def visitor(place: Place) -> Visitor:
    """Sign somebody in."""
    return place.visitor()


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("number", range(0, 24, 5))
def test_every_figure_of_a_page_is_that_of_explain(place: Place, visitor: Visitor, number: int, period: str) -> None:
    """Score, range, coverage, receipt, movement and cap, of several accounts and months."""
    account = accounts(place)[number]
    known = told(place, account, period)
    score, model = known.fresh.score, place.desk.config.model
    page = text_of(visitor.get(f"/accounts/{account.id}?period={period}"))
    expected = [percent(score.coverage_pct)]
    expected += [points(one) for one in (score.final_score, score.quantitative_score) if one is not None]
    expected += (
        [f"{points(score.low)}{NOTHING}{points(score.high)}"]
        if score.low is not None and score.high is not None
        else []
    )
    for part in parts_of(score, model):
        if not part.missing:
            expected.append(f"{points(part.metric.points)} of {points(100 * part.metric.weight)}")
    if known.movement is not None:
        expected += [points(known.movement.before), points(known.movement.now)]
        for step in known.movement.parts:
            expected += [f"{change:+.1f} {words}" for change, words in listing(step.drivers, score)]
    if score.cap is not None:
        expected.append(points(score.cap.value))
    assert [one for one in expected if one not in page] == []


@pytest.mark.parametrize("number", [0, 7, 13, 20])
def test_a_page_says_what_explain_says(place: Place, visitor: Visitor, number: int) -> None:
    """The verdict, the cap, what costs and helps, the repair, freshness and flags: in the same words."""
    account = accounts(place)[number]
    page = text_of(visitor.get(f"/accounts/{account.id}?period=2026-10"))
    said = [one.replace("`", "") for one in items(place, account, "2026-10")]
    assert [one for one in said if one.replace(" ", "") not in page.replace(" ", "")] == []


@pytest.mark.parametrize("number", [0, 9, 18])
def test_the_receipt_as_data_is_the_score(place: Place, visitor: Visitor, number: int) -> None:
    """Each standing gives its own; the default is what is known now, as explain says it."""
    account = accounts(place)[number]
    data = json.loads(visitor.get(f"/accounts/{account.id}/receipt.json?period=2026-10"))
    known = told(place, account, "2026-10")
    assert data["score"] == json.loads(msgspec.json.encode(score_json(known.fresh.score)))
    live = json.loads(visitor.get(f"/accounts/{account.id}/receipt.json?period=2026-10&as=live"))
    running = told(place, account, period_of(NOW)).fresh.score
    assert live["score"] == json.loads(msgspec.json.encode(score_json(running)))
    if known.movement is not None:
        parts = [data["movement"][name]["points"] for name in ("late", "time", "behaviour", "model")]
        assert round(10 * (data["movement"]["before"] + sum(parts))) == round(10 * data["movement"]["now"])


def test_the_course_as_data_is_the_history(place: Place, visitor: Visitor) -> None:
    """13 months, each as recorded and as known now; the last is what explain says."""
    account = accounts(place)[3]
    data = json.loads(visitor.get(f"/accounts/{account.id}/trend.json"))
    known = told(place, account, "2026-10").fresh.score
    assert [month["period"] for month in data["months"]] == [
        "2025-10", "2025-11", "2025-12", *(f"2026-{number:02}" for number in range(1, 11))
    ]  # fmt: skip
    assert data["months"][-1]["known"]["final_score"] == known.final_score
    assert data["months"][-1]["recorded"]["status"] == "final"


@pytest.mark.parametrize("metric", ["", "first_response_minutes", "close_time_hours", "escalation_rate_pct"])
def test_the_list_of_a_metric_is_its_cohort(place: Place, visitor: Visitor, metric: str) -> None:
    """The conversations that the metric names, all of them and no other."""
    for account in accounts(place)[:4]:
        with place.store() as store:
            given = given_of(store, account)
        model = place.desk.config.model
        found = cohorts(given.timeline, told(place, account, "2026-10").fresh.score.as_of, model)
        shares = model.metrics["support_health"]
        weighed = {name: members for name, members in found.items() if shares[name] > 0}
        chosen = weighed if not metric else {metric: weighed[metric]}
        ids = {member.subject.id for members in chosen.values() for member in members}
        page = visitor.get(f"/accounts/{account.id}?period=2026-10&metric={metric}&all=1")
        listed = page.partition('id="conversations"')[2].partition("</section>")[0]
        assert set(re.findall(r"<td>(\d{9,})</td>", listed)) == ids


def test_records_of_the_crm_behind_a_metric_are_listed_by_id(place: Place, visitor: Visitor) -> None:
    """As many as the receipt counts."""
    seen = 0
    for account in accounts(place)[:8]:
        known = told(place, account, "2026-10").fresh
        with place.store() as store:
            timeline = given_of(store, account).timeline
        items = crm_cohorts(timeline, known.score.as_of, place.desk.config.model)
        page = visitor.get(f"/accounts/{account.id}?period=2026-10")
        listed = page.partition('id="crm-title"')[2].partition("</section>")[0]
        assert set(re.findall(r'class="id">(\w+)<', listed)) == {one.id for many in items.values() for one in many}
        seen += len(items["payment_health"])
    assert seen
