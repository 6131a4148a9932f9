"""The page of a backtest: what the score told, when, of whom; what so many churns can and cannot show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.pages import charts
from handlers.pages.timeline import axis_of, legend, name_of, strips
from handlers.words import trust, trust_figures, trust_limits
from handlers.words.figures import count, day, number
from handlers.words.layout import clean
from handlers.words.ledger import TITLES, lead_words, proof, tier_path, told_words
from handlers.words.trust_lines import MADE_UP, is_made_up
from scoring.backtest.findings import Findings
from scoring.backtest.ledger import Row
from scoring.instants import DAY, Instant

_CAUTIONS = ("may know", "looks better")
"""What a sentence says of scores or outcomes that may make the verdict too good: it stands beside it."""

_TEMPLATE = "trust.html.j2"

_MOODS = {"warns": "good", "cannot tell": "open", "no better than chance": "bad"}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One churn of the ledger, each cell in words; `-` where there is nothing to say."""

    name: str
    account_id: str
    about: str
    decided: str
    effective: str
    alerts: tuple[str, ...]
    lead: str
    told: str
    tiers: str
    cause: str
    proof: str


def page(found: Findings, origins: Sequence[str] = ()) -> str:
    """Write the page: one file of HTML that loads nothing; `origins` say where the scores are from.

    All text from outside is escaped.
    """
    template = _environment().get_template(_TEMPLATE)
    rests = [_sentence(clean(one)) for one in (*origins, *trust.refusals(found), *trust.left_out(found.ninety))]
    return template.render(
        found=found,
        made_up=MADE_UP if is_made_up(found) else "",
        headline=f"{trust.HEADLINES[found.verdict.word]}{' (made up)' if is_made_up(found) else ''}",
        mood=_MOODS[found.verdict.word],
        sentence=trust.verdict_sentence(found),
        basis=trust.basis(found),
        cautions=[one for one in rests if any(sign in one for sign in _CAUTIONS)],
        rests=rests,
        strips=strips(found.ledger),
        ticks=axis_of(found.ledger).ticks(),
        legend=legend(),
        rule=trust_figures.list_words(found.alert_terms),
        leads=charts.lead_rows(found),
        recall=charts.recall_rows(found),
        said_of_leads=_said(*_of_leads(found)),
        hundred=charts.hundred(found.ninety),
        pairs=charts.pair_rows(found.landmarks),
        said_of_pairs=_said(trust_figures.pairs(found.ninety), trust_figures.treated(found.ninety)),
        tiers=charts.tier_rows(found),
        said_of_tiers=_said(
            trust_limits.from_green(found), trust_limits.below_green(found), trust_limits.red(found.ninety)
        ),
        calibration=trust_figures.calibration(found.ninety),
        misses=charts.miss_rows(found),
        missed=sum(found.ledger.misses.values()),
        ledger=[_ledger_line(row) for row in found.ledger.rows],
        knows_told=any(row.told is not None for row in found.ledger.rows),
        widths=charts.width_rows(found.ninety),
        can=list(trust_limits.can_show(found)),
        cannot=list(trust_limits.cannot_show(found)),
    )


@cache
def _environment() -> Environment:
    here = Path(__file__).parent
    return Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def _said(*sentences: str) -> list[str]:
    return [sentence for sentence in sentences if sentence]


def _of_leads(found: Findings) -> Iterator[str]:
    yield trust_figures.recall(found)
    yield trust_figures.money(found)
    yield trust_figures.median_lead(found)
    yield trust_figures.came_true(found)
    yield trust_limits.ever_alerted(found)


def _ledger_line(row: Row) -> LedgerLine:
    outcome = row.outcome
    about = "" if outcome.arr is None else f"ARR {number(outcome.arr)}"
    return LedgerLine(
        name=name_of(row),
        account_id=clean(outcome.account_id),
        about=" · ".join(_said(about, clean(outcome.reason))),
        decided=f"{day(row.decided)}{'' if outcome.notice is not None else ' (assumed)'}",
        effective=day(outcome.effective),
        alerts=tuple(_alerts(row)),
        lead=lead_words(row),
        told=told_words(row.told) or "-",
        tiers=tier_path(row),
        cause="" if row.miss is None else TITLES[row.miss.cause],
        proof="" if row.miss is None else proof(row, row.miss),
    )


def _alerts(row: Row) -> Iterator[str]:
    if row.first is None:
        yield "never on the list"
    elif row.first != row.lasting:
        yield f"first on {day(row.first)}, {_days(row.first, row.decided)} before the decision"
    if row.lasting is not None:
        decision, effect = _days(row.lasting, row.decided), _days(row.lasting, row.outcome.effective)
        yield f"lasting from {day(row.lasting)}, {decision} before the decision, {effect} before the effect"


def _days(start: Instant, end: Instant) -> str:
    return count((end - start) // DAY, "day")
