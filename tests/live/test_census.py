"""The census: what was erased without an event is gone, and nothing that is there is ever said to be."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill, sweep
from handlers.commands.status import status
from handlers.jobs.sweep import Clients, Sweeper, folding, take_in
from handlers.stores.sqlite.store import SqliteStore
from scoring.facts import record_at
from scoring.instants import DAY, HOUR, Duration, Instant, format_date, format_instant
from scoring.score import Score
from tests.engines import THOROUGH
from tests.fakes.salesforce import refusal
from tests.fakes.server import Request, Response
from tests.live.desk import Desk, Told, at_desk
from tests.live.orgs import CONFIG, client
from tests.live.pilot import AS_OF
from tests.live.test_sweep import ingest

SIGNAL, PAYMENT, EVENT = "Churn_Signal__c", "Payment_Record__c", "Event"
KINDS = {SIGNAL: "signal", PAYMENT: "payment", EVENT: "event", "Account": "account"}


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(2, tmp_path) as desk:
        yield desk


def put(desk: Desk, crm_object: str, *, changed: Instant = AS_OF - 20 * DAY, **fields: object) -> str:
    """Make a record of the first hotel that was last changed at an instant."""
    stamps = dict.fromkeys(("CreatedDate", "SystemModstamp", "LastModifiedDate"), format_instant(changed))
    owner = "AccountId" if crm_object == EVENT else "Account__c"
    return desk.pilot.org.put(crm_object, **{owner: desk.pilot.accounts[0].id, **stamps, **fields})


def put_signal(desk: Desk, changed: Instant = AS_OF - 20 * DAY) -> str:
    """Make a confirmed Critical signal."""
    words = {"Severity__c": "Critical", "Confidence__c": "Confirmed", "Status__c": "Active"}
    return put(desk, SIGNAL, changed=changed, **words, Date_Observed__c=format_date(AS_OF - 20 * DAY))


def put_payment(desk: Desk) -> str:
    """Make a failed payment."""
    return put(desk, PAYMENT, Status__c="Failed", Payment_Date__c=format_date(AS_OF - 20 * DAY))


def erase(desk: Desk, crm_object: str, *record_ids: str) -> None:
    """Erase records for good: no event, and not in the recycle bin."""
    for record_id in record_ids:
        del desk.pilot.org.records[crm_object][record_id]


def pull(desk: Desk, *words: str, after: Duration = DAY) -> Told:
    """Sweep some time later."""
    desk.now += after
    return desk.run(sweep, *words)


def score(desk: Desk) -> Score:
    """Close October on trial, and give the first hotel's score."""
    assert desk.run(finalise_command, "--period", "2026-10", "--dry-run").code == 0
    first = desk.pilot.accounts[0].id
    return next(one.score for one in desk.records() if one.score.account_id == first)


def failed_payments(desk: Desk) -> object:
    """Give the failed payments that the first hotel's score counts."""
    return score(desk).dimensions["financial_contract"].metrics["payment_health"].raw


def deleted(desk: Desk, crm_object: str) -> set[str]:
    """Name the records of an object that are known to be deleted."""
    with closing(SqliteStore(desk.store)) as store:
        subjects = [one for one in store.subjects("salesforce") if one.kind == KINDS[crm_object]]
        views = ((fact.subject.id, record_at(fact, desk.now + 1)) for fact in store.facts_of(subjects))
        return {record_id for record_id, view in views if view is not None and view.yes("deleted")}


def known(desk: Desk, crm_object: str) -> set[str]:
    """Name the records of an object that are known."""
    with closing(SqliteStore(desk.store)) as store:
        return {one.id for one in store.subjects("salesforce") if one.kind == KINDS[crm_object]}


def listings(desk: Desk) -> int:
    """Count the lists of ids that were asked for."""
    asked = (call.query.get("q", "") for call in desk.pilot.org.calls)
    return sum(one.startswith("SELECT Id, IsDeleted, SystemModstamp FROM") and "WHERE" not in one for one in asked)


