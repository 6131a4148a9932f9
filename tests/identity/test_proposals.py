"""The file of proposals: written for a person, read back as it was, refused by line."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import MappingError
from handlers.files import OutputFile
from handlers.identity.proposals import HEADER, Proposal, in_order, read_proposals, write_proposals
from tests.identity.profiles import ONE, OTHER, proposal

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)
KEYS = st.sampled_from(["acme", "-7", "+7", "@home", "a,b", 'say "so"', "a'b", "it = that"])


@given(st.lists(st.builds(proposal, KEYS, account_name=TEXTS, status=st.sampled_from(["proposed", "rejected"]))))
def test_what_was_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, told: list[Proposal]) -> None:
    """Ids and names that a spreadsheet would take for a formula included."""
    path = tmp_path_factory.mktemp("proposals") / "new" / "proposals.csv"
    write_proposals(OutputFile(path), told)
    assert read_proposals(path) == told
    cells = path.read_text(encoding="utf-8")
    assert ",=1+1," not in cells


def test_a_person_may_write_words_in_any_case_and_ids_of_15_characters(tmp_path: Path) -> None:
    """A spreadsheet's byte-order mark and empty rows are passed over."""
    path = tmp_path / "proposals.csv"
    row = f"{ONE[:15]}, Acme,Intercom, acme ,Acme,NAME,90.5,alike, Verified "
    path.write_text(f"\ufeff{','.join(HEADER)}\r\n{row}\r\n,,,,,,,,\r\n", encoding="utf-8")
    assert read_proposals(path) == [proposal(account_name=" Acme")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"{ONE},Acme,intercom,acme,Acme,name,90,alike,verifed", 'line 2: status is "verifed": expected one of'),
        (f"{ONE},Acme,hubspot,acme,Acme,name,90,alike,verified", 'line 2: source is "hubspot"'),
        (f"{ONE},Acme,intercom,acme,Acme,guess,90,alike,verified", 'line 2: rule is "guess"'),
        (f"{ONE},Acme,intercom,acme,Acme,name,high,alike,verified", 'line 2: score is "high": expected a number'),
        (f"{ONE},Acme,intercom,,Acme,name,90,alike,verified", 'owner is "": expected the key of an owner'),
        (f"{ONE},Acme,intercom", "expected 9 cells, not 3"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_line(tmp_path: Path, row: str, message: str) -> None:
    """With what was expected there."""
    path = tmp_path / "proposals.csv"
    path.write_text(f"{','.join(HEADER)}\n{row}\n")
    with pytest.raises(MappingError) as refused:
        read_proposals(path)
    assert message in str(refused.value)


def test_what_is_no_csv_is_refused_by_line(tmp_path: Path) -> None:
    """A cell beyond all measure is not read."""
    (tmp_path / "p.csv").write_text(f"{','.join(HEADER)}\n001,{'x' * 200_000}\n")
    with pytest.raises(MappingError, match=r"line 2 is not CSV: field larger"):
        read_proposals(tmp_path / "p.csv")


def test_another_header_is_refused(tmp_path: Path) -> None:
    """It is another file."""
    path = tmp_path / "proposals.csv"
    path.write_text("sf_account_id,intercom_company_id\n")
    said = "expected the header sf_account_id,account_name,source.*; source, owner, status must be there"
    with pytest.raises(MappingError, match=said):
        read_proposals(path)


def test_the_surest_come_first() -> None:
    """By rule, then score, then account."""
    exact = Proposal(OTHER, "", "looker", "z", "", "exact", 100.0, "")
    assert in_order([proposal("b"), proposal("a"), exact]) == [exact, proposal("a"), proposal("b")]


def test_what_a_person_adds_stays(tmp_path: Path) -> None:
    """Columns of their own, in any order and with any separator; what is missing of ours is filled in."""
    path = tmp_path / "proposals.csv"
    path.write_bytes(f"status;Who;owner;source;sf_account_id\r\nVerified;Zoë;acme;Intercom;{ONE}\r\n".encode("utf-16"))
    (read,) = read_proposals(path)
    assert read == Proposal(ONE, "", "intercom", "acme", "", "exact", 100.0, "", "verified", (("Who", "Zoë"),))
    write_proposals(OutputFile(path), [read, proposal()])
    assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join([*HEADER, "Who"])
    assert read_proposals(path) == [read, replace(proposal(), extra=(("Who", ""),))]


@pytest.mark.parametrize(
    ("account_id", "owner", "message"),
    [
        ("A1", "acme", 'line 2: sf_account_id is "A1": expected a Salesforce id'),
        (f"{ONE[:-1]}X", "acme", f"did you mean {ONE}"),
        ("003RM000004UF9s", "acme", "begins with 001; 003 begins the id of a Contact"),
        (ONE, "1.2E+17", 'line 2: owner is "1.2E+17": a spreadsheet cut this number short'),
        (ONE, "ac\u200bme", "U+200B ZERO WIDTH SPACE"),
        (ONE, "#N/A", "it is a spreadsheet's error"),
    ],
)
def test_a_key_that_a_spreadsheet_spoilt_is_refused(tmp_path: Path, account_id: str, owner: str, message: str) -> None:
    """As in the mapping."""
    path = tmp_path / "proposals.csv"
    path.write_text(f"sf_account_id,source,owner,status\n{account_id},intercom,{owner},verified\n")
    with pytest.raises(MappingError) as refused:
        read_proposals(path)
    assert message in str(refused.value)
