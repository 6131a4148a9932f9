"""(h) 13 month-ends of an account beside one single score; raw metrics re-scored beside `grade`; what-if."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from msgspec import structs

from config.loader import load_config
from handlers.demo import generate
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.what_if import WhatIf
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import AccountFacts
from scoring.facts import Fact
from scoring.instants import DAY, Instant, parse_instant
from scoring.measurement import measure_at, score
from scoring.model import Model
from scoring.observations import Content, Conversation, Observation, Reading
from scoring.periods import period_end, periods_to
from scoring.rescorer import flatten, layout_of, rescore
from scoring.score import Measurements, grade
from scoring.timeline import Timeline
from scoring.what_if import Comparison
from tests.bench.load import SEED
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.timing import Lap, fresh, laps
from tests.scoring.cells import draft, figures_of, measurements

_AS_OF = parse_instant("2026-11-01")
_PERIODS = periods_to("2026-10", 13)
_QUARTER, _QUARTERS = 91 * DAY, 4
_MOST_TIMES_ONE = 3
_MOST_MICROS = 60


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure a history against one score, and a re-scored account and month against a graded one."""
    observations, pasts = fresh(_pasts, sizes, folder / "pasts.db")
    times = spread([lap.ratio for lap in pasts])
    yield Row(
        "h", f"13 month-ends of {observations:.0f} observations", "scores", times, None, Goal("<=", _MOST_TIMES_ONE)
    )
    cells = fresh(_cells, sizes)
    micros = spread([1_000_000 * lap.ours / sizes.cells for lap in cells])
    yield Row(
        "h", f"re-scored account and month, {sizes.cells:,} as graded", "us", micros, None, Goal("<=", _MOST_MICROS)
    )
    yield Row("h", "the same, beside grade", "x grade", spread([lap.ratio for lap in cells]))
    asked = fresh(_drafts, sizes, folder / "drafts.db")
    millis = spread([1_000 * lap.theirs / sizes.scored for lap in asked])
    yield Row("h", "what-if of 13 months, an account, from facts", "ms", millis)
    yield Row("h", "the same from records", "x facts", spread([lap.ratio for lap in asked]))


def _pasts(sizes: Sizes, path: Path) -> tuple[float, list[Lap]]:
    """Give the mean count of an account's observations, and the rounds of histories against single scores."""
    accounts, model = [_a_year(one) for one in _read(sizes, path)], load_config().model
    observations = [len(fact.observations) for account in accounts for fact in account.facts]
    rounds = laps(partial(_histories, accounts, model), partial(_scores, accounts, model), sizes.rounds)
    return sum(observations) / len(accounts), rounds


def _read(sizes: Sizes, path: Path) -> list[AccountFacts]:
    portfolio, store = generate(SEED, _AS_OF, sizes.scored, 6), SqliteStore(path, durable=False)
    for _ in fold_lines(portfolio.lines(), "demo", store, load_config().intake, portfolio.as_of):
        pass
    reader = AccountReader(store)
    accounts = [reader.read(account) for account in portfolio.accounts]
    store.close()
    return accounts


def _drafts(sizes: Sizes, path: Path) -> list[Lap]:
    """Give the rounds of what-if from the records of 13 months against what-if from facts."""
    rng, model = Random(SEED), load_config().model  # noqa: S311 - no secret
    known = _read(sizes, path)
    store = SqliteStore(path, durable=False)
    for facts in known:
        terms = (Terms(period, period_end(period), model, "final", _AS_OF) for period in _PERIODS)
        store.put_records(record_of(facts, one) for one in terms)
    accounts, comparison = [facts.account for facts in known], Comparison(model, draft(rng, model))
    by_record, by_fact = (WhatIf(store, comparison, recorded) for recorded in (True, False))
    return laps(
        partial(by_record.answer, accounts, _PERIODS), partial(by_fact.answer, accounts, _PERIODS), min(sizes.rounds, 5)
    )


def _a_year(account: AccountFacts) -> AccountFacts:
    """Repeat the conversations and the use of the last quarter in each of the four before it."""
    recent = [fact for fact in account.facts if fact.subject.kind in ("conversation", "reading")]
    older = (_moved(fact, number) for fact in recent for number in range(1, _QUARTERS + 1))
    return replace(account, facts=(*account.facts, *older))


def _moved(fact: Fact, quarters: int) -> Fact:
    subject, by = fact.subject._replace(id=f"{fact.subject.id}-{quarters}"), quarters * _QUARTER
    moved = (Observation(subject, o.at - by, _content(o.content, by), o.owner) for o in fact.observations)
    return Fact(subject, frozenset(moved))


def _content(content: Content, by: int) -> Content:
    if isinstance(content, Reading):
        return structs.replace(content, date=content.date - by, holes=tuple(hole - by for hole in content.holes))
    if not isinstance(content, Conversation):
        return content
    names = ("created", "first_admin_reply", "last_close", "customer_wrote", "known_at")
    instants: dict[str, Instant] = {name: at for name in names if (at := getattr(content, name)) is not None}
    return structs.replace(content, **{name: at - by for name, at in instants.items()})


def _histories(accounts: Sequence[AccountFacts], model: Model) -> None:
    for facts in accounts:
        timeline = Timeline(facts)
        for period in _PERIODS:
            grade(measure_at(timeline, period_end(period), model), model)


def _scores(accounts: Sequence[AccountFacts], model: Model) -> None:
    for facts in accounts:
        score(facts, _AS_OF, model)


def _cells(sizes: Sizes) -> list[Lap]:
    """Give the rounds of re-scoring against grading; raises RuntimeError where any figure differs."""
    rng, model = Random(SEED), load_config().model  # noqa: S311 - no secret
    measured, other, layout = list(measurements(rng, model, sizes.cells)), draft(rng, model), layout_of(model)
    cells = [flatten(one, layout) for one in measured]
    if list(rescore(cells, other, layout)) != [figures_of(grade(one, other)) for one in measured]:
        raise RuntimeError("a re-scored account differs from a graded one")
    return laps(lambda: list(rescore(cells, other, layout)), partial(_grade_all, measured, other), min(sizes.rounds, 5))


def _grade_all(measured: Sequence[Measurements], model: Model) -> None:
    for one in measured:
        grade(one, model)
