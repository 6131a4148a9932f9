"""Outcomes on each store: from the CRM's facts and from what was told, however the two come in."""

from handlers.jobs.outcomes import found_outcomes, stored_outcomes, told_strangers
from handlers.stores.protocol import Batch
from scoring.account import Account, Naming
from scoring.instants import parse_instant
from scoring.observations import Observation
from scoring.outcomes import Outcome
from scoring.said_outcomes import SaidOutcome, observation_of
from tests.models import the_model
from tests.scoring.accounts import ID
from tests.scoring.test_outcome_facts import account, lost, on, opportunity, won
from tests.stores.places import Place

UNTIL = parse_instant("2026-11-01")
OTHER = "001AA0000000009AAA"
ACCOUNTS = (Account(OTHER, {"salesforce": (OTHER,)}), Account(ID, {"intercom": ("acme",), "salesforce": (ID,)}))


def batch(*said: Observation) -> Batch:
    """Coalesce statements; both accounts are named."""
    told = Batch()
    for one in said:
        told.add(one)
    for key in (ID, OTHER):
        told.add(Naming("salesforce", (key,), on("2024-01-01")))
    return told


def row(account_id: str, day: str, kind: str, read_on: str) -> Observation:
    """Tell an outcome."""
    said = SaidOutcome(account_id, "churned" if kind == "churned" else "renewed", parse_instant(day), arr=7.5)
    return observation_of(said, on(read_on))


SAID = [
    *won("A", "2024-10-01", "2025-09-30"),
    *lost("B", "2025-09-30", "2026-08-01", "2026-09-30"),
    account("2025-01-01", arr=120_000),
    row(OTHER, "2026-03-31", "renewed", "2026-05-01"),
    row(OTHER, "2026-03-31", "churned", "2026-06-01"),
]


def test_outcomes_are_the_same_in_whatever_order_they_come(place: Place) -> None:
    """Of each account those of the CRM and those told, by account and date; the later word holds."""
    expected = [
        Outcome(ID, "renewed", parse_instant("2025-09-30"), arr=120_000),
        Outcome(ID, "churned", parse_instant("2026-09-30"), parse_instant("2026-08-01"), 120_000),
        Outcome(OTHER, "churned", parse_instant("2026-03-31"), arr=7.5),
    ]
    for name, said in (("forth", [SAID]), ("back", [SAID[::-1], SAID]), ("apart", [[one] for one in SAID[::-1]])):
        store = place.open(name)
        for part in said:
            store.merge(batch(*part))
        found = stored_outcomes(store, ACCOUNTS, the_model(), UNTIL)
        assert sorted(found, key=lambda one: (one.account_id != ID, one.effective)) == expected
        assert store.unattributed() == {}


def test_a_store_knows_what_was_known_at_an_instant(place: Place) -> None:
    """And which renewals have no outcome."""
    store = place.open("then")
    store.merge(batch(*SAID, *opportunity("C", "2026-09-01", ("2026-09-02", "Negotiation", "2026-10-05"))))
    (other, mine) = found_outcomes(store, ACCOUNTS, the_model(), on("2026-05-10"))
    assert [one.kind for one in other.outcomes] == ["renewed"]
    assert [one.kind for one in mine.outcomes] == ["renewed"]
    (_, now) = found_outcomes(store, ACCOUNTS, the_model(), UNTIL)
    assert [one.kind for one in now.outcomes] == ["renewed", "churned"]


def test_an_outcome_makes_no_account_known(place: Place) -> None:
    """A key that only a told outcome names is no owner of the CRM: its signals are not known to be none."""
    store = place.open("unknown")
    told = Batch()
    told.add(row(OTHER, "2026-03-31", "renewed", "2026-05-01"))
    store.merge(told)
    assert store.owner("salesforce", OTHER).since is None
    assert store.facts("salesforce", [OTHER]) == []
    assert list(store.owners("outcomes")) == []


def test_ids_that_outcomes_were_told_of_and_that_nobody_has_are_found(place: Place) -> None:
    """Each once; only what was told of them is read."""
    store, typo = place.open("typo"), "001AA0000000077AAA"
    told = [row(typo, day, "churned", "2026-05-01") for day in ("2026-03-31", "2025-03-31")]
    store.merge(batch(*SAID, *told))
    strangers = told_strangers(store, ACCOUNTS)
    assert strangers == [Account(typo, {})]
    assert len(stored_outcomes(store, strangers, the_model(), UNTIL)) == 2
