"""Outcomes that somebody told: what they add to the CRM's, what they correct, and what is taken back."""

from dataclasses import replace

import pytest

from scoring.instants import HOUR, Instant, format_date, parse_instant
from scoring.observations import Observation
from scoring.outcome_facts import Known, known_outcomes
from scoring.outcomes import Outcome
from scoring.said_outcomes import SaidOutcome, Word, corrected, observation_of, told
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, ID, known
from tests.scoring.test_outcome_facts import UNTIL, account, lost, on, read, shown, won

MODEL = the_model()
CLOSED = parse_instant("2026-03-31")


def row(date: str, word: Word = "churned", read_on: str = "2026-10-01", notice: str | None = None) -> Observation:
    """Tell an outcome of a day, by a file that was exported on another."""
    given = None if notice is None else parse_instant(notice)
    return observation_of(SaidOutcome(ID, word, parse_instant(date), given), on(read_on))


def test_a_told_outcome_needs_nothing_of_the_crm() -> None:
    """All that its row says is there."""
    notice, treated = parse_instant("2026-02-01"), parse_instant("2026-01-01")
    said = SaidOutcome(ID, "churned", CLOSED, notice, 5000.0, None, "budget", treated)
    (one,) = read([observation_of(said, on("2026-10-01"))]).outcomes
    assert one == Outcome(ID, "churned", CLOSED, notice, 5000.0, "budget", treated)


CORRECTIONS: dict[str, tuple[list[Observation], list[str]]] = {
    "adds to the CRM's": (
        [*won("A", "2024-10-01", "2025-09-30"), row("2026-09-30")],
        ["renewed 2025-09-30", "churned 2026-09-30"],
    ),
    "corrects the CRM's of that day": (
        [*won("A", "2025-03-31", "2026-03-31"), row("2026-03-31", "downgraded")],
        ["downgraded 2026-03-31"],
    ),
    "corrects the CRM's near that day: its close date is when it was signed": (
        [*won("A", "2025-03-31", "2026-01-15"), row("2026-03-31", "downgraded")],
        ["downgraded 2026-03-31"],
    ),
    "of several near that day, the nearest": (
        [
            *won("A", "2026-01-31", "2026-02-28"),
            *won("B", "2026-02-28", "2026-03-31"),
            row("2026-03-30", notice="2026-03-01"),
        ],
        ["renewed 2026-02-28", "churned 2026-03-30 2026-03-01"],
    ),
    "the later word of a day replaces the earlier": (
        [row("2026-03-31", "renewed"), row("2026-03-31", "downgraded", "2026-10-05")],
        ["downgraded 2026-03-31"],
    ),
    "one that is taken back": (
        [row("2026-03-31"), row("2026-03-31", "withdrawn", "2026-10-05")],
        [],
    ),
    "one that is told again after it was taken back": (
        [
            row("2026-03-31"),
            row("2026-03-31", "withdrawn", "2026-10-05"),
            row("2026-03-31", "renewed", "2026-10-06"),
        ],
        ["renewed 2026-03-31"],
    ),
    "the CRM's of a day that is taken back: an opportunity that was no renewal": (
        [*lost("A", "2025-03-31", "2026-03-10", "2026-03-31"), row("2026-03-31", "withdrawn")],
        [],
    ),
    "the CRM's of another day stays, whatever is taken back": (
        [*lost("A", "2025-03-31", "2026-03-10", "2026-03-31"), row("2026-03-30", "withdrawn")],
        ["churned 2026-03-31 2026-03-10"],
    ),
    "a wrong day: taken back, and told of the right one": (
        [row("2026-03-31"), row("2026-03-31", "withdrawn", "2026-10-05"), row("2026-04-30", read_on="2026-10-05")],
        ["churned 2026-04-30"],
    ),
    "a notice that the row leaves open is the CRM's, where it knows one": (
        [*lost("A", "2025-03-31", "2026-03-10", "2026-03-31"), row("2026-04-05")],
        ["churned 2026-04-05 2026-03-10"],
    ),
    "a notice of the CRM's after the row's day is none": (
        [*lost("A", "2025-03-31", "2026-03-10", "2026-03-31"), row("2026-02-28")],
        ["churned 2026-02-28"],
    ),
    "a notice of the row holds": (
        [*lost("A", "2025-03-31", "2026-03-10", "2026-03-31"), row("2026-03-31", notice="2025-12-01")],
        ["churned 2026-03-31 2025-12-01"],
    ),
    "an outcome of another kind lends it nothing": (
        [*lost("A", "2025-03-31", "2026-03-10", "2026-03-31"), row("2026-03-31", "renewed")],
        ["renewed 2026-03-31"],
    ),
}


