"""Verified pairs go into the account mapping; a second claim on an owner is refused by name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import MappingError
from config.portfolio import load_portfolio
from handlers.adapters.outputs import OutputFile
from handlers.identity.mapping import with_verified, write_mapping
from handlers.identity.proposals import Proposal
from scoring.account import Account
from tests.identity.profiles import ONE, OTHER, proposal

ACME = Account(ONE, {"salesforce": (ONE,), "intercom": ("acme",)}, "Acme", "paid")
IDS = {"acme": frozenset({"acme", "id1"}), "id1": frozenset({"acme", "id1"})}


def join(accounts: list[Account], *proposals: Proposal) -> tuple[Account, ...]:
    """Put verified proposals into accounts, where acme and id1 are one owner."""
    return with_verified(accounts, proposals, lambda _, key: IDS.get(key, frozenset({key})), "proposals.csv")


def test_verified_owners_are_added_to_their_accounts() -> None:
    """Beside those it has; name and segment stay."""
    joined = join([ACME], proposal("beta"), proposal("77", source="looker"), proposal("78", source="looker"))
    owners = {"salesforce": (ONE,), "intercom": ("acme", "beta"), "looker": ("77", "78")}
    assert joined == (Account(ONE, owners, "Acme", "paid"),)


def test_an_account_that_the_mapping_lacks_is_added_by_name() -> None:
    """Its segment is left to Salesforce."""
    joined = join([ACME], proposal("beta", OTHER, account_name=" Beta \n Ltd"))
    assert joined == (Account(OTHER, {"salesforce": (OTHER,), "intercom": ("beta",)}, "Beta Ltd"), ACME)


@pytest.mark.parametrize("status", ["proposed", "rejected"])
def test_only_verified_rows_are_used(status: str) -> None:
    """A proposal is no fact."""
    assert join([ACME], proposal("beta", status=status)) == (ACME,)


def test_what_is_already_so_changes_nothing() -> None:
    """Under whichever id."""
    assert join([ACME], proposal("acme"), proposal("id1")) == (ACME,)


@pytest.mark.parametrize("owner", ["acme", "id1"])
def test_an_owner_of_two_accounts_is_refused_by_name(owner: str) -> None:
    """Under whichever id, whether the mapping or another row has it."""
    with pytest.raises(MappingError) as refused:
        join([ACME], proposal(owner, OTHER))
    assert str(refused.value) == (
        f"proposals.csv: intercom owner {owner} is {OTHER}: "
        f"expected an owner of one account only; it is also given to {ONE}"
    )
    with pytest.raises(MappingError, match=f"also given to {ONE}"):
        join([], proposal("id1"), proposal(owner, OTHER))


NAMES = st.none() | st.text("aé,\"'=\n -", min_size=1, max_size=8).map(str.strip).filter(bool)
KEYS = st.lists(st.from_regex(r"[ab:]([ab:,\"'=-]| [ab]){0,6}", fullmatch=True), max_size=3, unique=True).map(tuple)


@given(NAMES, KEYS, KEYS, st.sampled_from([None, "paid", "standard"]))
def test_the_mapping_that_is_written_is_loaded_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    name: str | None,
    companies: tuple[str, ...],
    customers: tuple[str, ...],
    segment: None,
) -> None:
    """Accounts with as many owners as they like, or none."""
    owners = {"salesforce": (ONE,), "intercom": companies, "looker": customers}
    told = Account(ONE, {source: keys for source, keys in owners.items() if keys}, name, segment)
    path = tmp_path_factory.mktemp("mapping") / "mapping.csv"
    write_mapping(OutputFile(path), [told])
    assert load_portfolio(path) == (told,)
    assert [file.name for file in path.parent.iterdir()] == ["mapping.csv"]


def test_a_mapping_that_would_not_read_back_is_not_written(tmp_path: Path) -> None:
    """What stood there stays."""
    path = tmp_path / "mapping.csv"
    write_mapping(OutputFile(path), [ACME])
    before = path.read_bytes()
    with pytest.raises(MappingError, match=OTHER):
        write_mapping(OutputFile(path), [ACME, Account(OTHER, {"salesforce": (OTHER,)}, " blank before")])
    assert path.read_bytes() == before
