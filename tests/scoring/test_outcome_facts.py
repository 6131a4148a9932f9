"""What became of an account, from its renewals in the CRM: what goes wrong where churn is read from opportunities."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.account import Owner
from scoring.instants import HOUR, Instant, format_date, parse_instant
from scoring.observations import Fields, Gap, Observation, Subject, Value
from scoring.outcome_facts import Known, OutcomeCounts, counts_of, in_turn, known_outcomes
from scoring.outcomes import Outcome
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, ID, known

UNTIL = parse_instant("2026-11-01")
MODEL = the_model()
Step = tuple[str, str, str]
"""When something was said, the stage, the close date."""


def on(date: str, hour: int = 10) -> Instant:
    """Give an instant in office hours."""
    return Instant(parse_instant(date) + hour * HOUR)


def opportunity(name: str, born: str, *steps: Step, kind: str = "Renewal", **more: Value) -> list[Observation]:
    """Say an opportunity, opened on a day, and what was said of it since."""
    subject = Subject("salesforce", "opportunity", name)
    first = steps[0]
    begun: dict[str, Value] = {
        "type": kind,
        "stage": "Qualification",
        "close_date": parse_instant(first[2]),
        "deleted": False,
        **more,
    }
    created = Fields(tuple(sorted(begun.items())), on(born))
    said = [Observation(subject, on(born), created, ID)]
    for at, stage, date in steps:
        values = Fields((("close_date", parse_instant(date)), ("stage", stage)))
        said.append(Observation(subject, on(at), values))
    return said


def won(name: str, born: str, date: str, kind: str = "Renewal") -> list[Observation]:
    """Say an opportunity that was won on its close date."""
    return opportunity(name, born, (date, "Closed Won", date), kind=kind)


def lost(name: str, born: str, seen: str, date: str) -> list[Observation]:
    """Say a renewal that was seen lost on a day, with a close date."""
    return opportunity(name, born, (seen, "Closed Lost", date))


def account(at: str, **values: Value) -> Observation:
    """Say fields of the account's record."""
    content = Fields(tuple(sorted({"deleted": False, **values}.items())), on("2023-01-01"))
    return Observation(Subject("salesforce", "account", ID), on(at), content, ID)


def read(said: Sequence[Observation], until: Instant = UNTIL) -> Known:
    """Say what became of the account."""
    return known_outcomes(known(*said), MODEL, until)


def shown(found: Known) -> list[str]:
    """Write outcomes as `kind effective notice`."""
    return [
        " ".join([one.kind, format_date(one.effective), *([format_date(one.notice)] if one.notice else [])])
        for one in found.outcomes
    ]


def unknown(found: Known) -> list[str]:
    """Write renewals without an outcome as `why date`."""
    return [f"{one.why} {format_date(one.effective) if one.effective else '-'}" for one in found.undecided]


