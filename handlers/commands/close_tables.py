"""What a close came to, for people: tiers, the biggest movers, flags and what to do, where the records went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.commands.close_outcome import Outcome
from handlers.commands.tables import coloured, table
from handlers.jobs.portfolio import TIERS, UNSCORED
from handlers.sinks.choice import CRMS
from handlers.sinks.protocol import RecordWriter
from handlers.words.alerts import WHY_LEFT
from handlers.words.figures import count, percent, points
from handlers.words.layout import clean
from handlers.words.legend import REMEDIES
from handlers.words.portfolio import NOTHING, causes_of, change_of, name_of, score_of, was_of
from scoring.record import Record
from scoring.summary import Summary, summary_of

MOVERS = 8
MOST_NAMES = 4
_QUIET = frozenset({"small_sample", "partial"})
"""Flags that say how sure a figure is: nobody need do anything about them that another flag does not name."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Passes records on to a writer, and keeps their summaries: of a dry run nothing else is kept."""

    writer: RecordWriter
    summaries: list[Summary] = field(default_factory=list)

    def write(self, records: Iterable[Record]) -> None:
        """Write records."""
        self.writer.write(self._noted(records))

    def _noted(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.summaries.append(summary_of(record))
            yield record


def show_close(console: Console, outcome: Outcome) -> None:
    """Print what a close came to."""
    console.print(f"[bold]{outcome.close.period}[/], {_standing(outcome)}, model {outcome.close.model.version}")
    console.print(", ".join(_numbers(outcome)))
    for line in (*_alerts(outcome), *(f"A source has changed: {said}" for said in outcome.closed.drift)):
        console.print(line, markup=False, highlight=False)
    for made in _tables(outcome.summaries):
        if made.row_count:
            console.print()
            console.print(made)
    console.print()
    for what, where in _places(outcome):
        console.print(f"{what + ':':<12}{where}", soft_wrap=True, markup=False)


def _standing(outcome: Outcome) -> str:
    if outcome.is_dry_run:
        return "dry run: nothing is kept"
    return "held: its records stay provisional" if outcome.closed.held else "final"


def _numbers(outcome: Outcome) -> Iterator[str]:
    run = outcome.closed.run
    yield count(outcome.accounts, "account")
    yield f"{run.scored:,} scored"
    for number, words in (
        (len(run.unscored), "without a score"),
        (len(run.deleted), "deleted in the CRM"),
        (len(run.outranked), "kept a newer record"),
        (len(run.all_failed), "failed"),
        (run.retried, "written late"),
    ):
        if number:
            yield f"{number:,} {words}"


def _alerts(outcome: Outcome) -> Iterator[str]:
    """Say how long the list of alerts is, who is new on it, and who left it and why."""
    made = outcome.closed.alerts
    if made is None:
        return
    budget = f"{percent(100 * made.terms.budget)} of {made.accounts:,}, rule {made.terms.rule}"
    yield f"{count(len(made.listed), 'alert')} ({budget}): healthscore portfolio --alerts"
    names = {one.account_id: name_of(one) for one in outcome.summaries}
    yield from _named_alerts("new", [names.get(one, one) for one in made.new])
    for why, said in WHY_LEFT.items():
        gone = [names.get(one.account_id, one.account_id) for one in made.left if one.why == why]
        yield from _named_alerts(f"left: {said}", gone)


def _named_alerts(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
        yield f"  {len(names):,} {what}: {', '.join(names[:MOST_NAMES])}{more}"


_FILES = (("csv", "Scores"), ("receipts", "Receipts"), ("workbook", "Workbook"), ("report", "Report"))


def _places(outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield CRMS[outcome.sink], _in_crm(outcome)
    named = outcome.written_files
    for name, label in _FILES:
        if (path := named.get(name)) is not None:
            yield label, path


def _in_crm(outcome: Outcome) -> str:
    if outcome.written_to_crm:
        return "written"
    held = "a guard holds the close" if outcome.closed.held else "the environment does not name it"
    return f"not written: {'dry run' if outcome.is_dry_run else held}"


def _tables(summaries: Sequence[Summary]) -> Iterator[Table]:
    yield tiers_table(summaries)
    yield movers_table(summaries)
    yield _flags(summaries)


def tiers_table(summaries: Sequence[Summary]) -> Table:
    """Count accounts by tier, now and in their record before."""
    now = Counter(one.tier or UNSCORED for one in summaries)
    before = Counter(one.moved.tier or UNSCORED for one in summaries if one.moved is not None)
    made = table("Tier", ">Accounts", ">Before")
    for tier in TIERS:
        if now[tier] or before[tier]:
            made.add_row(coloured(tier), f"{now[tier]:,}", f"{before[tier]:,}" if before else NOTHING)
    return made


def movers_table(summaries: Iterable[Summary], most: int = MOVERS) -> Table:
    """Give the accounts that moved most, each with what moved it most."""
    moving = [one for one in summaries if one.change]
    moving.sort(key=lambda one: (-abs(one.change or 0), one.account_id))
    made = table("Biggest movers", ">Before", ">Now", ">Change", "Tier")
    made.columns[0].overflow = "fold"
    for one in moving[:most]:
        before = NOTHING if one.moved is None or one.moved.score is None else points(one.moved.score)
        name = f"{escape(name_of(one))}\n  [dim]{escape(causes_of(one, most=1))}[/]"
        tier = f"{coloured(one.tier or UNSCORED)}\n[dim]{was_of(one)}[/]"
        made.add_row(name, before, score_of(one), change_of(one), tier)
    return made


def _flags(summaries: Iterable[Summary]) -> Table:
    """Count accounts by the word of a flag, what matters most first, and say how many of them have it of what."""
    words, names = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for one in summaries:
        words.update({_word(flag) for flag in one.flags})
        for word, _, name in (flag.partition(":") for flag in one.flags):
            names[word][name] += bool(name)
    order = {word: place for place, word in enumerate(REMEDIES)}
    made = table("Flags that count", ">Accounts", "What to do")
    for word in sorted(words.keys() - _QUIET, key=lambda word: (order.get(word, len(order)), word)):
        made.add_row(_named(word, +names[word]), f"{words[word]:,}", escape(REMEDIES.get(word, "")))
    return made


def _named(word: str, names: Counter[str]) -> str:
    told = [f"{clean(name)} {number:,}" for name, number in names.most_common(MOST_NAMES)]
    more = [f"and {len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return "\n  ".join([word, *map(escape, told), *more])


def _word(flag: str) -> str:
    return flag.partition(":")[0]
