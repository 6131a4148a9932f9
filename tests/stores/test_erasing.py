"""Somebody is erased out of a store, on each engine: no byte of them stays, and nobody else changes."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from handlers.jobs.closes import deeds, log_deed
from handlers.jobs.drafts import Draft, Fate, keep_draft, kept_drafts, set_fate
from handlers.jobs.erasing.erase import Erasure
from handlers.jobs.erasing.targets import Target, find_account, find_company, find_person
from handlers.jobs.kept import keep
from handlers.stores.accounts import Edit
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.packing import unpack
from handlers.stores.dynamodb.tables import Tables
from handlers.stores.dynamodb.tombstones import KeptTombstones
from handlers.stores.erasable import Line
from handlers.stores.keeping import Mark
from handlers.stores.protocol import RefusedError, Store
from handlers.stores.tombstones import ERASED, OWNER_GONE
from scoring.account import Account, Naming
from scoring.customer import Csm
from scoring.instants import DAY, SECOND, Instant
from scoring.observations import Conversation, Fields, Finding, Gap, Message, Observation, Reading, Subject
from scoring.record import holds
from scoring.statements import Statement
from tests.models import the_model
from tests.stores.places import NOW, Place, batch_of
from tests.stores.test_record_contract import a_record

GONE, STAYS = "001QyGONE0000000AA", "001QySTAYS000000AA"
SECRETS = (
    GONE,
    GONE[:15],
    "acme-gone",
    "ic-9f-gone",
    "looker-gone-77",
    "Vanishing Hotels",
    "conv-gone-1",
    "opp-gone-11",
)
"""What names the account that is erased, or something of it."""
START = Instant(NOW - 100 * DAY)
ACCOUNTS = (
    Account(
        GONE, {"intercom": ("acme-gone",), "looker": ("looker-gone-77",), "salesforce": (GONE,)}, "Vanishing Hotels"
    ),
    Account(STAYS, {"intercom": ("acme-stays",), "salesforce": (STAYS,)}, "Lasting Hotels"),
)


@pytest.fixture(params=["sqlite", "memory"])
def quick(request: pytest.FixtureRequest) -> Place:
    """Give a place for stores of both engines, without the engine that takes seconds."""
    given: Place = request.getfixturevalue(f"{request.param}_place")
    return given


def conversation(name: str, owner: str | None, at: Instant = START) -> Observation:
    """Say a conversation."""
    return Observation(Subject("intercom", "conversation", name), at, Conversation(START, "open", parts=2), owner)


def fields(kind: str, name: str, owner: str | None, at: Instant = START, /, **values: str) -> Observation:
    """Say fields of a CRM record."""
    return Observation(Subject("salesforce", kind, name), at, Fields(tuple(sorted(values.items())), START), owner)


OF_GONE: tuple[Statement, ...] = (
    Naming("intercom", ("acme-gone", "ic-9f-gone"), START, "Vanishing Hotels", (("plan", "gold"),)),
    Naming("salesforce", (GONE,), START, "Vanishing Hotels"),
    conversation("conv-gone-1", "ic-9f-gone"),
    structs.replace(
        conversation("conv-gone-1", "acme-gone", Instant(START + 5)),
        content=Message("part-gone-1", "en", 0.5, (Finding("budget", "we [name] leave", "en.1", "v1"),), "v1"),
    ),
    fields("account", GONE, GONE, name="Vanishing Hotels"),
    Observation(Subject("salesforce", "account", GONE), Instant(START + 9), Gap("Account")),
    fields("opportunity", "opp-gone-11", GONE, stage="Open"),
    Observation(
        Subject("looker", "reading", "looker-gone-77@2026"),
        START,
        Reading(START, (("platform_score", 5.0),)),
        "looker-gone-77",
    ),
)
OF_STAYS: tuple[Statement, ...] = (
    Naming("intercom", ("acme-stays", "ic-stays"), START, "Lasting Hotels", (("plan", "gold"),)),
    conversation("conv-stays-1", "acme-stays"),
    fields("account", STAYS, STAYS, name="Lasting Hotels", owner_id="005ANNA0000000AAA"),
    fields("user", "005ANNA0000000AAA", None, name="Anna Meier", mail="anna.meier@example.com"),
    fields("user", "005BERT0000000AAA", None, name="Bert Kurz", mail="bert.kurz@example.com"),
    Observation(Subject("salesforce", "opportunity", "opp-stays"), START, Gap("Opportunity")),
)
MOVED: tuple[Statement, ...] = (
    conversation("conv-moved", "acme-gone"),
    conversation("conv-moved", "acme-stays", Instant(START + 7)),
)
LATER: tuple[Statement, ...] = (
    conversation("conv-stays-2", "acme-stays", Instant(START + DAY)),
    Naming("intercom", ("acme-stays", "ic-stays-2"), Instant(START + DAY), "Lasting Hotels & Spa"),
    fields("opportunity", "opp-stays", STAYS, Instant(START + DAY), stage="Won"),
)


def filled(store: Store, statements: tuple[Statement, ...] = (*OF_GONE, *OF_STAYS)) -> Store:
    """Fill a store with two accounts, and with all that is kept about accounts and people."""
    store.merge(batch_of(*statements))
    edits = [Edit(one.id, {"name": one.name}, one.owners) for one in ACCOUNTS]
    store.portfolio.put(edits, "bert.kurz@example.com", START)
    csm = Csm("005ANNA0000000AAA", "Anna Meier", "anna.meier@example.com", is_active=True)
    for account in ACCOUNTS:
        made = [a_record(account.id, period) for period in ("2026-09", "2026-10")]
        store.put_records(replace(one, measurements=replace(one.measurements, csm=csm)) for one in made)
    store.keeping.mark({Subject("intercom", "conversation", "conv-gone-1"): Mark(START, None)})
    for name, text in notes():
        store.set_cursor(name, text)
    for subject, csm_mail in ((GONE, "anna.meier@example.com"), (STAYS, "bert.kurz@example.com")):
        act = {
            "at": "2026",
            "person": csm_mail,
            "name": "Anna Meier",
            "act": "looked",
            "subject": subject,
            "after": "x",
        }
        store.append("audit", START, keep(act), 900 * DAY)
    store.append("salesforce/live", START, keep({"period": "2026-10", "shown": {GONE: 1, STAYS: 2}}), 900 * DAY)
    log_deed(store, "withdraw", f"2026-10 {GONE}", "Vanishing Hotels asked", START)
    draft = Draft("d", "Anna Meier", "anna.meier@example.com", "why", "b", "v", {}, "2026")
    keep_draft(store, draft)
    set_fate(store, draft.hash, Fate("proposed", "2026", "Bert Kurz"))
    return store


def notes() -> Iterator[tuple[str, str]]:
    """Give what the program keeps under names."""
    for account in (GONE, STAYS):
        opinion = {"at": "2026", "person": "anna.meier@example.com", "name": "Anna Meier", "account_id": account}
        yield f"desk/pilot/opinion/anna.meier%40example.com/{account}/2026/ab", keep(opinion)
        yield f"desk/digest/account/{account}", keep({"tier": "Healthy", "whys": []})
        yield f"words/suggested/{account}", "2026-10-01T00:00:00Z"
    yield "desk/views/1", keep({"id": "1", "name": "mine", "query": "q", "owner": "anna.meier@example.com"})
    yield "salesforce/unwritten", keep([f"{GONE}_2026-10/final", f"{STAYS}_2026-10"])
    yield "alerts/2026-10", keep({"period": "2026-10", "listed": [[GONE, 1, 1], [STAYS, 1, 2]]})
    yield "salesforce/Opportunity/erased", keep(["opp-gone-11", "opp-stays"])
    drawn = [{"source": "intercom", "conversation": "conv-gone-1", "part": "part-gone-1", "owner": "acme-gone"}]
    yield "words/sample/2026-10", keep({"messages": [*drawn, {"part": "p", "owner": "acme-stays"}]})
    yield "close/2026-10", keep({"stage": "held", "at": 1, "held": [["unscored", f"2 accounts: {GONE}, {STAYS}"]]})
    yield "run", keep({"2026-10/final/x/score": {f"{GONE}-{STAYS}-x": "{}", f"{STAYS}-{STAYS}-x": "{}"}})


def texts(store: Store) -> list[str]:
    """Give all that a store holds as it stands there: rows, or items whose packed texts are unpacked."""
    if hasattr(store, "checkpoints"):
        return list(_items(store))
    path: Path = store._path  # type: ignore[attr-defined]  # noqa: SLF001 - the bytes themselves are looked at
    files = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    return [one.read_bytes().decode("latin-1") for one in files if one.exists()]


def _items(store: Store) -> Iterator[str]:
    tables: Tables = store._tables  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    client = connect()
    for table in tables.every:
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                for name, value in item.items():
                    yield f"{table} {name} {_plain(value)}"


def _plain(value: object) -> str:
    packed = value.get("B") if isinstance(value, dict) else None
    if not isinstance(packed, bytes):
        return json.dumps(value)
    try:
        return zlib.decompress(packed[1:]).decode()
    except zlib.error:
        return unpack(packed).decode()


def told(store: Store, words: tuple[str, ...]) -> list[str]:
    """Give the words that stand anywhere in a store."""
    whole = "\n".join(texts(store)).casefold()
    return [word for word in words if word.casefold() in whole]


def whole(store: Store) -> tuple[object, ...]:
    """Give all that a store says, but for tombstones, the log of deeds and who changed accounts when."""
    sources = ("intercom", "looker", "salesforce")
    lines = [one for one in store.erasing.lines() if not one.name.startswith("deed/") and one.place != "history"]
    return (
        {one: store.facts_of(list(store.subjects(one))) for one in sources},
        {one: list(store.owners(one)) for one in sources},
        list(store.records()),
        [list(store.summaries(period)) for period in store.summarised()],
        list(store.portfolio.accounts()),
        store.unattributed(),
        sorted(
            (one.place, one.text) if one.place.startswith("journal") else (one.place, one.name, one.text)
            for one in lines
        ),
    )


def erasure(store: Store) -> Erasure:
    """Erase as somebody whose name stands nowhere else."""
    return Erasure(store, "the operator", NOW)


def account_of(store: Store) -> Target:
    """Find the account that is erased."""
    return find_account(store, store.portfolio.accounts(), GONE)


def test_no_byte_of_an_account_stays(place: Place) -> None:
    """Files and items are read as they stand; before, every word is found."""
    store = filled(place.open("bytes"))
    assert told(store, SECRETS) == list(SECRETS)
    looked = erasure(store).look(account_of(store))
    receipt = erasure(store).erase(account_of(store))
    assert told(store, SECRETS) == []
    assert receipt.stays == ()
    assert receipt.erased == looked.erased
    assert receipt.erased["facts"] == len({one.subject for one in OF_GONE if isinstance(one, Observation)})
    assert not any(word in repr(receipt) for word in SECRETS)


def test_everything_else_is_as_if_the_account_had_never_been(quick: Place) -> None:
    """What others are and did stays byte for byte."""
    store, other = filled(quick.open("with")), filled(quick.open("without"), OF_STAYS)
    erasure(store).erase(account_of(store))
    erasure(other).erase(account_of(other))
    assert whole(store)[:-1] == whole(other)[:-1]
    assert {*_of_stays(filled(quick.open("before")))} <= {*_of_stays(store)}
    assert store.facts("intercom", ["acme-stays"])[0].subject.id == "conv-stays-1"
    assert all(holds(one, the_model()) for one in store.records())


def _of_stays(store: Store) -> list[Line]:
    """Give the lines that are of the other account alone."""
    lines = [one for one in store.erasing.lines() if one.place == "cursor"]
    return sorted((one for one in lines if STAYS in one.name + one.text and GONE not in one.text), key=str)


def test_erasing_twice_is_erasing_once(quick: Place) -> None:
    """The second finds nothing, and says so."""
    store = filled(quick.open("twice"))
    target = account_of(store)
    erasure(store).erase(target)
    once = whole(store)
    assert erasure(store).erase(target).erased == {}
    assert whole(store) == once
    assert len([one for one in deeds(store) if one.deed == "erased"]) == 1


def test_an_erasure_that_was_cut_short_is_finished_by_the_next(quick: Place) -> None:
    """Wherever it stops: whom it is of stands in the store until it has ended, and nowhere afterwards."""
    store, other = filled(quick.open("cut")), filled(quick.open("straight"))
    erasure(other).erase(account_of(other))
    for step in range(4):
        _cut_short(store, step)
    target = erasure(store).begun("account", GONE)
    assert target is not None
    assert erasure(store).erase(target).stays == ()
    assert whole(store) == whole(other)
    assert told(store, SECRETS) == []
    assert erasure(store).begun("account", GONE) is None


class _CutError(Exception):
    """The process is killed."""


def _cut_short(store: Store, step: int) -> None:
    """Begin an erasure, and stop before one of its last deeds."""

    class Dying(Erasure):
        def _forget_owners(self, *_: object, **__: object) -> None:
            raise _CutError

    class DyingLater(Erasure):
        def _forget_history(self, *_: object, **__: object) -> None:
            raise _CutError

    dying = (Dying, DyingLater)[step % 2](store, "the operator", NOW)
    with pytest.raises(_CutError):
        dying.erase(dying.begun("account", GONE) or account_of(store))


def test_what_comes_later_about_an_erased_account_is_refused_and_counted(quick: Place) -> None:
    """Its owners by every id, its conversations without an owner, new ones too; until it is let in again."""
    store = filled(quick.open("later"))
    erasure(store).erase(account_of(store))
    before = whole(store)
    again = batch_of(*OF_GONE, conversation("conv-gone-1", None, NOW), conversation("conv-new", "acme-gone", NOW))
    expected = sum(map(len, again.observations.values())) + len(again.namings)
    store.merge(again)
    assert again.refused == expected
    assert whole(store) == before
    assert told(store, SECRETS) == []
    erasure(store).undo("account", GONE)
    fresh = batch_of(conversation("conv-new", "acme-gone", NOW))
    store.merge(fresh)
    assert (fresh.refused, len(store.facts("intercom", ["acme-gone"]))) == (0, 1)
    with pytest.raises(RefusedError, match="nothing to undo"):
        erasure(store).undo("account", GONE)
    erasure(store).erase(find_company(store, (), "intercom=acme-gone"))
    assert store.facts("intercom", ["acme-gone"]) == []


@given(st.lists(st.sampled_from(LATER), max_size=3), st.permutations([*LATER, *MOVED[1:]]))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_erasing_and_what_others_say_commute(
    sqlite_place: Place, before: list[Statement], after: list[Statement]
) -> None:
    """Whether others speak before or after makes no difference."""
    number = _next()
    early, late = filled(sqlite_place.open(f"early-{number}")), filled(sqlite_place.open(f"late-{number}"))
    early.merge(batch_of(*before, *after))
    erasure(early).erase(account_of(early))
    late.merge(batch_of(*before))
    erasure(late).erase(account_of(late))
    late.merge(batch_of(*after))
    assert whole(early) == whole(late)


_NUMBERS = iter(range(1_000))


def _next() -> int:
    return next(_NUMBERS)


def test_a_fact_that_moved_to_another_account_stays_there_without_the_old_owner(quick: Place) -> None:
    """Its observations are the other's history; only who it was of before is not said any more."""
    store = filled(quick.open("moved"), (*OF_GONE, *OF_STAYS, *MOVED))
    receipt = erasure(store).erase(account_of(store))
    assert receipt.erased["shared facts"] == 1
    assert told(store, SECRETS) == []
    (moved,) = [one for one in store.facts("intercom", ["acme-stays"]) if one.subject.id == "conv-moved"]
    owners = sorted((one.at, one.owner or "") for one in moved.observations)
    assert owners == [(START, OWNER_GONE), (START + 7, "acme-stays")]
    assert store.owners_of(moved.subject) == {OWNER_GONE, "acme-stays"}


