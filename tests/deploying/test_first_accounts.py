"""The first deployment after functions bore the mapping themselves: which command takes it into the store."""

from pathlib import Path

from handlers.deploying.first_accounts import words_of
from handlers.deploying.stack import Stack

STACK = Stack("arn", "CREATE_COMPLETE", parameters={"Prefix": "acme", "ConfigFolder": "config/live"})


def test_the_mapping_of_the_stacks_folder_goes_into_the_stacks_store(tmp_path: Path) -> None:
    """Once, as `--first` says; where the folder has none, nothing does."""
    folder = tmp_path / "config" / "live"
    folder.mkdir(parents=True)
    assert words_of(STACK, tmp_path) == []
    mapping = folder / "account_mapping.csv"
    mapping.touch()
    store = ["--store", "dynamodb://acme", "--config", str(folder)]
    assert words_of(STACK, tmp_path) == [*store, "accounts", "import", str(mapping), "--first"]
