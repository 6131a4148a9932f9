"""Sweeps and backfills of Zendesk, taken into a store: resumed, repeated, in trouble; and what is known after them."""

import random
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.loader import load_config
from handlers.clients.remote import SourceError
from handlers.jobs.fold import BATCH_SIZE, fold_lines
from handlers.jobs.pull import Places, Pull
from handlers.jobs.sweep import folding, take_in
from handlers.jobs.zendesk_pulls import BACKFILL, CURSOR, ORGANIZATIONS, TICKETS, UNTOUCHED, ZendeskPulls
from handlers.pulls.zendesk import OVERLAP, organizations, tickets
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Naming
from scoring.facts import Fact, conversation_at
from scoring.instants import DAY, HOUR, SECOND, Instant, format_instant
from scoring.observations import Conversation, Subject
from tests.fakes.server import Fault, Request, Response
from tests.fakes.zendesk import EXPORT
from tests.live.zendesk_account import NOW, READ, Account, account
from tests.messages import body
from tests.sources.taking import said
from tests.sources.taking import take_in as read
from tests.tickets import NOT_YET, ORGANIZATION, event, metrics

INTAKE = load_config().intake
BROKEN = Fault("answer", Response(403, {"error": "Forbidden"}))


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path) as place:
        yield place


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        yield store


def pulls(place: Account, store: SqliteStore, now: Instant = READ) -> ZendeskPulls:
    """Plan pulls as of a moment."""
    place.clock.now = now / SECOND
    return ZendeskPulls(place.connect(), Places(store, now))


def run(store: SqliteStore, planned: Iterable[Pull], now: Instant = READ) -> dict[str, str]:
    """Take pulls in; give what failed."""
    failures: dict[str, str] = {}
    for _, tally in take_in(planned, folding(store, INTAKE, now), store, failures):
        assert tally.dead_letters == []
    return failures


def backfill(place: Account, store: SqliteStore, now: Instant = READ, since: Instant | None = None) -> dict[str, str]:
    """Backfill, and give what failed."""
    return run(store, pulls(place, store, now).backfill(since), now)


def sweep(place: Account, store: SqliteStore, now: Instant = READ) -> dict[str, str]:
    """Sweep, and give what failed."""
    return run(store, pulls(place, store, now).sweep(), now)


def fact(store: SqliteStore, number: int) -> Fact | None:
    """Give what is known of a ticket."""
    return next(iter(store.facts_of([Subject("zendesk", "conversation", str(number))])), None)


def seen(store: SqliteStore, number: int, as_of: Instant = READ + DAY) -> tuple[Conversation, str | None] | None:
    """View a ticket, and whose it is."""
    known = fact(store, number)
    return None if known is None else conversation_at(known, as_of)


def state(store: SqliteStore, number: int) -> str | None:
    """Give the state of a ticket."""
    view = seen(store, number)
    return None if view is None else view[0].state


def test_a_backfill_tells_all_and_then_that_it_is_all(place: Account, store: SqliteStore) -> None:
    """100 days of tickets, older ones that nobody touched since, organizations; the feed is covered and heard."""
    place.put(1, age=99 * 86400)
    place.put(2, age=150 * 86400, status="open", told=metrics(2, **NOT_YET))
    place.fake.organizations = [{"id": ORGANIZATION, "name": "Acme", "created_at": "2020-01-01T00:00:00Z"}]
    assert backfill(place, store) == {}
    assert (state(store, 1), state(store, 2)) == ("closed", "open")
    feed = store.feeds()["zendesk"]
    assert feed.covered_since == READ - 100 * DAY
    assert feed.heard[-1].last == READ
    assert len(feed.heard) >= 101
    assert store.owner("zendesk", str(ORGANIZATION)).name == "Acme"
    assert (store.cursor(BACKFILL), store.cursor(CURSOR) is None) == ("", False)


def test_a_sweep_goes_on_behind_the_backfill(place: Account, store: SqliteStore) -> None:
    """By its cursor: what was read is not read again."""
    place.put(1, age=9000)
    assert backfill(place, store) == {}
    place.put(2, age=-1800)
    calls = place.fake.count(EXPORT)
    assert sweep(place, store, READ + HOUR) == {}
    assert state(store, 2) == "closed"
    (asked,) = [call for call in place.fake.calls if call.path == EXPORT][calls:]
    assert "start_time" not in asked.query
    assert place.fake.count("/organizations.json") == 1


def test_organizations_are_listed_once_a_day(place: Account, store: SqliteStore) -> None:
    """Each names its owner anew, and its accounts are scored for it."""
    for hours in (0, 1, 23, 24):
        assert sweep(place, store, READ + hours * HOUR) == {}
    assert place.fake.count("/organizations.json") == 2


def test_a_sweep_without_a_backfill_covers_nothing(place: Account, store: SqliteStore) -> None:
    """What is known is heard of, and not all that there is."""
    place.put(1)
    assert sweep(place, store) == {}
    assert store.feeds()["zendesk"].covered_since is None
    assert state(store, 1) == "closed"