CASES: dict[str, tuple[list[Observation], list[str]]] = {
    "won": (won("A", "2025-03-31", "2026-03-31"), ["renewed 2026-03-31"]),
    "lost ahead of its date": (
        lost("A", "2025-03-31", "2026-01-20", "2026-03-31"),
        ["churned 2026-03-31 2026-01-20"],
    ),
    "lost, its date brought to that day": (
        lost("A", "2025-03-31", "2026-01-20", "2026-01-20"),
        ["churned 2026-01-20 2026-01-20"],
    ),
    "seen lost in the evening of its date by a user west of Greenwich": (
        opportunity("A", "2025-03-31", ("2026-01-21", "Closed Lost", "2026-01-20")),
        ["churned 2026-01-20 2026-01-20"],
    ),
    "seen lost long after its date: nobody knows when notice was given": (
        lost("A", "2025-03-31", "2026-05-20", "2026-03-31"),
        ["churned 2026-03-31"],
    ),
    "a duplicate closed lost on the day on which the other was won": (
        [*won("A", "2025-03-31", "2026-03-31"), *lost("B", "2026-02-01", "2026-03-31", "2026-03-31")],
        ["renewed 2026-03-31"],
    ),
    "a duplicate that was made and lost within an hour": (
        [*won("A", "2025-03-31", "2026-03-31"), *lost("B", "2025-12-01", "2025-12-01", "2025-12-01")],
        ["renewed 2026-03-31"],
    ),
    "an early renewal; the one that it replaces is closed lost at the old date": (
        [*won("B", "2025-12-15", "2026-01-15"), *lost("A", "2025-03-31", "2026-01-16", "2026-03-31")],
        ["renewed 2026-01-15"],
    ),
    "a renewal that was split: one part lost, the other won a month later": (
        [*lost("A", "2025-03-31", "2026-03-31", "2026-03-31"), *won("B", "2025-11-01", "2026-04-30")],
        ["renewed 2026-04-30"],
    ),
    "both parts of a split renewal lost: one churn, from the first notice to the last date": (
        [
            *lost("A", "2025-03-31", "2026-01-10", "2026-03-31"),
            *lost("B", "2025-11-01", "2026-02-20", "2026-04-30"),
        ],
        ["churned 2026-04-30 2026-01-10"],
    ),
    "merged: two won on one day": (
        [*won("A", "2025-03-31", "2026-03-31"), *won("B", "2025-06-30", "2026-03-31")],
        ["renewed 2026-03-31"],
    ),
    "lost, and a new renewal won within three months": (
        [*lost("A", "2025-03-31", "2026-03-31", "2026-03-31"), *won("B", "2026-05-01", "2026-06-10")],
        ["renewed 2026-06-10"],
    ),
    "lost, and back long after": (
        [*lost("A", "2025-01-31", "2025-12-01", "2026-01-31"), *won("B", "2026-07-01", "2026-07-31")],
        ["churned 2026-01-31 2025-12-01", "renewed 2026-07-31"],
    ),
    "the renewals of two years": (
        [*won("A", "2024-10-01", "2025-09-30"), *lost("B", "2025-09-30", "2026-08-01", "2026-09-30")],
        ["renewed 2025-09-30", "churned 2026-09-30 2026-08-01"],
    ),
    "two years opened at once, the second lost": (
        [*won("A", "2024-10-01", "2025-09-30"), *lost("B", "2024-10-01", "2026-08-01", "2026-09-30")],
        ["renewed 2025-09-30", "churned 2026-09-30 2026-08-01"],
    ),
    "a contract of months: the last is lost": (
        [
            *won("A", "2026-01-31", "2026-02-28"),
            *won("B", "2026-02-28", "2026-03-31"),
            *lost("C", "2026-03-31", "2026-04-20", "2026-04-30"),
        ],
        ["renewed 2026-02-28", "renewed 2026-03-31", "churned 2026-04-30 2026-04-20"],
    ),
    "reopened and won": (
        opportunity(
            "A",
            "2025-03-31",
            ("2026-01-20", "Closed Lost", "2026-03-31"),
            ("2026-02-20", "Negotiation", "2026-03-31"),
            ("2026-03-30", "Closed Won", "2026-03-31"),
        ),
        ["renewed 2026-03-31"],
    ),
    "reopened for a correction, and lost again: notice as before": (
        opportunity(
            "A",
            "2025-03-31",
            ("2026-01-20", "Closed Lost", "2026-03-31"),
            ("2026-03-01", "Negotiation", "2026-03-31"),
            ("2026-03-03", "Closed Lost", "2026-03-31"),
        ),
        ["churned 2026-03-31 2026-01-20"],
    ),
    "reopened, talked of again, and lost": (
        opportunity(
            "A",
            "2025-03-31",
            ("2026-01-05", "Closed Lost", "2026-03-31"),
            ("2026-01-20", "Negotiation", "2026-03-31"),
            ("2026-03-01", "Closed Lost", "2026-03-31"),
        ),
        ["churned 2026-03-31 2026-03-01"],
    ),
    "a duplicate that was deleted": (
        [
            *won("A", "2025-03-31", "2026-03-31"),
            *lost("B", "2025-03-31", "2025-06-01", "2025-06-01"),
            Observation(Subject("salesforce", "opportunity", "B"), on("2025-06-02"), Fields((("deleted", True),))),
        ],
        ["renewed 2026-03-31"],
    ),
    "moved to another account": (
        [
            *lost("A", "2025-03-31", "2026-03-01", "2026-03-31"),
            Observation(Subject("salesforce", "opportunity", "A"), on("2026-04-02"), Fields(()), "001OTHER"),
        ],
        [],
    ),
    "a field that says when notice was given": (
        opportunity(
            "A", "2025-03-31", ("2026-05-20", "Closed Lost", "2026-03-31"), notice_date=parse_instant("2025-12-24")
        ),
        ["churned 2026-03-31 2025-12-24"],
    ),
    "a field that says when it takes effect: closing an opportunity early moves its close date": (
        opportunity(
            "A", "2025-03-31", ("2026-01-15", "Closed Won", "2026-01-15"), effective_date=parse_instant("2026-03-31")
        ),
        ["renewed 2026-03-31"],
    ),
    "a downgrade with the renewal": (
        [*won("A", "2025-03-31", "2026-03-31"), *won("B", "2026-03-01", "2026-03-28", kind="Downgrade")],
        ["downgraded 2026-03-31"],
    ),
    "a downgrade in place of the renewal": (
        [
            *lost("A", "2025-03-31", "2026-03-30", "2026-03-31"),
            *won("B", "2026-03-01", "2026-03-31", kind="Existing Customer - Downgrade"),
        ],
        ["downgraded 2026-03-31"],
    ),
    "an amendment with the renewal, by which the revenue did not fall": (
        [
            *won("A", "2025-03-31", "2026-03-31"),
            *won("B", "2026-03-01", "2026-03-28", kind="Amendment"),
            account("2025-01-01", arr=100_000),
            account("2026-04-01", arr=130_000),
        ],
        ["renewed 2026-03-31"],
    ),
    "an amendment with the renewal, by which it fell": (
        [
            *won("A", "2025-03-31", "2026-03-31"),
            *won("B", "2026-03-01", "2026-03-28", kind="Amendment"),
            account("2025-01-01", arr=100_000),
            account("2026-04-01", arr=80_000),
        ],
        ["downgraded 2026-03-31"],
    ),
    "a downgrade of a running contract is no outcome of a renewal": (
        won("B", "2025-08-01", "2025-09-15", kind="Downgrade"),
        [],
    ),
    "a downgrade months before the renewal is lost does not hide the churn": (
        [
            *won("B", "2025-10-01", "2025-11-15", kind="Downgrade"),
            *lost("A", "2025-03-31", "2026-02-01", "2026-03-31"),
        ],
        ["churned 2026-03-31 2026-02-01"],
    ),
    "other business that is lost": (
        opportunity("A", "2025-12-01", ("2026-01-10", "Closed Lost", "2026-01-10"), kind="Upsell"),
        [],
    ),
    "the account's churn date": (
        [account("2025-01-01", arr=1), account("2026-02-01", churn_date=parse_instant("2026-05-31"))],
        ["churned 2026-05-31 2026-02-01"],
    ),
    "a churn date that was said when it was over": (
        [account("2025-01-01"), account("2026-07-01", churn_date=parse_instant("2026-05-31"))],
        ["churned 2026-05-31"],
    ),
    "a churn date that is said again keeps its notice, one that was taken back does not": (
        [
            account("2026-02-01", churn_date=parse_instant("2026-05-31")),
            account("2026-03-01", churn_date=parse_instant("2026-06-30")),
            account("2026-03-02", name="Grand"),
        ],
        ["churned 2026-06-30 2026-02-01"],
    ),
    "a churn date that was taken back": (
        [account("2026-02-01", churn_date=parse_instant("2026-05-31")), account("2026-03-01", churn_date=None)],
        [],
    ),
    "a churn date beside a lost renewal: one churn, of the earlier notice": (
        [
            *lost("A", "2025-03-31", "2026-01-20", "2026-03-31"),
            account("2026-02-10", churn_date=parse_instant("2026-05-31")),
        ],
        ["churned 2026-05-31 2026-01-20"],
    ),
    "brought from another CRM, all on one day: a contract of quarters, the last of which was lost": (
        [
            *opportunity("A", "2026-09-01", ("2026-09-02", "Closed Won", "2025-12-31")),
            *lost("B", "2026-09-01", "2026-09-02", "2026-03-31"),
        ],
        ["renewed 2025-12-31", "churned 2026-03-31"],
    ),
    "opened in one moment, one lost at once": (
        [*lost("B", "2025-12-01", "2025-12-02", "2025-12-02"), *won("A", "2025-12-01", "2026-03-31")],
        ["renewed 2026-03-31"],
    ),
    "nothing of it is known": ([], []),
}