def test_an_owner_that_another_account_shares_stays(quick: Place) -> None:
    """It is the other's too: the receipt counts it."""
    store = filled(quick.open("shared"))
    shared = replace(ACCOUNTS[1], owners={**ACCOUNTS[1].owners, "intercom": ("ic-9f-gone",)})
    target = find_account(store, (ACCOUNTS[0], shared), GONE)
    assert target.shared == 1
    erasure(store).erase(target)
    assert [one.subject.id for one in store.facts("intercom", ["acme-gone"])] == ["conv-gone-1"]
    assert store.facts("salesforce", [GONE]) == []


def test_a_company_goes_and_its_account_stays(quick: Place) -> None:
    """Of one source alone; the account keeps its records and its other owners."""
    store = filled(quick.open("company"))
    erasure(store).erase(find_company(store, store.portfolio.accounts(), "acme-gone"))
    assert told(store, ("acme-gone", "ic-9f-gone", "conv-gone-1")) == []
    account = store.portfolio.account(GONE)
    assert account is not None
    assert set(account.owners) == {"looker", "salesforce"}
    assert len(store.records_of(GONE)) == 2
    assert [one.deed for one in store.portfolio.history(GONE)] == ["added", "changed"]
    with pytest.raises(RefusedError, match="name it as SOURCE=ID"):
        find_company(store, (), "nobody")