def test_what_changed_within_the_last_minute_comes_with_the_next_sweep(place: Account, store: SqliteStore) -> None:
    """Zendesk holds it back, and the cursor lies before it."""
    place.put(1, age=9000)
    place.put(2, age=20)
    assert backfill(place, store) == {}
    assert state(store, 2) is None
    assert sweep(place, store, READ + HOUR) == {}
    assert state(store, 2) == "closed"


def test_a_backfill_that_was_stopped_goes_on_behind_the_last_page(place: Account, store: SqliteStore) -> None:
    """Nothing is lost, and no page that was taken in whole is read again."""
    for number in range(1, 2 * BATCH_SIZE + 500):
        place.put(number, age=20_000 - number)
    place.fake.plan(EXPORT, *[Fault("slow")] * 3, BROKEN)
    assert "zendesk" in backfill(place, store)
    assert "zendesk" not in store.feeds() or store.feeds()["zendesk"].covered_since is None
    done = place.fake.count(EXPORT)
    assert backfill(place, store) == {}
    assert len(list(store.subjects("zendesk"))) == 2 * BATCH_SIZE + 499
    assert store.feeds()["zendesk"].covered_since == READ - 100 * DAY
    again = [call for call in place.fake.calls if call.path == EXPORT][done:]
    assert len(again) == 3
    assert "start_time" not in again[0].query


def test_one_that_began_later_goes_back_as_far_as_it_is_told_to(place: Account, store: SqliteStore) -> None:
    """A cursor of another beginning is not used."""
    place.put(1, age=50 * 86400)
    place.put(2, age=9000)
    place.fake.page = 1
    store.set_cursor(BACKFILL, f"{format_instant(READ - 10 * DAY)} {'MTc2ODI5MTAwMC4wfHwxfA=='}")
    assert backfill(place, store) == {}
    assert (state(store, 1), state(store, 2)) == ("closed", "closed")


@pytest.mark.parametrize("cursor", ["bm9uc2Vuc2U=", "eHl6"])
def test_a_cursor_that_zendesk_does_not_know_any_more_costs_nothing_but_time(
    place: Account, store: SqliteStore, cursor: str
) -> None:
    """It begins again before the last whole sweep."""
    assert sweep(place, store) == {}
    store.set_cursor(CURSOR, cursor)
    place.put(1, age=-1800)
    assert sweep(place, store, READ + HOUR) == {}
    assert state(store, 1) == "closed"
    assert store.cursor(CURSOR) != cursor
    begun = [call.query["start_time"] for call in place.fake.calls if "start_time" in call.query][-1]
    assert int(begun) == (READ - OVERLAP) // SECOND


@pytest.mark.parametrize("path", [EXPORT, "/organizations.json", "/tickets.json"])
def test_a_source_that_fails_is_named_and_covers_nothing(place: Account, store: SqliteStore, path: str) -> None:
    """Whatever of it fails."""
    place.put(1)
    place.fake.plan(path, BROKEN)
    assert "must be an admin" in backfill(place, store)["zendesk"]
    assert "zendesk" not in store.feeds() or store.feeds()["zendesk"].covered_since is None


def test_a_sweep_that_fails_is_not_heard(place: Account, store: SqliteStore) -> None:
    """Events may come all the while: without the sweep the feed grows stale."""
    assert sweep(place, store) == {}
    place.fake.plan(EXPORT, BROKEN)
    assert "zendesk" in sweep(place, store, READ + DAY)
    for _ in fold_lines([body(event("ticket.created"))], "events", store, INTAKE, READ + DAY):
        pass
    assert store.feeds()["zendesk"].heard[-1].last == READ


def test_a_ticket_that_moved_to_another_organization_is_theirs(place: Account, store: SqliteStore) -> None:
    """From then on; one that was taken out is nobody's."""
    place.put(1, age=9000)
    place.put(2, age=9000)
    assert backfill(place, store) == {}
    place.put(1, age=-600, organization_id=77)
    place.put(2, age=-600, organization_id=None)
    assert sweep(place, store, READ + HOUR) == {}
    owners = [view[1] for number in (1, 2) if (view := seen(store, number)) is not None]
    assert owners == ["77", None]
    before = seen(store, 1, READ)
    assert before is not None
    assert before[1] == str(ORGANIZATION)


def test_a_ticket_that_moved_without_an_update_is_theirs_too(place: Account, store: SqliteStore) -> None:
    """A system update moves `generated_timestamp` alone; the later look holds."""
    place.put(1, age=9000)
    assert backfill(place, store) == {}
    place.put(1, age=9000, organization_id=77, generated_timestamp=NOW + 600)
    assert sweep(place, store, READ + HOUR) == {}
    view = seen(store, 1)
    assert view is not None
    assert view[1] == "77"