@pytest.mark.parametrize("command", [sweep, backfill])
def test_what_was_erased_is_gone_after_the_next_census(desk: Desk, command: object) -> None:
    """A confirmed Critical signal caps no longer, a failed payment counts no longer; what is there stays."""
    signal, payment = put_signal(desk), put_payment(desk)
    stays = put_payment(desk)
    assert desk.run(backfill).code == 0
    before = score(desk)
    assert (before.cap and before.cap.rule, failed_payments(desk)) == ("critical_confirmed", 2)
    erase(desk, SIGNAL, signal)
    erase(desk, PAYMENT, payment)
    desk.now += DAY
    told = desk.run(command)  # type: ignore[arg-type]
    assert told.summary["failed"].keys() <= {"looker"}
    assert told.summary["pulled"]["salesforce/census"] == 2
    assert (score(desk).cap, failed_payments(desk)) == (None, 1)
    assert (deleted(desk, SIGNAL), deleted(desk, PAYMENT)) == ({signal}, {payment})
    assert stays in known(desk, PAYMENT)


def test_what_is_gone_is_told_once(desk: Desk) -> None:
    """Not with every census anew."""
    signal = put_signal(desk)
    desk.run(backfill)
    erase(desk, SIGNAL, signal)
    assert pull(desk).summary["pulled"]["salesforce/census"] == 1
    for _ in range(2):
        assert "salesforce/census" not in pull(desk).summary["pulled"]


def test_it_is_taken_once_a_day_and_never_by_a_close(desk: Desk) -> None:
    """One list an object, of ids alone; users, who are never erased, have another."""
    put_signal(desk)
    assert desk.run(backfill).code == 0
    objects = sum(not one.is_person for one in CONFIG.intake.objects.values())
    assert listings(desk) == objects
    for after in (HOUR, HOUR):
        pull(desk, after=after)
    assert desk.run(finalise_command, "--period", "2026-10").code == 0
    assert listings(desk) == objects
    pull(desk)
    assert listings(desk) == 2 * objects


def test_a_record_in_the_recycle_bin_is_gone_from_its_own_instant_on(desk: Desk) -> None:
    """Its deletion was missed by every sweep: its stamp lies before them."""
    payment = put_payment(desk)
    assert desk.run(backfill).code == 0
    desk.pilot.org.delete(PAYMENT, payment, format_instant(AS_OF - 10 * DAY))
    assert pull(desk).summary["pulled"]["salesforce/census"] == 1
    assert deleted(desk, PAYMENT) == {payment}
    assert failed_payments(desk) == 0


def test_archived_activities_are_there(desk: Desk) -> None:
    """Only a query that asks for deleted ones too finds them."""
    event = put(desk, EVENT, Type="QBR", ActivityDate="2025-11-20", Attended__c=True)
    assert desk.run(backfill).code == 0
    desk.pilot.org.archive(EVENT, event)
    assert "salesforce/census" not in pull(desk).summary["pulled"]
    assert deleted(desk, EVENT) == set()


def test_what_came_to_be_seen_without_a_change_is_read(desk: Desk) -> None:
    """Sharing hid a signal from the first day on; no sweep by stamps would ever bring it."""
    signal = put_signal(desk, changed=AS_OF - 300 * DAY)
    desk.pilot.org.hide(SIGNAL, signal)
    assert desk.run(backfill).code == 0
    assert score(desk).cap is None
    desk.pilot.org.hidden.clear()
    assert pull(desk).summary["pulled"]["salesforce/census"] == 1
    cap = score(desk).cap
    assert cap is not None
    assert cap.rule == "critical_confirmed"


def test_what_an_earlier_census_took_for_gone_comes_back(desk: Desk) -> None:
    """The user lost sight of it for a day; it did not change."""
    signal = put_signal(desk)
    assert desk.run(backfill).code == 0
    desk.pilot.org.hide(SIGNAL, signal)
    pull(desk)
    assert deleted(desk, SIGNAL) == {signal}
    desk.pilot.org.hidden.clear()
    pull(desk)
    assert deleted(desk, SIGNAL) == set()
    assert score(desk).cap is not None
    assert "salesforce/census" not in pull(desk).summary["pulled"]


def many_payments(desk: Desk, count: int = 40) -> list[str]:
    """Make many failed payments, and take them in."""
    payments = [put_payment(desk) for _ in range(count)]
    assert desk.run(backfill).code == 0
    return payments