@pytest.mark.parametrize(("said", "expected"), CASES.values(), ids=CASES.keys())
def test_what_became_of_an_account(said: list[Observation], expected: list[str]) -> None:
    """Each of what goes wrong for others, and what is decided here."""
    found = read(said)
    assert shown(found) == expected
    assert unknown(found) == []


UNDECIDED: dict[str, tuple[list[Observation], list[str], list[str]]] = {
    "a renewal whose date has passed": (
        opportunity("A", "2025-06-30", ("2026-05-01", "Negotiation", "2026-06-30")),
        [],
        ["overdue 2026-06-30"],
    ),
    "one that is to come": (opportunity("A", "2025-12-31", ("2026-05-01", "Negotiation", "2026-12-31")), [], []),
    "one on its very day": (opportunity("A", "2025-11-01", ("2026-05-01", "Negotiation", "2026-11-01")), [], []),
    "one left open beside another that was won": (
        [
            *opportunity("A", "2025-06-30", ("2026-05-01", "Negotiation", "2026-06-30")),
            *won("B", "2026-05-01", "2026-06-20"),
        ],
        ["renewed 2026-06-20"],
        [],
    ),
    "one lost while another is open and not due": (
        [
            *lost("A", "2025-12-31", "2026-05-10", "2026-05-10"),
            *opportunity("B", "2025-10-31", ("2026-05-01", "Negotiation", "2026-12-31")),
        ],
        [],
        ["open_beside 2026-05-10"],
    ),
    "one lost while another is open and long forgotten": (
        [
            *lost("A", "2025-03-31", "2026-03-10", "2026-03-31"),
            *opportunity("B", "2025-03-31", ("2026-03-01", "Negotiation", "2026-03-31")),
        ],
        ["churned 2026-03-31 2026-03-10"],
        [],
    ),
    "one lost, and another opened long after": (
        [
            *lost("A", "2025-03-31", "2026-03-10", "2026-03-31"),
            *opportunity("B", "2026-10-01", ("2026-10-02", "Negotiation", "2026-12-31")),
        ],
        ["churned 2026-03-31 2026-03-10"],
        [],
    ),
    "a type that config does not know": (
        opportunity("A", "2025-06-30", ("2026-06-30", "Closed Won", "2026-06-30"), kind="Extension"),
        [],
        ["unclear 2026-06-30"],
    ),
    "a stage that config does not know": (
        opportunity("A", "2025-06-30", ("2026-06-30", "Done and dusted", "2026-06-30")),
        [],
        ["unclear 2026-06-30"],
    ),
    "closed without a date": (
        [
            Observation(
                Subject("salesforce", "opportunity", "A"),
                on("2026-06-30"),
                Fields((("close_date", None), ("stage", "Closed Lost"), ("type", "Renewal"))),
                ID,
            )
        ],
        [],
        ["undated -"],
    ),
}