def test_a_ticket_is_deleted_and_comes_back(place: Account, store: SqliteStore) -> None:
    """It counts for nobody while it is in the bin; once it is scrubbed, never again."""
    place.put(1, age=9000)
    assert backfill(place, store) == {}
    place.put(1, age=-600, status="deleted")
    assert sweep(place, store, READ + HOUR) == {}
    binned = seen(store, 1)
    assert binned is not None
    assert binned[1] is None
    place.put(1, age=-4000)
    assert sweep(place, store, READ + 2 * HOUR) == {}
    back = seen(store, 1)
    assert back is not None
    assert (back[1], back[0].first_admin_reply is None) == (str(ORGANIZATION), False)
    place.put(1, age=-8000, status="deleted", subject="SCRUBBED", description="SCRUBBED")
    assert sweep(place, store, READ + 3 * HOUR) == {}
    assert seen(store, 1) is None


def test_a_ticket_that_is_gone_before_its_metrics_are_asked_for_is_a_dead_letter(
    place: Account, store: SqliteStore
) -> None:
    """It is named, the others go on, and the next export says that it is deleted."""
    place.put(1, age=9000)
    place.put(2, age=8000)
    place.fake.bare = {1}
    place.fake.plan("/tickets/1/metrics", Fault("answer", Response(404, {"error": "RecordNotFound"})))
    told = list(tickets((one for page in place.connect().export(READ - DAY) for one in page.tickets), READ))
    (tally,) = fold_lines(map(body, told), "events", store, INTAKE, READ)
    assert [letter.reason.partition(":")[0] for letter in tally.dead_letters] == ["metrics are missing"]
    assert state(store, 2) == "closed"


def test_nothing_that_anybody_wrote_is_told(place: Account) -> None:
    """Neither subject nor text, mail address or custom field goes to a queue."""
    place.put(1, subject="secret words", custom_fields=[{"id": 1, "value": "secret words"}])
    (page,) = place.connect().export(READ - DAY)
    (message,) = tickets(page.tickets, READ)
    assert "secret" not in str(message)
    assert "a@b" not in str(message)
    assert len(body(message)) < 1000


def test_an_organization_tells_who_it_may_be_elsewhere(place: Account) -> None:
    """Its id in our own systems, its domains, its own fields that look like ids."""
    fields = {"salesforce_account_id": "001XX000003DHP0AAO", "mood": "sunny", "seats": 5}
    own = {"id": 7, "name": "Acme", "created_at": "2020-01-01T00:00:00Z", "external_id": "acct-7"}
    place.fake.organizations = [own | {"domain_names": ["acme.example", "acme.test"], "organization_fields": fields}]
    _, message = organizations(place.connect(), READ)
    assert dict(next(iter(said_attributes(message)))) == {
        "external_id": "acct-7",
        "domain_names": "acme.example, acme.test",
        "organization_fields.salesforce_account_id": "001XX000003DHP0AAO",
    }
    assert read(message).remarks == []


def said_attributes(message: dict[str, Any]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Give the attributes that a listing tells."""
    return (naming.attributes for naming in said(message, Naming))


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 80_000)), min_size=1, max_size=12),
    st.integers(1, 5),
    st.integers(0, 2**32),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_pages_that_shrink_repeat_and_stop_say_the_same(
    place: Account, lives: list[tuple[int, int]], size: int, seed: int
) -> None:
    """Whatever the pages, in whatever state a run is stopped: the facts are those of one whole run."""
    chance = random.Random(seed)  # noqa: S311 - a shuffle, no secret
    place.fake.tickets = []
    for number, age in lives:
        place.put(number, age=age + 100)
    with TemporaryDirectory() as folder, both_stores(Path(folder)) as (whole, parts):
        place.fake.page, place.fake.bend = 1000, lambda _, answer: answer
        assert backfill(place, whole) == {}
        place.fake.page, place.fake.bend = size, lambda asked, answer: repeating(asked, answer, chance)
        place.fake.plan(EXPORT, *[BROKEN if chance.random() < 0.3 else Fault("slow") for _ in range(4)])
        while backfill(place, parts):
            pass
        place.fake.faults.clear()
        for number, _ in lives:
            assert fact(parts, number) == fact(whole, number)


@contextmanager
def both_stores(folder: Path) -> Iterator[tuple[SqliteStore, SqliteStore]]:
    """Give two fresh stores."""
    with closing(SqliteStore(folder / "whole.db")) as whole, closing(SqliteStore(folder / "parts.db")) as parts:
        yield whole, parts


def repeating(asked: Request, answer: Response, chance: random.Random) -> Response:
    """Give some tickets of a page twice, in another order."""
    if asked.path != EXPORT or not isinstance(answer.body, dict) or "tickets" not in answer.body:
        return answer
    found = answer.body["tickets"]
    twice = [*found, *chance.sample(found, len(found) // 2)]
    chance.shuffle(twice)
    return Response(answer.status, answer.body | {"tickets": twice}, answer.headers)


def test_parts_of_a_sweep_are_named_after_their_source(place: Account, store: SqliteStore) -> None:
    """So that a failure is named by it."""
    names = [pull.name for pull in pulls(place, store).backfill(None)]
    assert names == [ORGANIZATIONS, UNTOUCHED, TICKETS, "zendesk/covered", "zendesk"]
    place.fake.plan(EXPORT, BROKEN)
    told = next(pull for pull in pulls(place, store).sweep() if pull.name == TICKETS).messages
    with pytest.raises(SourceError):
        list(told)
