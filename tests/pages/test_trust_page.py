"""The page of a backtest: it loads nothing, believes no name, and says in words what it draws."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from random import Random

import pytest

from handlers.commands.backtest_forms import json_of
from handlers.pages.timeline import Axis
from handlers.pages.trust import page
from handlers.words.trust import HEADLINES, basis, refusals
from handlers.words.trust_figures import calibration, money, treated
from handlers.words.trust_limits import can_show, cannot_show
from handlers.words.trust_lines import MADE_UP, trust_lines
from scoring.alerts import AlertTerms, Rule
from scoring.backtest.figures import TreatedFigures
from scoring.backtest.findings import Findings, findings
from scoring.backtest.ledger import Details, Ledger
from scoring.backtest.verdict import Reason, Verdict, Word
from scoring.backtest.warnings import Span
from scoring.customer import Csm
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome, Refusal
from tests.scoring.backtest.ledgers import (
    ENDS,
    GOOD,
    MODEL,
    book,
    by_account,
    churn,
    held,
    measured,
    portfolio,
    steady_account,
)

DECIDED = Instant(ENDS[20] + 10 * DAY)
WORST = {**GOOD, "messaging": 0.0, "automations": 0.0, "feature_breadth_pct": 0.0, "platform_score": 0.0}
EVIL = "<script>alert('x')</script>\u202e\x07 & \"Söhne\""
VOID = frozenset("meta br link img input hr".split())


@cache
def found(rule: str = "level") -> Findings:
    """Give what came of a portfolio with one churn that was seen, one silent, one too early, and a refused row."""
    scores = [
        *book(),
        *(replace(score, account_name=EVIL) for score in steady_account("silent", upto=21)),
        *steady_account("seen", upto=16),
        *(measured("seen", end, {**WORST, "payment_health": 9}) for end in ENDS[16:21]),
    ]
    rows: list[Outcome | Refusal] = [
        churn("silent", DECIDED, reason=EVIL),
        churn("seen", DECIDED),
        churn("stays1", Instant(ENDS[0] + DAY), notice=None),
        *(Outcome(f"stays{n}", "renewed", ENDS[20]) for n in range(2, 9)),
        Refusal(11, "x", "bad_date"),
    ]
    csms = {("seen", ENDS[16]): Csm("005", "Ana <b>")}
    terms = AlertTerms("steady" if rule == "steady" else "level")
    asked = held(scores, rows, terms)
    return findings(asked, Details(by_account(scores), MODEL.thresholds, csms), Random(3))  # noqa: S311


class Tags(HTMLParser):
    """Collects the tags of a page, and sees that each is closed where it must be."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what people read, not the styles."""
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        """Give the attributes of each tag of a name."""
        return (attributes for name, attributes in self.seen if name == tag)


def read(text: str) -> str:
    """Give what people read of a page, white space made one."""
    return " ".join(" ".join(Tags(text).text).split())


@pytest.mark.parametrize("rule", ["level", "steady"])
def test_the_page_loads_nothing_and_runs_nothing(rule: str) -> None:
    """No script, no address, no file beside it: it can be sent and printed."""
    written = page(found(rule), ["From a store"])
    tags = Tags(written)
    assert tags.open == []
    assert {tag for tag, _ in tags.seen} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "use",
        "image",
    } == set()
    assert not any(name in {"src", "href", "srcset"} or name.startswith("on") for _, own in tags.seen for name in own)
    assert re.search(r"https?:|url\(|@import|javascript:", written) is None


def test_names_from_outside_are_text() -> None:
    """A name that is code is shown as it is; what turns the direction of text or rings a bell is not."""
    written = page(found(), ["<i>origin</i>"])
    assert "<script" not in written
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in written
    assert "Ana &lt;b&gt;" in written
    assert "&lt;i&gt;origin&lt;/i&gt;." in written
    assert not {"\u202e", "\x07"} & set(written)


def test_each_picture_says_in_words_what_it_shows_or_repeats_what_stands_beside_it() -> None:
    """For who cannot see it."""
    pictures = [one for one in Tags(page(found())).named("svg") if one.get("overflow") is None]
    assert len(pictures) > 20
    for one in pictures:
        assert bool(one.get("aria-label")) == (one.get("role") == "img") != (one.get("aria-hidden") == "true")
    strip = next(one for one in pictures if (one.get("aria-label") or "").startswith("Hotel seen"))
    assert "Critical 5" in (strip["aria-label"] or "")
    assert "132 days ahead" in (strip["aria-label"] or "")