@pytest.mark.parametrize(("said", "outcomes", "left"), UNDECIDED.values(), ids=UNDECIDED.keys())
def test_silence_is_no_outcome_and_is_counted(said: list[Observation], outcomes: list[str], left: list[str]) -> None:
    """What has come and was never closed, or cannot be read, is neither renewed nor churned."""
    found = read(said)
    assert (shown(found), unknown(found)) == (outcomes, left)


def test_flags_of_one_statement_hold_as_in_scores() -> None:
    """IsClosed and IsWon that are said with the stage decide."""
    said = opportunity("A", "2025-03-31", ("2026-01-20", "Negotiation", "2026-03-31"))
    closed = Fields((("is_closed", True), ("is_won", False), ("stage", "Closed Lost")))
    said.append(Observation(Subject("salesforce", "opportunity", "A"), on("2026-02-01"), closed))
    assert shown(read(said)) == ["churned 2026-03-31 2026-02-01"]


def test_what_was_not_seen_by_an_instant_was_not_known_then() -> None:
    """A loss that was read again later was unknown before, though it was so: known is when it was seen."""
    said = opportunity("A", "2025-03-31", ("2026-01-05", "Negotiation", "2026-03-31"))
    whole = Fields((("close_date", parse_instant("2026-03-31")), ("stage", "Closed Lost")), read_at=on("2026-04-10"))
    said.append(Observation(Subject("salesforce", "opportunity", "A"), on("2026-02-01"), whole, ID))
    assert shown(read(said, on("2026-04-09"))) == []
    assert unknown(read(said, on("2026-04-09"))) == ["overdue 2026-03-31"]
    assert shown(read(said, on("2026-04-11"))) == ["churned 2026-03-31 2026-02-01"]


