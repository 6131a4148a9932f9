"""One current score for each account, whatever is written, corrected or deleted, in whatever order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.salesforce.office import Office

PERIODS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in (1, 2, 11, 12)]


@given(st.lists(st.tuples(st.sampled_from(["write", "write", "delete"]), st.sampled_from(PERIODS)), max_size=12))
@settings(max_examples=25)
def test_the_newest_month_alone_is_current(deeds: list[tuple[str, str]]) -> None:
    """After every deed; an older month that is written later changes nothing."""
    office, there = Office(), dict[str, str]()
    for deed, period in deeds:
        if deed == "write":
            there[period] = office.score(period)
        elif period in there:
            office.does.delete("Health_Score__c", there.pop(period))
        current = [one["Scoring_Period__c"] for one in office.org.of("Health_Score__c") if one["Is_Current__c"]]
        assert current == ([max(there)] if there else [])


@given(st.permutations(PERIODS))
@settings(max_examples=8)
def test_accounts_do_not_mix(order: list[str]) -> None:
    """Two accounts written in turn have a current score each."""
    office = Office()
    accounts = [office.account, office.org.keep("Account", Name="Other", OwnerId=office.owner)]
    for period in order:
        for account in accounts:
            office.account = account
            office.score(period)
    current = [one["Account__c"] for one in office.org.of("Health_Score__c") if one["Is_Current__c"]]
    assert sorted(current) == sorted(accounts)
