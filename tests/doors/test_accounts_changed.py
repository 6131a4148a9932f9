"""A person who changes accounts of a stack: it is live at once, the scores are asked for, and who it was is kept."""

import json
from pathlib import Path

import pytest

from handlers.commands.accounts_written import write
from handlers.commands.session import Session
from handlers.stores.accounts import Edit
from tests.doors.clouds import UNREACHABLE, Cloud, account


@pytest.fixture(name="session")
def _session(config_folder: Path) -> Session:
    return Session("dynamodb://company", config_folder, quiet=True)


def asked(cloud: Cloud) -> list[tuple[str, str]]:
    """Give the accounts whose scores were asked for, each with the reason."""
    bodies = [json.loads(one["Body"]) for one in cloud.waiting("rescores")]
    return sorted((body["account_id"], body["reason"]) for body in bodies)


def test_scores_of_what_changed_are_asked_for_at_once(cloud: Cloud, session: Session) -> None:
    """Of the account that loses an owner and of the one that gets it; of one that left nobody wants any."""
    moved = ("intercom", "hotel-0")
    edits = [Edit(account(0), less=(moved,)), Edit(account(1), more=(moved,)), Edit(account(2), remove=True)]
    assert len(write(session, edits, None).changes) == 3
    assert asked(cloud) == [(account(0), "accounts"), (account(1), "accounts")]
    with session.store() as store:
        assert store.portfolio.accounts_of([moved]) == {moved: account(1)}
        (_, entry) = store.portfolio.history(account(0))
    assert entry.by.startswith("arn:aws:sts::123456789012:")


def test_what_changes_nothing_asks_for_nothing(cloud: Cloud, session: Session) -> None:
    """Neither does a store that is no stack's."""
    assert write(session, [Edit(account(0), {"name": "Hotel 0"})], "zoe").changes == []
    other = Session("dynamodb://other", session.config_dir, quiet=True)
    assert len(write(other, [Edit(account(0), {"name": "Hotel 0"})], "zoe").changes) == 1
    assert asked(cloud) == []


def test_a_change_whose_scores_could_not_be_asked_for_is_made(
    cloud: Cloud, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it is said that the next event or close brings them."""
    cloud.fail("SendMessageBatch", UNREACHABLE, cloud.url("rescores"))
    assert len(write(session, [Edit(account(0), {"segment": "standard"})], "zoe").changes) == 1
    assert "changed, but scores could not be asked for: " in capsys.readouterr().err
