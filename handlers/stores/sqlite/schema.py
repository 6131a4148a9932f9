"""The tables of the embedded store, and the steps that bring a file of an earlier format to them.

Whoever changes a table, or what stands in one, raises FORMAT by one and adds the step from the format
before: a file of any released format is opened by all later versions of the program, with nothing lost.
A step may not lose a row that means anything. Until its format is released, a step may still change.
"""

from collections.abc import Mapping

APPLICATION = 0x48534352
"""Marks a file as ours."""

FORMAT = 9
"""The format that is written. Format 3 is the first that was released."""

SUMMARISED = 5
"""The first format whose records have summaries."""

REACHING = 9
"""The first format that says beside each subject how far its observations reach."""

_MEMBERS = """
CREATE TABLE members (
  owner TEXT NOT NULL, subject TEXT NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, open INTEGER NOT NULL, closed INTEGER NOT NULL,
  PRIMARY KEY (owner, subject)) WITHOUT ROWID;
CREATE INDEX members_by_subject ON members (subject)"""

_SUMMARIES = """CREATE TABLE summaries (
  period TEXT NOT NULL, account_id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (period, account_id)) WITHOUT ROWID"""

_ACCOUNTS = """
CREATE TABLE accounts (
  account_id TEXT NOT NULL PRIMARY KEY, place INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX accounts_by_place ON accounts (place);
CREATE TABLE account_owners (
  source TEXT NOT NULL, owner TEXT NOT NULL, account_id TEXT NOT NULL, PRIMARY KEY (source, owner)) WITHOUT ROWID;
CREATE TABLE account_changes (
  number INTEGER NOT NULL PRIMARY KEY, account_id TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
  body TEXT NOT NULL);
CREATE INDEX changes_by_account ON account_changes (account_id)"""

_JOURNALS = """CREATE TABLE journals (
  journal TEXT NOT NULL, key TEXT NOT NULL, expires INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (journal, key)) WITHOUT ROWID"""

SCHEMA = f"""
CREATE TABLE observations (
  subject TEXT NOT NULL, at INTEGER NOT NULL, owner TEXT NOT NULL, form TEXT NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (subject, at, owner, form, content)) WITHOUT ROWID;
{_MEMBERS};
CREATE TABLE gap_marks (subject TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE owner_ids (
  source TEXT NOT NULL, id TEXT NOT NULL, other TEXT NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (source, id, other)) WITHOUT ROWID;
CREATE TABLE owner_names (
  source TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE owner_attributes (
  source TEXT NOT NULL, id TEXT NOT NULL, slot TEXT NOT NULL, said TEXT NOT NULL,
  PRIMARY KEY (source, id, slot)) WITHOUT ROWID;
CREATE TABLE feeds (source TEXT NOT NULL PRIMARY KEY, covered_since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE heard (
  source TEXT NOT NULL, hour INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (source, hour)) WITHOUT ROWID;
CREATE TABLE records (
  account_id TEXT NOT NULL, period TEXT NOT NULL, rank TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account_id, period));
{_SUMMARIES};
{_ACCOUNTS};
{_JOURNALS};
CREATE TABLE cursors (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE models (version TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)
"""

_BESIDE = "ALTER TABLE members RENAME TO members_before"
_BACK = """
INSERT INTO members SELECT owner, subject, 0, 0, 0, 0 FROM members_before;
DROP TABLE members_before"""

STEPS: Mapping[int, str] = {
    3: "",
    4: _SUMMARIES,
    5: _ACCOUNTS,
    6: _JOURNALS,
    7: "",
    8: f"{_BESIDE};{_MEMBERS};{_BACK}",
}
"""By format, the statements that make the next one of it. From 3 to 4 the tables stayed: observations say when they
were seen, and may take an owner away; records and models say their form. What format 3 wrote is read as it stands.
From 4 to 5 records say how they moved, and have summaries, which `handlers.stores.sqlite.records` makes of them.
From 5 to 6 there are tables of accounts, empty as long as the mapping of the config holds.
From 6 to 7 there are journals, which the desk writes.
From 7 to 8 the tables stayed: observations may be messages, which an earlier version does not know.
From 8 to 9 members say how far each subject reaches, which `handlers.stores.sqlite.reaches` reckons of observations."""


def statements(found: int) -> list[str]:
    """Give the statements that bring a file from a format (0: it is empty) to the one written now."""
    scripts = [SCHEMA] if found == 0 else [STEPS[step] for step in range(found, FORMAT)]
    return [statement for script in scripts for statement in script.split(";") if statement.strip()]


def is_readable(found: int) -> bool:
    """Tell whether a file of a format can be brought to the one written now."""
    return min(STEPS) <= found <= FORMAT