def test_the_page_is_of_a_language_fits_a_phone_and_has_one_first_heading() -> None:
    """And it is drawn for the dark and for paper, too."""
    written = page(found())
    tags = Tags(written)
    assert [one.get("lang") for one in tags.named("html")] == ["en"]
    assert "width=device-width, initial-scale=1" in [one.get("content") for one in tags.named("meta")]
    assert len(list(tags.named("h1"))) == 1
    assert "prefers-color-scheme: dark" in written
    assert "@media print" in written


def test_all_that_is_known_stands_on_the_page() -> None:
    """Verdict, each churn with its cause and proof, what is refused, who would have been told."""
    text = read(page(found(), ["From a store"]))
    assert "It cannot be told yet. 2 churns can be held against a score; at least 10 are needed" in text
    assert "1 of 2 churns were on the list 60 days or more before their decision" in text
    assert "Of ARR 2,000 that left, 1,000 was named in time (50%)." in text
    assert "lasting from 1 June 2026, 132 days before the decision, 192 days before the effect" in text
    assert "Nothing had moved by then. On 1 August 2026: The score was what it used to be." in text
    assert "decided too early to count" in text
    assert "1 row refused: a date is missing or is none (bad_date)" in text
    assert "Why 1 of 2 were not named 60 days ahead" in text
    assert "that needs 10 churns with a score, and there are 2" in text
    assert "From a store." in text
    assert "Made up" not in text


def test_churns_without_an_amount_are_not_in_the_sum() -> None:
    """They are counted beside it; where no amount is known nothing is said of money."""
    rows = [replace(row, outcome=replace(row.outcome, arr=None)) for row in found().ledger.counted]
    kept = found().ledger.counted[1]
    assert money(replace(found(), ledger=Ledger((rows[0], kept)))) == (
        "Of ARR 1,000 that left, 0 was named in time (0%). Not in it: 1 churn without an amount."
    )
    assert money(replace(found(), ledger=Ledger(tuple(rows)))) == ""


def test_what_is_made_up_says_so_first() -> None:
    """Nobody shall take the demo's page for a proof: its outcomes say what they are."""
    outcomes = [replace(one, reason="Made up for the demo: fell for months") for one in found().outcomes.usable]
    made = replace(found(), outcomes=replace(found().outcomes, usable=tuple(outcomes)))
    text = read(page(made))
    assert "It cannot be told yet (made up)." in text
    assert text.index(MADE_UP) < text.index("Does the score warn?", text.index("Made up"))
    assert next(trust_lines(made)).startswith("All of this is made up")


def test_the_same_findings_give_the_same_page() -> None:
    """To the byte."""
    assert page(found()) == page(found())


REASONS: list[tuple[Word, Reason]] = [
    ("warns", "both"),
    ("cannot tell", "few_churns"),
    ("cannot tell", "no_interval"),
    ("cannot tell", "ranks_only"),
    ("cannot tell", "lists_only"),
    ("cannot tell", "wide"),
    ("no better than chance", "useless"),
    ("no better than chance", "wrong_way"),
]


@pytest.mark.parametrize(("word", "reason"), REASONS)
def test_each_verdict_has_its_words(word: Word, reason: Reason) -> None:
    """On the page and on the terminal, with treated accounts between their bounds."""
    ninety = replace(found().ninety, auc=0.76, treated=TreatedFigures(3, 0.61, 0.84), calibration_slope=0.7)
    made = replace(found(), verdict=Verdict(word, reason, 60), landmarks=[ninety, *found().landmarks[1:]])
    text, lines = read(page(made)), list(trust_lines(made))
    assert f"{HEADLINES[word]}." in text
    assert lines[0] == f"Does the score warn? {HEADLINES[word]}."
    assert "without them it is 61 of 100 pairs (too low), counted as churns 84 (too high)" in text
    assert "too bold" in text


def test_nothing_known_is_a_page_too() -> None:
    """No churn, no renewal: no figure is made of nothing."""
    scores = book()
    asked = held(scores, [])
    made = findings(asked, Details({}, MODEL.thresholds), Random(3))  # noqa: S311
    text = read(page(made))
    assert "No churn can be held against a score" in text
    assert "No churn is known, so there is nothing to draw." in text
    assert "No churn counts" in text
    assert [said for said in ("The ledger", "Why 0", "0 (0%)") if said in text] == []
    assert "nan" not in text.lower().split()


