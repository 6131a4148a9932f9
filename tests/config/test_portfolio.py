"""The account mapping: rows to accounts, or every problem by line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import MappingError
from config.loader import DEFAULT_DIRECTORY, load_config
from config.portfolio import USUAL_FORM, MappingForm, account_prefix, load_portfolio
from scoring.account import Account
from scoring.ids import to_18

TITLE = ",".join(USUAL_FORM.header)
SHORT, LONG = "001RM000004UF9s", "001RM000004UF9sYAG"
A1, B2, C3 = (to_18(f"001AA000000000{number}") for number in (1, 2, 3))


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """Give the path of a mapping file that is yet to be written."""
    return tmp_path / "accounts.csv"


def load(path: Path, *rows: str) -> tuple[Account, ...]:
    """Load a mapping of these rows under the right header."""
    path.write_text("\n".join([TITLE, *rows]), encoding="utf-8")
    return load_portfolio(path)


def test_the_mapping_in_the_repository_is_empty() -> None:
    """Only the header is committed: whose accounts they are is nobody else's business."""
    assert load_portfolio(DEFAULT_DIRECTORY / "account_mapping.csv") == ()


def test_a_row_is_an_account_with_its_owners(mapping: Path) -> None:
    """Every source that is named has its owner; Salesforce always has."""
    full, bare = load(mapping, f"{A1},acme,77,Acme Ltd,Paid", f"{B2},,,,")
    assert full == Account(A1, {"salesforce": (A1,), "intercom": ("acme",), "looker": ("77",)}, "Acme Ltd", "paid")
    assert bare == Account(B2, {"salesforce": (B2,)}, None, None)


def test_several_rows_may_name_one_account(mapping: Path) -> None:
    """Owners are united in the order they stand in, each once; ids of 15 and 18 characters are one."""
    rows = [f"{SHORT},zeta,77,Acme,", f"{LONG},alpha,77,,standard", f"{LONG},zeta,78,Acme,STANDARD"]
    (account,) = load(mapping, *rows)
    owners = {"salesforce": (LONG,), "intercom": ("zeta", "alpha"), "looker": ("77", "78")}
    assert account == Account(LONG, owners, "Acme", "standard")


def test_accounts_are_sorted_by_id(mapping: Path) -> None:
    """The order of rows does not matter."""
    assert [account.id for account in load(mapping, f"{B2},,,,", f"{A1},,,,", f"{C3},,,,")] == [A1, B2, C3]


def test_what_a_spreadsheet_writes_is_read(mapping: Path) -> None:
    """A byte-order mark, CRLF, blank lines, empty rows, spaces and quotation marks."""
    lines = [f" {TITLE} ", "", f' {A1} , acme ,77,"Acme, Ltd; ""best""\r\nin town", paid ', ",,,,", "  ,,,,", ""]
    mapping.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    (account,) = load_portfolio(mapping)
    assert account.name == 'Acme, Ltd; "best"\nin town'
    assert account.owners["intercom"] == ("acme",)


def test_ids_are_those_of_the_object_that_the_config_names(mapping: Path) -> None:
    """An Account's begin with 001; a custom object's with whatever the org gave it, and are checked all the same."""
    custom = to_18("a0BAA0000000001")
    mapping.write_text(f"{TITLE}\n{custom},acme,,,\n")
    assert [account.id for account in load_portfolio(mapping, MappingForm(prefix=None))] == [custom]
    with pytest.raises(MappingError, match="expected the id of an account, which begins with 001; this does not"):
        load_portfolio(mapping)
    mapping.write_text(f"{TITLE}\n{custom[:-1]}X,acme,,,\n")
    with pytest.raises(MappingError, match=f"did you mean {custom}"):
        load_portfolio(mapping, MappingForm(prefix=None))


def test_the_config_says_what_ids_of_accounts_begin_with() -> None:
    """By the object that it names, in whatever capitals."""
    intake = load_config().intake
    assert account_prefix(intake) == "001"
    (account,) = (one for one in intake.objects.values() if one.kind == "account")
    custom = replace(intake, objects={"Hotel__c": replace(account, object="Hotel__c")})
    assert account_prefix(custom) is None
    assert account_prefix(replace(intake, objects={"account": replace(account, object="account")})) == "001"