def test_a_census_that_lacks_too_much_is_held(desk: Desk) -> None:
    """The user lost sight of the payments: they count on, the sweep fails by name, no other object's are gone."""
    signal = put_signal(desk)
    payments = many_payments(desk)
    desk.pilot.org.hide(PAYMENT, *payments[:20])
    erase(desk, SIGNAL, signal)
    for _ in range(2):
        told = pull(desk)
        assert told.code == 3
        assert "salesforce/census" not in told.summary["pulled"]
        reason = told.summary["failed"]["salesforce"]
        assert reason.startswith(f"Salesforce does not have 20 of the 41 known records of {PAYMENT}: nothing was taken")
        assert reason.endswith(f"if they are gone, run healthscore sweep --believe {PAYMENT}")
        assert deleted(desk, PAYMENT) == deleted(desk, SIGNAL) == set()
    assert failed_payments(desk) == 40
    desk.pilot.org.hidden.clear()
    assert "salesforce" not in pull(desk).summary["failed"]
    assert (deleted(desk, PAYMENT), deleted(desk, SIGNAL)) == (set(), {signal})


def test_a_held_census_is_let_through_by_a_persons_word(desk: Desk) -> None:
    """The payments are gone indeed; the word is for one object, in any capitals."""
    payments = many_payments(desk)
    erase(desk, PAYMENT, *payments[:20])
    assert "salesforce" in pull(desk).summary["failed"]
    assert "salesforce" in pull(desk, "--believe", SIGNAL).summary["failed"]
    assert "salesforce" not in pull(desk, "--believe", PAYMENT.lower()).summary["failed"]
    assert deleted(desk, PAYMENT) == set(payments[:20])
    assert failed_payments(desk) == 20


def test_a_word_for_an_object_that_is_none_is_refused(desk: Desk) -> None:
    """By name, before anything is pulled."""
    desk.pilot.org.calls.clear()
    with pytest.raises(ValueError, match="Expecting value"):
        desk.run(sweep, "--believe", "Payment__c")
    assert desk.pilot.org.calls == []


@pytest.mark.parametrize(("gone", "held"), [(10, False), (11, True)])
def test_few_may_always_be_gone(desk: Desk, gone: int, held: bool) -> None:  # noqa: FBT001
    """Ten of twelve are believed, eleven are not."""
    payments = many_payments(desk, 12)
    erase(desk, PAYMENT, *payments[:gone])
    assert ("salesforce" in pull(desk).summary["failed"]) is held


@pytest.mark.parametrize("whole", [True, False])
def test_gaps_are_not_settled_by_an_answer_that_lacks_too_much(desk: Desk, whole: bool) -> None:  # noqa: FBT001
    """Neither one by one, nor all of an object: the gap stays open, and the reason is told."""
    payments = many_payments(desk)
    ids = ["000000000000000AAA"] if whole else payments
    header = {
        "entityName": PAYMENT,
        "recordIds": ids,
        "changeType": "GAP_OVERFLOW" if whole else "GAP_UPDATE",
        "commitTimestamp": (desk.now + HOUR) // 1000,
    }
    desk.now += 2 * HOUR
    ingest(desk, {"source": "aws.partner/salesforce.com/00D/0YL", "detail": {"payload": {"ChangeEventHeader": header}}})
    desk.pilot.org.hide(PAYMENT, *payments[:20])
    told = pull(desk)
    assert "20 of the 41 known records" in told.summary["failed"]["salesforce"]
    assert deleted(desk, PAYMENT) == set()
    assert desk.run(status).summary["reread"] != []
    desk.pilot.org.hidden.clear()
    assert "salesforce" not in pull(desk).summary["failed"]
    assert desk.run(status).summary["reread"] == []


def test_an_object_that_cannot_be_read_stops_no_other(desk: Desk) -> None:
    """A field is hidden: it is named, the others are read, and nothing is said of Salesforce as a whole."""
    put_signal(desk)
    desk.pilot.org.fields[EVENT].pop("Attended__c")
    told = desk.run(backfill)
    assert told.code == 3
    assert "No such column 'Attended__c' on entity 'Event'" in told.summary["failed"]["salesforce"]
    assert told.summary["pulled"][f"salesforce/{SIGNAL}"] == 1
    assert desk.run(status).summary["feeds"]["salesforce"]["covered_since"] is None


