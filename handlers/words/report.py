"""The monthly report in words and tables: said once, for the page, the file, the mail and the print."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from handlers.jobs.portfolio import TIERS, UNSCORED
from handlers.jobs.report import MonthReport
from handlers.jobs.views import Entry, Total
from handlers.words.agreement import agreed
from handlers.words.alerts import reason_of
from handlers.words.brief import NOTHING, money, month, month_name
from handlers.words.figures import count, day, moment, number
from handlers.words.layout import clean
from handlers.words.portfolio import change_of, csm_of, name_of, score_of
from handlers.words.reasons import brief_doubts, reasons
from scoring.summary import Summary
from scoring.verdict import AT_RISK

Kind: TypeAlias = Literal["account", "tier", "figure", "text"]
_NO_TIER = "Unscored"
_LONGEST = 48
"""A name longer than that is cut, so that the report stays on one page."""
_NAMED = ("known", "No score")


class Column(NamedTuple):
    """A column of a table: its name, and what its cells are."""

    name: str
    kind: Kind = "text"


class Row(NamedTuple):
    """A row of a table; one of an account names it."""

    cells: tuple[str, ...]
    account_id: str | None = None


class Table(NamedTuple):
    """A table of the report: all its rows, of which a page has room for the first `most`; what stands without any."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    empty: str
    most: int = 8

    @property
    def shown(self) -> Sequence[Row]:
        """Give the rows that a page has room for."""
        return self.rows[: self.most]

    @property
    def left(self) -> int:
        """Count the rows that it has no room for."""
        return len(self.rows) - len(self.shown)


def headline(report: MonthReport) -> str:
    """Name the report."""
    return f"Customer health, {month(report.period)}"


def standing(report: MonthReport) -> str:
    """Say of which accounts, months, models and instants all this is."""
    whose = ", ".join(map(clean, report.filters)) or "all accounts"
    models = ", ".join(map(clean, report.models)) or "none"
    status = "provisional: some records may still change" if report.is_provisional else "final"
    as_of = "" if report.as_of is None else f" as of {moment(report.as_of)}"
    return f"Of {whose}. Scores{as_of}, {status}. Model {models}. Made on {moment(report.now)}."


def sentences(report: MonthReport) -> Iterator[str]:
    """Say what matters: money at risk, who moved, who renews; then models, outcomes and agreement."""
    if not report.entries:
        yield f"No account has a record of {month(report.period)}."
        return
    yield _risk(report)
    yield _moves(report)
    yield from _model(report)
    yield from _outcomes(report)
    agreement = agreed(report.judged)
    if agreement:
        yield agreement


def _risk(report: MonthReport) -> str:
    whole, risk = report.totals.whole, report.totals.views["risk"]
    share = f" ({number(100 * risk.worth / whole.worth)}% of the ARR)" if whole.worth else ""
    unknown = f"; of {count(whole.without, 'account')} the ARR is not known" if whole.without else ""
    then = _risk_before(report)
    return (
        f"{count(whole.accounts, 'account')} with {money(whole.worth, report.currency)} ARR. "
        f"{money(risk.worth, report.currency)} is at risk{share}, in {count(risk.accounts, 'account')} that "
        f"are Critical, At Risk or not known{then}{unknown}."
    )


def _risk_before(report: MonthReport) -> str:
    if report.totals_before is None or report.before is None:
        return ""
    named = [tier for tier in TIERS if tier in AT_RISK or tier == UNSCORED]
    then = sum(report.totals_before[tier].worth for tier in named)
    now = report.totals.views["risk"].worth
    if round(now) == round(then):
        return f", as much as in {month_name(report.before)}"
    way = "more" if now > then else "less"
    return f", {money(abs(now - then), report.currency)} {way} than in {month_name(report.before)}"


def _moves(report: MonthReport) -> str:
    views, days = report.totals.views, report.terms.renewal_days
    due, at_risk = views["renewals"], report.totals.renewals_at_risk
    renewals = (
        f"{count(due.accounts, 'renewal')} within {days} days or overdue, {number(at_risk.accounts)} of them at risk "
        f"({money(at_risk.worth, report.currency)})."
    )
    if not report.totals.has_moved:
        return f"These are the first records, so nothing has moved yet. {renewals}"
    return f"{number(views['fell'].accounts)} fell a tier, {number(views['rose'].accounts)} rose. {renewals}"


def _model(report: MonthReport) -> Iterator[str]:
    if report.before is not None and report.models != report.models_before:
        then, now = (", ".join(map(clean, names)) for names in (report.models_before, report.models))
        yield (
            f"The model was changed since {month_name(report.before)}, from {then} to {now}: "
            "part of what moved is the model's doing, and `healthscore explain` says how much."
        )


def _outcomes(report: MonthReport) -> Iterator[str]:
    if not report.outcomes:
        return
    by_kind = {
        kind: [one for one in report.outcomes if one[0].kind == kind] for kind in ("renewed", "downgraded", "churned")
    }
    words = {"renewed": "renewed", "downgraded": "renewed for less", "churned": "left"}
    told = ", ".join(f"{len(found)} {words[kind]}" for kind, found in by_kind.items() if found)
    yield f"Of the renewals of {month_name(report.period)}, as far as known: {told}."
    left = by_kind["churned"]
    if left and report.before is not None:
        warned = sum(tier in AT_RISK for _, tier in left)
        yield (
            f"Of the {len(left)} that left, {warned} stood at Critical, At Risk or not known "
            f"in {month_name(report.before)}."
        )


