"""How much of Salesforce a close asks for: rows and calls grow with the accounts, and all of theirs is seen."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.sinks.salesforce import KEYS_A_QUERY, ROWS_A_PAGE, SalesforceWriter
from scoring.ids import to_18
from scoring.record import Record
from tests.live.counted_crm import CountedCrm
from tests.live.test_salesforce_writer import LEAN, record

CHUNK = 400
TEMPLATE = record(0)
IDS = st.text("0123456789ABXYZabxyz", min_size=12, max_size=12).map(lambda text: to_18(f"001{text}"))


def of_account(account_id: str, period: str = "2026-10") -> Record:
    """Give a final record of an account."""
    return replace(TEMPLATE, period=period, score=replace(TEMPLATE.score, account_id=account_id))


def numbered(number: int) -> str:
    """Give an account's id; neighbours in a chunk are far apart, as a hash spreads them over shards."""
    return to_18(f"001{number * 7_919 % 1_000_003:012d}")


def final(account_id: str, period: str = "2026-10") -> dict[str, object]:
    """Give a row of a record that nothing made before it outranks."""
    ranked = {"Status__c": "final", "As_Of__c": "2026-12-01T00:00:00Z", "Scoring_Date__c": "2026-12-01"}
    return {"External_Key__c": f"{account_id}_{period}", "Scoring_Period__c": period, **ranked}


def closed(crm: CountedCrm, ids: Sequence[str], chunk: int = CHUNK) -> list[str]:
    """Write the records of accounts chunk by chunk; give whose keep what is there."""
    writer, outranked = SalesforceWriter(crm, LEAN), list[str]()
    for start in range(0, len(ids), chunk):
        writer.write(of_account(one) for one in ids[start : start + chunk])
        assert writer.failed == {}
        outranked += writer.outranked
    return outranked


def asked(accounts: int) -> tuple[float, float]:
    """Give the rows and the calls of queries an account of a close, where the month has a record of each."""
    crm = CountedCrm()
    ids = [numbered(number) for number in range(accounts)]
    crm.put(map(final, ids))
    assert len(closed(crm, ids)) == accounts
    return crm.rows / accounts, crm.calls / accounts


def test_rows_and_calls_grow_with_the_accounts_not_with_their_square() -> None:
    """From where a period is larger than what a chunk may read of it, an account costs the same however many there are.

    To read the whole period for each chunk would be 15 and 30 rows an account.
    """
    few, many = asked(15 * CHUNK), asked(30 * CHUNK)
    assert few == pytest.approx((1 + ROWS_A_PAGE / CHUNK, 3 / CHUNK))
    assert many == pytest.approx(few)


def test_where_a_period_is_small_it_is_read_whole() -> None:
    """It comes by 2,000 a page, and keys by 200 a query: the fewer calls are made."""
    crm = CountedCrm()
    crm.put(final(numbered(number)) for number in range(4_000))
    assert len(closed(crm, [numbered(number) for number in range(CHUNK)])) == CHUNK
    assert (crm.calls, crm.rows) == (2, 4_000)


@given(st.lists(IDS, unique=True, min_size=1, max_size=40), st.data())
def test_of_each_key_what_is_there_is_seen_and_of_no_other(ids: list[str], data: st.DataObject) -> None:
    """Whatever capitals ids have, whichever way is taken: what outranks stays, and all else is written."""
    there = data.draw(st.sets(st.sampled_from(ids)))
    others = data.draw(st.lists(IDS.filter(lambda one: one not in ids), max_size=5))
    filler = [numbered(number) for number in range(data.draw(st.sampled_from([0, 4_100])))]
    more = [numbered(number) for number in range(10_000, 10_000 + data.draw(st.sampled_from([0, KEYS_A_QUERY])))]
    crm = CountedCrm()
    crm.put(map(final, (*sorted(there), *others, *filler)))
    crm.put(_in_other_capitals(final(one)) for one in sorted(there)[::2])
    assert set(closed(crm, [*ids, *more], chunk=CHUNK)) == there
    final_rows = {key for key, row in crm.there.items() if row["As_Of__c"] == "2026-12-01T00:00:00Z"}
    assert final_rows == {f"{one}_2026-10".casefold() for one in (*there, *others, *filler)}


def _in_other_capitals(row: dict[str, object]) -> dict[str, object]:
    return row | {"External_Key__c": str(row["External_Key__c"]).swapcase()}


@pytest.mark.parametrize("months", [1, 40])
def test_records_of_several_periods_are_asked_for_together(months: int) -> None:
    """Those that were due from before are few, and share a query."""
    crm = CountedCrm()
    periods = [f"20{20 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    crm.put(final(numbered(1), period) for period in periods)
    writer = SalesforceWriter(crm, LEAN)
    writer.write(of_account(numbered(1), period) for period in periods)
    assert (crm.calls, len(writer.outranked)) == (1, months)
