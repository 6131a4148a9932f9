"""Verified pairs go into the account mapping; a second claim on an owner is refused by name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import MappingError
from config.portfolio import USUAL_FORM, load_portfolio, portfolio_of
from config.sheets import read_sheet
from handlers.files import OutputFile
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


def rewritten(tmp_path: Path, content: bytes, *proposals: Proposal) -> bytes:
    """Put verified proposals into a mapping as a person keeps it."""
    path = tmp_path / "mapping.csv"
    path.write_bytes(content)
    sheet = read_sheet(path, USUAL_FORM.columns)
    write_mapping(OutputFile(path), join(list(portfolio_of(sheet)), *proposals), sheet)
    return path.read_bytes()


def test_a_mapping_stays_as_a_person_keeps_it(tmp_path: Path) -> None:
    """Its order, its columns, its separator and its mark; what is new goes where it is free, or into a row below."""
    kept = (
        "\ufeffCSM;sf_account_id;looker_customer_id;account_name;Note;intercom_company_id\r\n"
        f"Zoë;{OTHER};77;Beta;first;\r\n"
        f"Max;{ONE[:15]};;Acme;a; acme \r\n"
        f"Max;{ONE};78;;b;\r\n"
    )
    told = [proposal("beta", OTHER), proposal("more"), proposal("zeta"), proposal("79", source="looker")]
    assert rewritten(tmp_path, kept.encode(), *told).decode().splitlines() == [
        "\ufeffCSM;sf_account_id;looker_customer_id;account_name;Note;intercom_company_id;segment",
        f"Zoë;{OTHER};77;Beta;first;beta;",
        f"Max;{ONE[:15]};79;Acme;a; acme ;",
        f"Max;{ONE};78;;b;more;",
        f";{ONE};;Acme;;zeta;",
    ]


def test_a_column_that_is_missing_is_added_at_the_end(tmp_path: Path) -> None:
    """With the owners that are verified."""
    content = f"sf_account_id\n{ONE}\n".encode("utf-16")
    told = rewritten(tmp_path, content, proposal("acme", account_name="Acme"), proposal("b", OTHER, account_name="B"))
    assert told.decode("utf-8-sig").splitlines() == [
        "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment",
        f"{ONE},acme,,Acme,",
        f"{OTHER},b,,B,",
    ]
    assert told.startswith(b"\xef\xbb\xbf")


@given(KEYS, KEYS, KEYS)
def test_whatever_is_put_in_every_owner_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, there: tuple[str, ...], companies: tuple[str, ...], more: tuple[str, ...]
) -> None:
    """Those that stood there first, in the rows where they stood."""
    folder = tmp_path_factory.mktemp("mapping")
    write_mapping(OutputFile(folder / "mapping.csv"), [Account(ONE, {"salesforce": (ONE,), "intercom": there})])
    before = (folder / "mapping.csv").read_bytes()
    told = [*map(proposal, companies), *(proposal(key, source="looker") for key in more)]
    after = rewritten(folder, before, *told)
    (account,) = load_portfolio(folder / "mapping.csv")
    assert sorted(account.owners.get("intercom", ())) == sorted({*there, *companies})
    assert sorted(account.owners.get("looker", ())) == sorted(set(more))
    assert len(after.splitlines()) == 1 + max(len({*there, *companies}), len(set(more)), 1)