def hold(desk: Desk, bent: Iterable[Response]) -> None:
    """Answer the lists of ids with other answers."""
    answers = iter(bent)
    desk.pilot.org.bend = lambda request, answer: next(answers, answer) if _is_listing(request) else answer


def _is_listing(request: Request) -> bool:
    return request.query.get("q", "").partition(" FROM ")[0] == "SELECT Id, IsDeleted, SystemModstamp"


def test_a_list_that_breaks_off_is_asked_for_again(desk: Desk) -> None:
    """Its place was forgotten between two pages."""
    payments = many_payments(desk, 12)
    erase(desk, PAYMENT, payments[0])
    hold(desk, [refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")])
    assert "salesforce" not in pull(desk).summary["failed"]
    assert deleted(desk, PAYMENT) == {payments[0]}


def test_nothing_that_is_there_is_said_to_be_gone_whatever_is_bent(desk: Desk) -> None:
    """Pages cut, counts with them, ids blank or twice: what the org still gives by its id lives."""
    payments = many_payments(desk, 16)
    erased: set[str] = set()

    @settings(max_examples=100 if THOROUGH else 10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0), st.integers(0, 2))
    def holds(seed: int, gone: int) -> None:
        random = Random(seed)  # noqa: S311 - no secret
        now_gone = [one for one in payments if one not in erased][:gone]
        erase(desk, PAYMENT, *now_gone)
        erased.update(now_gone)
        desk.pilot.org.bend = lambda request, answer: _bent(request, answer, random)
        _pull_salesforce(desk)
        assert deleted(desk, PAYMENT) <= erased
        desk.pilot.org.bend = lambda _, answer: answer
        assert _pull_salesforce(desk) == {}
        assert deleted(desk, PAYMENT) == erased

    holds()


def test_an_answer_that_gives_one_record_twice_says_nothing_of_the_other(desk: Desk) -> None:
    """A list leaves out two that are there; asked for by their ids, one comes twice: neither is gone."""
    many_payments(desk, 4)
    desk.pilot.org.bend = _two_of_four_one_twice
    assert _pull_salesforce(desk)
    assert deleted(desk, PAYMENT) == set()
    desk.pilot.org.bend = lambda _, answer: answer
    assert _pull_salesforce(desk) == {}
    assert deleted(desk, PAYMENT) == set()


def _two_of_four_one_twice(request: Request, answer: Response) -> Response:
    body, query = answer.body, request.query.get("q", "")
    if PAYMENT not in query or not isinstance(body, dict) or len(body["records"]) < 2:
        return answer
    told = [body["records"][0]] * 2 if "WHERE Id IN" in query else body["records"][:2]
    return replace(answer, body={**body, "records": told, "totalSize": 2})


def _pull_salesforce(desk: Desk) -> dict[str, str]:
    """Sweep Salesforce alone a day later, and give what failed."""
    desk.now += DAY
    failures: dict[str, str] = {}
    with closing(SqliteStore(desk.store, durable=False)) as store:
        clients = Clients(salesforce=client(desk.pilot.org))
        accounts = tuple(desk.pilot.accounts)
        sweeper = Sweeper(clients, CONFIG.intake, CONFIG.looker, accounts, store, desk.now)
        for _ in take_in(sweeper.sweep(), folding(store, CONFIG.intake, desk.now), store, failures):
            pass
    return failures


def _bent(request: Request, answer: Response, random: Random) -> Response:
    body = answer.body
    if "/query" not in request.path or not isinstance(body, dict) or not body.get("records"):
        return answer
    told = list(body["records"])
    kind = random.choice(["", "", "cut", "cut and counted", "blank", "twice", "turned", "nothing"])
    if kind in ("cut and counted", "nothing") and "WHERE Id IN" in request.query.get("q", ""):
        return answer
    if kind == "blank":
        told[random.randrange(len(told))] = {**told[0], "Id": random.choice([None, "", "  "])}
    if kind in ("cut", "cut and counted"):
        told.pop(random.randrange(len(told)))
    if kind == "twice":
        told[random.randrange(len(told))] = told[0]
    told = [] if kind == "nothing" else told[::-1] if kind == "turned" else told
    total = body["totalSize"] - (len(body["records"]) - len(told)) * (kind in ("cut and counted", "nothing"))
    return replace(answer, body={**body, "records": told, "totalSize": total})