ANNA = ("005ANNA0000000AAA", "Anna Meier", "anna.meier@example.com", "anna.meier%40example.com")


def test_no_byte_of_a_person_stays_and_what_they_did_stays(quick: Place) -> None:
    """The CRM's user has three names; the audit, the opinions and the drafts say `erased person`."""
    store = filled(quick.open("person"))
    store.merge(batch_of(Naming("intercom", ("acme-stays",), NOW, "Lasting Hotels", (("csm", "Anna Meier"),))))
    receipt = erasure(store).erase(find_person(store, "Anna.Meier@example.com", ()))
    assert (told(store, ANNA), receipt.stays) == ([], ())
    assert len(list(store.entries("audit", START))) == 2
    assert len(store.cursors("desk/pilot/opinion/")) == 2
    assert store.cursors("desk/views/") == {}
    (draft,) = kept_drafts(store)
    assert (draft.draft.author, draft.fate.by) == ("erased person", "Bert Kurz")
    assert draft.draft.hash == next(iter(store.cursors("desk/drafts/kept/"))).rpartition("/")[2]
    assert all(holds(one, the_model()) for one in store.records())
    assert dict(store.owner("intercom", "acme-stays").attributes)["csm"] == "erased person"


def test_a_person_who_was_erased_is_not_named_again_by_what_comes_later(quick: Place) -> None:
    """The CRM goes on to name its user; whole values are known again by their hash."""
    store = filled(quick.open("person-later"))
    erasure(store).erase(find_person(store, "anna.meier@example.com", ()))
    later = Instant(START + DAY)
    store.merge(
        batch_of(
            fields("user", "005ANNA0000000AAA", None, later, name="Anna Meier", mail="anna.meier@example.com"),
            fields("account", STAYS, STAYS, later, owner_id="005ANNA0000000AAA", reported_by="anna meier"),
            Naming("intercom", ("acme-stays",), later, None, (("csm", "ANNA MEIER"),)),
        )
    )
    assert told(store, ANNA) == []