def tables(report: MonthReport) -> list[Table]:
    """Give the tables, in the order of the page."""
    return [
        _tiers(report),
        _movers("fell", f"Fell a tier, or lost {number(report.terms.morning_points)} points", report.fell, 5),
        _movers("rose", "Rose a tier", report.rose, 3),
        _renewals(report),
        _alerts(report),
        _blind(report),
    ]


def _tiers(report: MonthReport) -> Table:
    then = report.totals_before
    named = "before" if report.before is None else month_name(report.before)
    columns = (
        Column("Tier", "tier"),
        Column("Accounts", "figure"),
        Column(f"In {named}", "figure"),
        Column("ARR", "figure"),
        Column(f"ARR in {named}", "figure"),
    )
    rows = [
        Row(
            (
                _NO_TIER if tier == UNSCORED else tier,
                number(total.accounts),
                NOTHING if then is None else number(then[tier].accounts),
                _worth(total, report.currency),
                NOTHING if then is None else _worth(then[tier], report.currency),
            )
        )
        for tier, total in report.totals.tiers.items()
        if total.accounts or (then is not None and then[tier].accounts)
    ]
    return Table("tiers", "Tiers", columns, rows, "No account has a record.", most=len(TIERS))


def _worth(total: Total, currency: str) -> str:
    """Write what accounts are worth; a sum of nothing that is known is no sum of 0."""
    return NOTHING if total.without and not total.worth else money(total.worth, currency)


_ACCOUNT, _TIER = Column("Account", "account"), Column("Tier", "tier")


def _movers(key: str, title: str, entries: Iterable[Entry], most: int) -> Table:
    columns = (_ACCOUNT, Column("Was", "tier"), _TIER, Column("Score", "figure"), Column("Change", "figure"))
    rows = [
        _row(one, _was(one), _tier(one), score_of(one), change_of(one), why(one), _arr(one)) for one in _of(entries)
    ]
    said = "Nobody fell a tier or lost so many points." if key == "fell" else "Nobody rose a tier."
    return Table(key, title, (*columns, Column("Why"), Column("ARR", "figure")), rows, said, most)


def _renewals(report: MonthReport) -> Table:
    columns = (_ACCOUNT, _TIER, Column("Score", "figure"), Column("Renewal", "figure"), Column("CSM"), Column("Why"))
    rows = [
        _row(
            one.line.summary,
            _tier(one.line.summary),
            score_of(one.line.summary),
            _due(one),
            csm,
            why(one.line.summary),
            _arr(one.line.summary),
        )
        for one in report.renewals
        for csm in [csm_of(one.line.summary.csm)]
    ]
    title = f"Renewals at risk, within {report.terms.renewal_days} days or overdue"
    return Table("renewals", title, (*columns, Column("ARR", "figure")), rows, "No renewal that is due is at risk.", 5)


def _alerts(report: MonthReport) -> Table:
    columns = (_ACCOUNT, _TIER, Column("Score", "figure"), Column("Since", "figure"), Column("On the list because"))
    rows = [
        _row(one, _tier(one), score_of(one), day(one.alert.since), reason_of(one.alert).partition(";")[0], _arr(one))
        for one in _of(report.alerts)
        if one.alert is not None
    ]
    said = "Nobody is on the list." if report.listing is not None else "This month has no list: a close makes it."
    return Table("alerts", "List of alerts: whom to call first", (*columns, Column("ARR", "figure")), rows, said, 4)


def _blind(report: MonthReport) -> Table:
    columns = (
        _ACCOUNT,
        _TIER,
        Column("Known", "figure"),
        Column("What is missing or doubtful"),
        Column("ARR", "figure"),
    )
    rows = [
        _row(
            one,
            _tier(one),
            f"{number(one.coverage_pct)}%",
            "; ".join(brief_doubts(one)[:2]) or "too little data",
            _arr(one),
        )
        for one in _of(report.blind)
    ]
    return Table("blind", "Blind spots", columns, rows, "Nothing is missing or doubtful.", 3)


def _of(entries: Iterable[Entry]) -> Iterator[Summary]:
    return (one.line.summary for one in entries)


def _row(one: Summary, *cells: str) -> Row:
    name = name_of(one)
    return Row((name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…", *cells), one.account_id)


def _tier(one: Summary) -> str:
    return one.tier or _NO_TIER


def _was(one: Summary) -> str:
    return NOTHING if one.moved is None else one.moved.tier or _NO_TIER


def _arr(one: Summary) -> str:
    return money(one.arr, one.currency)


def _due(entry: Entry) -> str:
    days = entry.days or 0
    return f"{-days} d overdue" if days < 0 else f"in {days} d"


def why(one: Summary) -> str:
    """Say in a few words why a score stands where it does."""
    told = ((one.lead + (":" if one.lead.endswith(_NAMED) else ""), one.text) for one in reasons(one))
    return "; ".join(" ".join(filter(None, parts)) for parts in told)
