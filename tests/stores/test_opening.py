"""A URL names a store; a wrong one is refused in one line that says what to do."""

import socket
from pathlib import Path

import boto3
import pytest

from handlers.stores.opening import open_store, throwaway_store
from handlers.stores.protocol import Store, StoreError
from handlers.stores.sqlite.store import SqliteStore
from tests.engines import CREDENTIALS
from tests.scoring.strategies import START
from tests.stores.places import batch_of, now
from tests.stores.test_store_contract import said


@pytest.mark.parametrize("url", ["", "store.db", "sqlite:store.db", "sqlite://store.db", "sqlite:///", "postgres://x"])
def test_a_url_of_neither_form_is_refused_naming_both(url: str) -> None:
    """The message is all that a person needs to write it right."""
    with pytest.raises(StoreError, match=r"^[^\n]*sqlite:///PATH, or dynamodb://PREFIX[^\n]*$"):
        open_store(url, now)


@pytest.mark.parametrize("prefix", ["", "two words", "a/b", "x" * 300])
def test_a_prefix_that_no_table_may_bear_is_refused_naming_both_forms(prefix: str) -> None:
    """What DynamoDB would refuse later is refused at once."""
    with pytest.raises(StoreError, match="sqlite:///PATH, or dynamodb://PREFIX with a prefix of letters"):
        open_store(f"dynamodb://{prefix}", now)


def test_three_slashes_name_a_relative_file_and_four_an_absolute_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both lead to the same file, whose folders are made."""
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///var/deep/store.db", now)
    store.merge(batch_of(said(START, "one")))
    store.close()
    store = open_store(f"sqlite:///{tmp_path}/var/deep/store.db", now)
    assert len(store.facts("intercom", ["one"])) == 1
    store.close()


def test_a_throwaway_store_is_empty_and_leaves_the_named_file_alone(tmp_path: Path) -> None:
    """It is of the kind that the URL names, in a place of its own, and gone afterwards."""
    url = f"sqlite:///{tmp_path}/store.db"
    with throwaway_store(url, now) as store:
        assert isinstance(store, SqliteStore)
        store.merge(batch_of(said(START, "one")))
        assert len(store.facts("intercom", ["one"])) == 1
    with throwaway_store(url, now) as store:
        assert store.facts("intercom", ["one"]) == []
    assert list(tmp_path.iterdir()) == []


def use_and_fail(store: Store) -> None:
    """Merge and read, and then come to grief."""
    store.merge(batch_of(said(START, "one")))
    assert len(store.facts("intercom", ["one"])) == 1
    raise ZeroDivisionError


def test_throwaway_tables_are_removed_after_use_also_where_it_failed(dynamodb_url: str) -> None:
    """Nothing is left to pay for."""
    client = boto3.session.Session().client("dynamodb")
    before = client.list_tables()["TableNames"]
    with pytest.raises(ZeroDivisionError), throwaway_store(dynamodb_url, now) as store:
        use_and_fail(store)
    assert client.list_tables()["TableNames"] == before
    client.close()


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Give an environment that knows nothing of AWS."""
    names = [*CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION"]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.mark.usefixtures("no_aws")
def test_without_a_region_the_error_says_so() -> None:
    """The name of what is to be set stands in the message."""
    with pytest.raises(StoreError, match="set AWS_DEFAULT_REGION"):
        open_store("dynamodb://test", now)


def test_without_credentials_the_error_says_so(no_aws: pytest.MonkeyPatch) -> None:
    """The name of what is to be set stands in the message."""
    no_aws.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with pytest.raises(StoreError, match="set AWS_PROFILE, or AWS_ACCESS_KEY_ID"):
        open_store("dynamodb://test", now)


def test_an_unknown_profile_is_named_in_one_line(no_aws: pytest.MonkeyPatch) -> None:
    """A profile that no one made is the person's to correct."""
    no_aws.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(StoreError, match="set AWS_PROFILE to one"):
        open_store("dynamodb://test", now)


def test_an_endpoint_that_does_not_answer_is_an_error_that_says_what_to_check(no_aws: pytest.MonkeyPatch) -> None:
    """A wrong address or a network that is down is no crash."""
    for name, value in CREDENTIALS.items():
        no_aws.setenv(name, value)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        no_aws.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(StoreError, match="cannot be reached: check the network"):
            open_store("dynamodb://test", now)
