"""What the score of the demo would have told of its customers, and when: all of it made up, and said to be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.commands.backtest import details_of
from handlers.commands.evidence import Sources, evidence
from handlers.commands.session import Session
from handlers.commands.tables import table
from handlers.demo.stories import MADE_UP, STORIES
from handlers.draws import seeded
from handlers.files import OutputFile
from handlers.pages.trust import page
from handlers.words.figures import count, day
from handlers.words.layout import clean, paragraph
from handlers.words.ledger import TITLES
from handlers.words.trust import HEADLINES, verdict_sentence
from scoring.alerts import AlertTerms
from scoring.backtest.backtest import HORIZON_DAYS, Backtest, Question, backtest
from scoring.backtest.findings import Findings, findings
from scoring.instants import Instant
from scoring.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class DemoTrust:
    """The demo's backtest, and what it came to."""

    backtest: Backtest
    findings: Findings


def trust_of(session: Session, mapping: Path | None, terms: AlertTerms) -> DemoTrust:
    """Hold the demo's scores against its outcomes, by rule and budget of the config."""
    quiet = replace(session, quiet=True)
    given = evidence(quiet, Sources(None, None, mapping))
    question = Question(terms, HORIZON_DAYS)
    found = backtest(given.lines, given.rows, question)
    return DemoTrust(found, findings(found, details_of(quiet, given, question), seeded()))


def write_page(file: OutputFile, trust: DemoTrust) -> None:
    """Write the page of the backtest, which says above all that it is made up."""
    with file.replaced() as written:
        written.write(page(trust.findings).encode())


def show_trust(console: Console, trust: DemoTrust, names: Mapping[str, str]) -> None:
    """Print the verdict, and what the list of alerts said of the customers that have a story, by their names."""
    console.print(f"\n[bold]Does the score warn? {HEADLINES[trust.findings.verdict.word]}.[/] (made up)")
    for line in paragraph(verdict_sentence(trust.findings)):
        console.print(line, markup=False)
    told = _stories_table(trust, names)
    if told.row_count:
        console.print(told)


def _stories_table(trust: DemoTrust, names: Mapping[str, str]) -> Table:
    made = table("Account", "What became of it", "What the list of alerts said")
    for told in _stories(trust, names):
        made.add_row(*map(escape, told))
    return made


class _Told(NamedTuple):
    account: str
    became: str
    said: str


def _stories(trust: DemoTrust, names: Mapping[str, str]) -> Iterator[_Told]:
    by_reason = {one.reason: one for one in trust.backtest.outcomes.usable}
    for outcome in (by_reason[story.reason] for story in STORIES if story.reason in by_reason):
        name = names.get(outcome.account_id, outcome.account_id)
        yield _Told(clean(name), _became(outcome), _said(trust, outcome))


def _became(outcome: Outcome) -> str:
    decided = "gave notice" if outcome.is_churn else "renewed"
    when = outcome.decided() if outcome.is_churn else outcome.effective
    told = clean(outcome.reason.removeprefix(f"{MADE_UP}: "))
    return f"{decided} on {day(when)}: {told}"


def _said(trust: DemoTrust, outcome: Outcome) -> str:
    row = next((row for row in trust.findings.ledger.rows if row.outcome == outcome), None)
    if row is not None and row.is_in_time and row.lasting is not None:
        return f"on the list from {day(row.lasting)} on, {count(round(row.lead or 0.0), 'day')} before its notice"
    if row is not None and row.miss is not None:
        return f"not in time. {TITLES[row.miss.cause]}"
    dates = _alerted(trust.backtest, outcome)
    if not dates:
        return "never on the list"
    treated = "" if outcome.treated is None else f"; somebody stepped in on {day(outcome.treated)}"
    return f"on the list from {day(dates[0])} to {day(dates[-1])}{treated}"


def _alerted(found: Backtest, outcome: Outcome) -> list[Instant]:
    alarms = found.alarms
    return [
        as_of
        for as_of, listed in zip(alarms.calendar, alarms.lists, strict=True)
        if outcome.account_id in listed and as_of < outcome.effective
    ]