@pytest.mark.parametrize(("days", "place"), [(-400, 0.0), (-365, 0.0), (0, 365 / 465), (100, 1.0), (500, 1.0)])
def test_a_day_outside_the_axis_stands_at_its_end(days: float, place: float) -> None:
    """Nothing is drawn out of the picture."""
    assert Axis(100).place(days) == pytest.approx(place)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rule", ["level", "steady"])
def test_whatever_comes_out_can_be_shown(seed: int, rule: Rule) -> None:
    """Churns before the first score, without one, or with a gap of months: each page is whole, and as JSON too."""
    scores, outcomes = portfolio(seed)
    scores = [one for one in scores if one.as_of not in ENDS[5:9]]
    early = churn("a07", Instant(ENDS[0] - 5 * DAY))
    details = Details(by_account(scores), MODEL.thresholds)
    made = findings(held(scores, [*outcomes, early], AlertTerms(rule)), details, Random(1))  # noqa: S311
    assert Tags(page(made)).open == []
    assert len(json.loads(json.dumps(json_of(made)))["ledger"]) == made.outcomes.counts["churned"]


@pytest.mark.parametrize(
    ("slope", "words"),
    [
        (-0.6, "upside down"),
        (0.0, "upside down"),
        (0.7, "too bold"),
        (1.0, "about right"),
        (1.6, "too cautious"),
    ],
)
def test_what_a_calibration_slope_means_is_said(slope: float, words: str) -> None:
    """Also of one that points the wrong way."""
    assert words in calibration(replace(found().ninety, calibration_slope=slope))


@pytest.mark.parametrize(("auc", "ranks"), [(0.76, True), (0.5, False), (0.4, False)])
def test_chances_upside_down_are_reconciled_with_an_order_that_holds(auc: float, ranks: bool) -> None:  # noqa: FBT001
    """Never called too bold; and nothing is said to rank well that does not."""
    said = calibration(replace(found().ninety, calibration_slope=-0.61, brier_skill=-0.6, auc=auc))
    assert "bold" not in said
    assert "(slope -0.61; 1 is right)" in said
    assert "is nearer to the truth (skill -0.60)" in said
    assert ("quarters differ in how many leave" in said) == ranks
    better = calibration(replace(found().ninety, calibration_slope=-0.61, brier_skill=0.1, auc=auc))
    assert "average" not in better


@pytest.mark.parametrize(
    ("without", "as_churned", "bound"),
    [
        (0.61, 0.84, True),
        (0.76, 0.76, True),
        (0.77, 0.74, False),
        (0.77, 0.80, False),
        (0.70, 0.74, False),
    ],
)
def test_treated_figures_are_bounds_only_around_what_was_found(without: float, as_churned: float, bound: bool) -> None:  # noqa: FBT001
    """Found are 76 of 100 pairs; on one side of it, or swapped, both are shown and bound nothing: words and chart."""
    ninety = replace(found().ninety, auc=0.76, treated=TreatedFigures(3, without, as_churned))
    said, text = treated(ninety), read(page(replace(found(), landmarks=[ninety, *found().landmarks[1:]])))
    both = round(100 * without), round(100 * as_churned)
    assert f"without them it is {both[0]} of 100 pairs{' (too low)' * bound}, counted as churns {both[1]}" in said
    assert ("too high" in said) == bound == ("bound nothing" not in said)
    assert said in text
    assert ("{} to {} bounds alone" if bound else "{} and {} no bounds").format(*both) in text


def test_how_sure_it_is_is_said_as_half_of_the_range() -> None:
    """A range of 21 is give or take 10; a difference is held against the whole range."""
    made = replace(found(), landmarks=[replace(found().ninety, auc_95=(0.64, 0.848))])
    assert any("give or take about 10 of 100 pairs" in one for one in can_show(made))
    assert any(
        "the whole range, 21 of 100 pairs" in one and "give or take about 5," in one for one in cannot_show(made)
    )


def test_what_lies_too_late_is_named_with_the_day_in_force() -> None:
    """Not the last score, where the user said another day; a single date has no from and to."""
    until = Instant(ENDS[12])
    refused = replace(found().outcomes, refused=(Refusal(1, "x", "future"),))
    made = replace(found(), outcomes=refused, span=Span(until, 180), dates=(until, until), snapshots=1)
    assert list(refusals(made)) == ["1 row refused: later than 1 February 2026 (future)"]
    assert basis(made).startswith("1 date, 1 February 2026, 11 accounts")
    assert "24 dates from 1 February 2025 to 1 January 2027, " in basis(found())
