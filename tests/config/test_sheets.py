"""Tables as people's tools save them are one and the same; what cannot be read is refused with what to do."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import MappingError
from config.portfolio import USUAL_FORM, portfolio_of
from config.sheets import parse_sheet
from scoring.account import Account
from scoring.ids import to_18

A1, B2 = to_18("001AA0000000001"), to_18("001AA0000000002")
ROWS = (
    {"sf_account_id": A1, "intercom_company_id": "acme", "account_name": 'Hôtel "Acme"; Genève\n1', "segment": "paid"},
    {"sf_account_id": A1, "looker_customer_id": "77"},
    {"sf_account_id": B2, "account_name": "東京 | a, b\tc"},
)
EXPECTED = (
    Account(
        A1,
        {"salesforce": (A1,), "intercom": ("acme",), "looker": ("77",)},
        'Hôtel "Acme"; Genève\n1',
        "paid",
    ),
    Account(B2, {"salesforce": (B2,)}, "東京 | a, b\tc", None),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
SEPARATORS = ",;\t|"


def read(content: bytes) -> tuple[Account, ...]:
    """Read a mapping."""
    return portfolio_of(parse_sheet(content, "mapping.csv", USUAL_FORM.columns))


def written(separator: str, columns: tuple[str, ...] = USUAL_FORM.header, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Write the rows in some columns; a column that is not ours has a word in it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(columns)
    writer.writerows([row.get(name, "" if name in USUAL_FORM.header else "own") for name in columns] for row in ROWS)
    return text.getvalue()


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_separator_is_read(encoding: str, separator: str) -> None:
    """Whatever the tool saves, and whatever mark leads it."""
    assert read(written(separator).encode(encoding)) == EXPECTED


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_line_end_is_read(end: str, encoding: str) -> None:
    """Those of old Macs too."""
    text = written(";").replace("\r\n", "\n").replace("\n", end)
    assert read(text.encode(encoding)) == EXPECTED


@given(
    st.permutations((*USUAL_FORM.header, "csm", "region of sales", "")),
    st.sampled_from(SEPARATORS),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_columns_go_by_their_names(columns: list[str], separator: str, quoting: int) -> None:
    """In any order, quoted or not, with others between them, one of them nameless."""
    assert read(written(separator, tuple(columns), quoting).encode()) == EXPECTED


@pytest.mark.parametrize(
    "titles",
    [
        " SF_Account_ID , Intercom Company ID,looker-customer-id,Account Name,SEGMENT",
        '"sf_account_id","intercom_company_id","looker_customer_id","account_name","segment"',
        "\ufeff\ufeffsf_account_id,intercom_company_id,looker_customer_id,account_name,segment",
    ],
)
def test_titles_may_be_written_as_people_write_them(titles: str) -> None:
    """In capitals, with spaces, quoted, behind two marks."""
    assert read(f"{titles}\n{A1},acme,,,\n".encode())[0].owners["intercom"] == ("acme",)


def test_only_the_id_must_be_there() -> None:
    """A column that is missing is an empty one."""
    assert read(f"sf_account_id\n{A1}\n".encode()) == (Account(A1, {"salesforce": (A1,)}, None, None),)


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\nsep=;"])
def test_a_line_that_names_the_separator_is_no_row(first: str) -> None:
    """As a spreadsheet writes and reads it."""
    assert read(f"{first}\n{written(';')}".encode()) == EXPECTED


def test_padding_is_passed_over() -> None:
    """NUL bytes at the end, separators that nothing follows."""
    assert read(f"{','.join(USUAL_FORM.header)},,\n{A1},,,,,,,\n".encode() + b"\0" * 4096)[0].id == A1


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ("sf_account_id,intercom_id", "the column intercom_id is not known: did you mean intercom_company_id?"),
        ("sf_account_id,looker_id", "did you mean looker_customer_id? If not, add an empty looker_customer_id"),
        ("sf_account_id,intercom_company_id,looker_customer_id,segments", "did you mean segment?"),
        ("sf_account_id,SF Account ID", "expected each column once; sf_account_id stands there twice"),
        ("account,intercom_company_id", "expected the header sf_account_id,intercom_company_id"),
    ],
)
def test_a_column_that_was_probably_meant_is_not_lost_in_silence(titles: str, said: str) -> None:
    """Its owners would be missing from every score."""
    with pytest.raises(MappingError) as refused:
        read(f"{titles}\n{A1},x\n".encode())
    assert said in str(refused.value)
    assert str(refused.value).startswith("mapping.csv: line 1 is ")


def workbook() -> bytes:
    """Give the beginning of an Excel workbook."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(), "an Excel workbook (xlsx): expected CSV: save the table as CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook (xls): expected CSV"),
        (b"\x1f\x8b\x08\x00", "a gzip file: expected CSV"),
        (f"sf_account_id,account_name\n{A1},Gen\u00e8ve\n".encode("cp1252"), "not UTF-8: expected text in UTF-8; byte"),
        (b"\xff\xfea", "not UTF-16: expected text in UTF-16; byte 2 is none: save it as CSV UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_once_with_what_it_is(content: bytes, said: str) -> None:
    """And how to save it instead."""
    with pytest.raises(MappingError) as refused:
        read(content)
    assert str(refused.value).startswith(f"mapping.csv: the file is {said}")
    assert str(refused.value).count("\n") == 0