@pytest.mark.parametrize(("said", "expected"), CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_what_corrects_what(said: list[Observation], expected: list[str]) -> None:
    """In any order, and however often it is said."""
    assert shown(read(said)) == expected
    assert shown(read([*reversed(said), *said])) == expected


def test_a_told_outcome_settles_what_the_crm_left_open() -> None:
    """A renewal whose date passed unclosed has an outcome once somebody tells it."""
    said = won("A", "2025-06-30", "2026-06-30")[:1]
    assert [one.why for one in read(said).undecided] == ["overdue"]
    assert read([*said, row("2026-06-15", "renewed")]).undecided == ()


def test_what_was_told_later_was_not_known_before() -> None:
    """Each word is known from the export of its file on."""
    said = [row("2026-03-31", "renewed", "2026-05-01"), row("2026-03-31", "churned", "2026-06-01")]
    assert [shown(read(said, on(day))) for day in ("2026-04-30", "2026-05-02", "2026-06-02")] == [
        [],
        ["renewed 2026-03-31"],
        ["churned 2026-03-31"],
    ]


def priced(code: str | None, rates: dict[str, float]) -> Known:
    """Read an outcome of 92 of a currency, under rates."""
    model = replace(MODEL, currencies=replace(MODEL.currencies, rates=rates))
    return known_outcomes(
        known(observation_of(SaidOutcome(ID, "churned", CLOSED, arr=92.0, currency=code), on("2026-10-01"))),
        model,
        UNTIL,
    )


@pytest.mark.parametrize(
    ("code", "rates", "arr", "flags"),
    [
        (None, {}, 92.0, set()),
        ("USD", {"EUR": 0.92}, 92.0, set()),
        ("EUR", {"EUR": 0.92}, 100.0, set()),
        ("CHF", {"EUR": 0.92}, None, {"currency:CHF"}),
        (None, {"EUR": 0.92}, None, {"invalid:currency"}),
    ],
)
def test_amounts_are_in_the_corporate_currency(
    code: str | None, rates: dict[str, float], arr: float | None, flags: set[str]
) -> None:
    """Converted at config's rates; what cannot be is missing and flagged, never taken as it stands."""
    found = priced(code, rates)
    assert [one.arr for one in found.outcomes] == [pytest.approx(arr) if arr else None]
    assert found.flags == flags


def test_an_amount_that_the_row_leaves_open_is_the_accounts() -> None:
    """Of before the decision."""
    said = [*won("A", "2025-03-31", "2026-03-31"), account("2025-01-01", arr=120_000), row("2026-03-31", "renewed")]
    assert [one.arr for one in read(said).outcomes] == [120_000]


def test_what_was_told_under_another_id_of_the_account_is_its() -> None:
    """Of one day the later word holds, whichever id it was told under."""
    first = observation_of(SaidOutcome("001OLD", "renewed", CLOSED), on("2026-05-01"))
    then = observation_of(SaidOutcome(ID, "churned", CLOSED), on("2026-06-01"))
    facts = known(then, first).facts
    for given in (facts, facts[::-1]):
        (one,) = told(given, ACCOUNT.id, MODEL.currencies, UNTIL).outcomes
        assert (one.account_id, one.kind) == (ID, "churned")


def test_each_told_outcome_replaces_one_of_the_crms_at_most() -> None:
    """Two rows of one season take the place of two; a third stays."""
    derived = [Outcome(ID, "renewed", parse_instant(f"2026-0{month}-28")) for month in (1, 2, 3)]
    rows = [row("2026-01-31", "downgraded"), row("2026-02-27")]
    found = corrected(derived, told(known(*rows).facts, ID, MODEL.currencies, UNTIL))
    assert [f"{one.kind} {format_date(one.effective)}" for one in found] == [
        "downgraded 2026-01-31",
        "churned 2026-02-27",
        "renewed 2026-03-28",
    ]


def test_a_statement_is_about_an_account_and_a_day() -> None:
    """Whatever else it says; whoever says it again says the same."""
    one = row("2026-03-31", "renewed")
    assert one.subject == ("outcomes", "outcome", f"{ID}@2026-03-31")
    assert (one.owner, one.at, one.known_at) == (ID, on("2026-10-01"), on("2026-10-01"))
    assert one == row("2026-03-31", "renewed")
    assert Instant(one.at) % HOUR == 0
