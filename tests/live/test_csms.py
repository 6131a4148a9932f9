"""CSMs from Salesforce: who owns an account, what they are called, and what goes wrong with users."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill, sweep
from handlers.doctor.csms import CHECK, check_csms
from handlers.stores.sqlite.store import SqliteStore
from scoring.customer import Csm
from scoring.instants import DAY, HOUR, format_instant
from scoring.observations import Subject
from tests.live.desk import Desk, at_desk
from tests.live.orgs import CONFIG
from tests.live.pilot import AS_OF, NOW, Fuse, crm_of

ANA, BEN, PARTNER = (f"00500000000000{number}AAA" for number in (2, 3, 4))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give a desk of three hotels; the accounts of two have owners."""
    with at_desk(3, tmp_path) as desk:
        org = desk.pilot.org
        org.declare("Account", {"OwnerId": "text"})
        put_user(desk, ANA, Name="Ana Größe", Email="ana@example.com")
        put_user(desk, BEN, Name="Ben", Email=None, IsActive=False)
        put_user(desk, PARTNER, Name="A Partner", UserType="PowerPartner")
        for account, owner in zip(desk.pilot.accounts, (ANA, BEN, None), strict=True):
            org.put("Account", Id=account.id, OwnerId=owner)
        yield desk


def put_user(desk: Desk, user_id: str, **fields: object) -> None:
    """Keep a user who was last changed long ago."""
    long_ago = format_instant(AS_OF - 300 * DAY)
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), long_ago)
    desk.pilot.org.put("User", **{"Id": user_id, "IsActive": True, "UserType": "Standard", **stamps, **fields})


def csms(desk: Desk) -> list[Csm | None]:
    """Close the month, and give the CSM of each account's summary."""
    assert desk.run(finalise_command, "--period", "2026-10").code == 0
    with closing(SqliteStore(desk.store)) as store:
        return [one.csm for one in store.summaries("2026-10")]


def users(desk: Desk) -> dict[str, int]:
    """Count the observations of each user in the store."""
    with closing(SqliteStore(desk.store)) as store:
        subjects = [one for one in store.subjects("salesforce") if one.kind == "user"]
        return {fact.subject.id: len(fact.observations) for fact in store.facts_of(subjects)}


def test_summaries_name_the_owner_of_each_account(desk: Desk) -> None:
    """One who left is said to have; nobody is nobody; the people of customers are not read."""
    assert desk.run(backfill).code == 0
    assert csms(desk) == [
        Csm(ANA, "Ana Größe", "ana@example.com", is_active=True),
        Csm(BEN, "Ben", None, is_active=False),
        None,
    ]
    assert set(users(desk)) == {ANA, BEN}


def test_users_are_nobodys_owners_and_not_left_without_one(desk: Desk) -> None:
    """They are in no inventory of accounts, and no subject that waits for an owner."""
    assert desk.run(backfill).code == 0
    with closing(SqliteStore(desk.store)) as store:
        known = {key for owner in store.owners("salesforce") for key in owner.ids}
        assert not known & {ANA, BEN}
        assert "user" not in store.unattributed()


def test_a_user_who_logs_in_all_day_is_one_observation(desk: Desk) -> None:
    """Only what changed is said again: a new name is."""
    assert desk.run(backfill).code == 0
    for hours in (1, 2):
        desk.now = NOW + hours * HOUR
        desk.pilot.org.put("User", Id=ANA, SystemModstamp=format_instant(desk.now))
        assert desk.run(sweep).code == 0
    assert users(desk) == {ANA: 1, BEN: 1}
    changed = format_instant(desk.now + HOUR)
    desk.pilot.org.put("User", Id=ANA, Name="Ana Klein", SystemModstamp=changed, LastModifiedDate=changed)
    desk.now += 2 * HOUR
    assert desk.run(sweep).code == 0
    assert users(desk) == {ANA: 2, BEN: 1}


def test_a_user_who_may_not_be_seen_is_an_id_until_the_census_sees_it(desk: Desk) -> None:
    """The right to see all users brings a name, though nobody changed the user; losing it takes none away."""
    desk.pilot.org.hide("User", ANA)
    assert desk.run(backfill).code == 0
    assert csms(desk)[0] == Csm(ANA)
    desk.pilot.org.hidden["User"] = {BEN}
    desk.now = NOW + 2 * DAY
    assert desk.run(sweep).summary["pulled"]["salesforce/census"] == 1
    with closing(SqliteStore(desk.store)) as store:
        found = store.facts_of([Subject("salesforce", "user", one) for one in (ANA, BEN)])
    assert [len(fact.observations) for fact in found] == [1, 1]


def test_an_org_that_shows_no_users_is_read_all_the_same(desk: Desk) -> None:
    """It is remarked: lists have ids then, and no score hangs on them."""
    del desk.pilot.org.fields["User"]
    told = desk.run(backfill)
    assert (told.code, told.summary["failed"]) == (0, {})
    assert csms(desk)[:2] == [Csm(ANA), Csm(BEN)]


def test_doctor_names_whom_it_cannot_see_and_who_left(desk: Desk) -> None:
    """With what to do; a config without users is not asked."""
    client, accounts = crm_of(desk.pilot, Fuse()), desk.pilot.accounts
    (check,) = check_csms(client, CONFIG.intake, accounts)
    assert (check.check, check.ok) == (CHECK, None)
    assert "1 of 2 are not active any more, such as " + BEN in str(check.problem)
    desk.pilot.org.hide("User", ANA)
    (check,) = check_csms(client, CONFIG.intake, accounts)
    assert "1 of 2 cannot be read, such as " + ANA in str(check.problem)
    assert "View All Users" in str(check.remedy)
    desk.pilot.org.hidden.clear()
    put_user(desk, BEN, Name="Ben")
    (check,) = check_csms(client, CONFIG.intake, accounts)
    assert check.ok is True
    assert list(check_csms(client, CONFIG.intake, ())) == []