def test_two_people_of_one_name_are_told_apart_first(quick: Place) -> None:
    """A name that two users have erases neither."""
    store = filled(quick.open("namesakes"))
    store.merge(batch_of(fields("user", "005ANNB0000000AAA", None, name="Anna Meier", mail="am2@example.com")))
    with pytest.raises(RefusedError, match="2 users of the CRM"):
        find_person(store, "Anna Meier", ())
    assert find_person(store, "am2@example.com", ()).users == (Subject("salesforce", "user", "005ANNB0000000AAA"),)


def test_tombstones_name_nobody_and_are_no_lines(quick: Place) -> None:
    """They hold hashes alone, of a key that each store has for itself."""
    store, other = filled(quick.open("hashes")), filled(quick.open("hashes-2"))
    for one in (store, other):
        erasure(one).erase(account_of(one))
    rows = store.cursors(ERASED)
    assert rows
    assert not any(word in name + text for name, text in rows.items() for word in SECRETS)
    assert not {*rows.values()} & {*other.cursors(ERASED).values()}
    assert not [one for one in store.erasing.lines() if one.name.startswith(ERASED)]


def test_a_line_that_was_written_meanwhile_is_left_and_said(quick: Place) -> None:
    """It is not overwritten; the receipt says to run again."""
    store = filled(quick.open("meanwhile"))
    line = next(one for one in store.erasing.lines() if one.name == "close/2026-10")
    store.set_cursor("close/2026-10", "new")
    assert not store.erasing.rewrite_line(line, Line("cursor", line.name, "old"))
    assert store.cursor("close/2026-10") == "new"


def test_no_batch_is_looked_through_while_nobody_was_erased(quick: Place) -> None:
    """A batch of a store without tombstones comes back as it was."""
    batch = batch_of(*OF_GONE)
    before = {subject: set(said) for subject, said in batch.observations.items()}
    quick.open("nobody").merge(batch)
    assert (batch.observations, batch.refused) == (before, 0)


def test_a_function_that_was_frozen_reads_anew_who_was_erased() -> None:
    """By the clock of the day, and so at most once in 45 seconds; what was written here is known at once."""
    clock = [NOW]
    asked: list[Instant] = []

    def rows() -> dict[str, str]:
        asked.append(clock[0])
        return {}

    kept = KeptTombstones(rows, lambda: clock[0])
    for later in (0, 44, 45, 3_600, 3_600):
        clock[0] = Instant(NOW + later * SECOND)
        kept.read()
    kept.clear()
    kept.read()
    assert [(one - NOW) // SECOND for one in asked] == [0, 45, 3_600, 3_600]