def test_the_revenue_is_that_of_before_the_decision() -> None:
    """A churned account's ARR falls to nothing; what was at stake is what it was before notice."""
    said = [
        *lost("A", "2025-03-31", "2026-01-20", "2026-03-31"),
        account("2025-01-01", arr=120_000),
        account("2026-03-31", arr=0),
    ]
    assert [one.arr for one in read(said).outcomes] == [120_000]
    assert [one.arr for one in read(said[:2]).outcomes] == [None]


def test_revenue_of_another_currency_is_converted_or_flagged() -> None:
    """At config's rates; without a rate it is missing, and said."""
    said = [*won("A", "2025-03-31", "2026-03-31"), account("2025-01-01", arr=92_000, currency="EUR")]
    found = read(said)
    assert [one.arr for one in found.outcomes] == [None]
    assert found.flags == {"currency:EUR"}
    rated = replace(MODEL, currencies=replace(MODEL.currencies, rates={"EUR": 0.92}))
    again = known_outcomes(known(*said), rated, UNTIL)
    assert [one.arr for one in again.outcomes] == [pytest.approx(100_000)]
    assert again.flags == frozenset()


def test_an_opportunity_that_changed_unseen_is_flagged() -> None:
    """It may have been reopened; what was known before counts, and says so, until it is read again."""
    said = won("A", "2025-03-31", "2026-03-31")
    said.append(Observation(Subject("salesforce", "opportunity", "A"), on("2026-04-01"), Gap("Opportunity")))
    assert (shown(read(said)), read(said).flags) == (["renewed 2026-03-31"], frozenset({"reread:Opportunity"}))
    whole = Fields((("close_date", parse_instant("2026-03-31")), ("stage", "Closed Lost")), read_at=on("2026-04-02"))
    said.append(Observation(Subject("salesforce", "opportunity", "A"), on("2026-04-01", 11), whole, ID))
    assert (shown(read(said)), read(said).flags) == (["churned 2026-03-31 2026-03-31"], frozenset())


def test_owners_of_other_sources_give_no_outcome() -> None:
    """Only an opportunity whose owner is mapped to the account in the CRM is its."""
    said = won("A", "2025-03-31", "2026-03-31")
    facts = known(*said, owners=(Owner("salesforce", frozenset({"001OTHER"})),), account=ACCOUNT)
    assert known_outcomes(facts, MODEL, UNTIL).outcomes == ()


def test_outcomes_of_several_accounts_are_in_turn() -> None:
    """By account, then by date."""
    first, other = (Outcome(name, "renewed", on("2026-01-01")) for name in ("001A", "001B"))
    later = replace(first, effective=on("2026-02-01"))
    found = in_turn([Known("001B", (other,), (), frozenset()), Known("001A", (first, later), (), frozenset())])
    assert found == [first, later, other]


def test_outcomes_are_counted_by_kind_and_what_nobody_knows_by_why() -> None:
    """With the newest day; of nothing there are none of each."""
    found = [read(CASES["the renewals of two years"][0]), read(UNDECIDED["a renewal whose date has passed"][0])]
    counts = counts_of(found)
    assert counts.kinds == {"renewed": 1, "churned": 1, "downgraded": 0}
    assert (counts.newest, counts.unknown) == (parse_instant("2026-09-30"), {"overdue": 1})
    assert counts_of([]) == OutcomeCounts() == OutcomeCounts({"renewed": 0, "churned": 0, "downgraded": 0}, None, {})


STORIES = [said for said, _ in CASES.values() if said]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(STORIES), st.randoms(use_true_random=False))
def test_order_and_repetition_make_no_difference(said: list[Observation], random: Random) -> None:
    """Facts are sets: any shuffle, and anything said twice, gives the same outcomes."""
    shuffled = [*said, *said[: len(said) // 2]]
    random.shuffle(shuffled)
    assert read(shuffled) == read(said)