WRONG = {
    "no account id": ([f"{A1},acme,,,", ",other,,,"], ['line 3: sf_account_id is "": expected the Salesforce id']),
    "an unknown segment": (
        [f"{A1},,,,standart"],
        ['line 2: segment is "standart": unknown segment, expected paid or standard', "did you mean standard?"],
    ),
    "two names of one account": (
        [f"{A1},,,Acme,", f"{A1},,,Apex,"],
        ['line 3: account_name is "Apex": expected what an earlier line says of this account: Acme'],
    ),
    "two segments of one account": (
        [f"{A1},,,,paid", f"{A1},,,,standard"],
        ['line 3: segment is "standard"', ": paid"],
    ),
    "an owner of two accounts": (
        [f"{A1},acme,77,,", f"{B2},acme,78,,", f"{C3},,77,,"],
        [
            f'line 3: intercom_company_id is "acme": expected an owner of one account only; line 2 gives it to {A1}',
            f'line 4: looker_customer_id is "77": expected an owner of one account only; line 2 gives it to {A1}',
        ],
    ),
    "a cell too few": (["A1,acme,77,Acme"], ['line 2 is "A1,acme,77,Acme": expected 5 cells, not 4']),
    "a cell too many": (["A1,acme,77,Acme, Ltd,paid"], ["line 2 is", "expected 5 cells, not 6"]),
    "a quotation mark that never ends": ([f"{A1},,,,", f'{B2},,,"Acme,'], ["line 3 is not CSV"]),
}


@pytest.mark.parametrize(("rows", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_refused_by_line(rows: list[str], says: list[str], mapping: Path) -> None:
    """The refusal names file, line, column, value and what was expected."""
    with pytest.raises(MappingError) as refusal:
        load(mapping, *rows)
    for part in ["accounts.csv: ", *says]:
        assert part in str(refusal.value)


def test_lines_are_counted_as_an_editor_counts_them(mapping: Path) -> None:
    """Blank lines and names of several lines do not put the count out."""
    with pytest.raises(MappingError, match="line 6: segment"):
        load(mapping, "", f'{A1},,,"Acme', 'Ltd",', "", f"{B2},,,,gold")


def test_all_problems_are_listed(mapping: Path) -> None:
    """One run tells every line that is to be mended, one line each."""
    with pytest.raises(MappingError) as refusal:
        load(mapping, ",,77,,", f"{A1},,,,gold", "A1", f"{B2},,78,,", f"{C3},,78,,gold")
    places = [problem.place for problem in refusal.value.problems]
    assert places == [
        "line 2: sf_account_id",
        "line 3: segment",
        "line 4",
        "line 6: looker_customer_id",
        "line 6: segment",
    ]
    assert len(str(refusal.value).splitlines()) == len(places)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", TITLE.removeprefix("sf_account_id,").encode(), b"A1,acme,77,Acme,paid\n"],
    ids=["nothing", "blank lines", "no ids", "no header"],
)
def test_a_wrong_header_is_refused(content: bytes, mapping: Path) -> None:
    """The refusal says what the header must be."""
    mapping.write_bytes(content)
    with pytest.raises(MappingError, match=f"accounts.csv: line 1 is .*expected the header {TITLE}"):
        load_portfolio(mapping)


def test_a_file_that_is_no_text_or_not_there_is_refused(mapping: Path) -> None:
    """What cannot be read is refused as a mapping, by its name."""
    with pytest.raises(MappingError, match=r"accounts\.csv: the file is not readable: No such file"):
        load_portfolio(mapping)
    mapping.write_bytes(b"Caf\xe9")
    with pytest.raises(MappingError, match=r"accounts\.csv: the file is not UTF-8: .* byte 3 is none: save it as CSV"):
        load_portfolio(mapping)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("xyz"), st.sampled_from(["", "paid"])), max_size=6))
def test_the_order_of_rows_changes_nothing_but_the_order_of_owners(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    """The same rows backwards are the same accounts, or are refused as well."""
    path = tmp_path_factory.mktemp("mapping") / "accounts.csv"
    ids = {"A": A1, "B": B2}
    lines = [f"{ids[account]},{account}{owner},,,{segment}" for account, owner, segment in rows]
    forward, backward = load(path, *lines), load(path, *reversed(lines))
    assert [(a.id, a.segment, {s: sorted(k) for s, k in a.owners.items()}) for a in forward] == [
        (a.id, a.segment, {s: sorted(k) for s, k in a.owners.items()}) for a in backward
    ]
