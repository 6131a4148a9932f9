"""retention.yaml: how long what is stored is kept; what is shorter than what the model reads is refused by name."""

import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import DEFAULT_DIRECTORY, load_config
from config.retention import RETENTION, USUAL_RETENTION
from config.retention_file import load_retention
from scoring.facts import HISTORY
from scoring.instants import DAY
from tests.config.folders import change, copy_figures


def test_the_terms_of_the_product_are_those_that_are_built_in(tmp_path: Path) -> None:
    """A folder without the file has them, too."""
    assert load_retention(DEFAULT_DIRECTORY) == load_retention(tmp_path) == USUAL_RETENTION


def test_what_the_model_reads_is_kept_by_default() -> None:
    """Whatever holds facts is kept for 13 month-ends at least."""
    for name, kept in asdict(USUAL_RETENTION).items():
        if name in {"superseded_observations", "facts_of_nobody", "departed_accounts", "records"}:
            assert kept is None or kept >= HISTORY, name


def test_a_change_moves_no_model_version(tmp_path: Path) -> None:
    """It is part of the config, and no figure of the model."""
    folder = copy_figures(tmp_path / "config")
    before = load_config(folder)
    (folder / RETENTION).write_text("keep_days:\n  facts_of_nobody: for ever\n  records: 800\n")
    after = load_config(folder)
    assert (after.retention.facts_of_nobody, after.retention.records) == (None, 800 * DAY)
    assert after.retention.audit == USUAL_RETENTION.audit
    assert (after.model.version, after.model_text) == (before.model.version, before.model_text)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("superseded_observations: 397", "superseded_observations: 396", "superseded_observations is 396"),
        ("facts_of_nobody: 400", "facts_of_nobody: 90", "facts_of_nobody is 90: expected whole days from 397"),
        ("departed_accounts: 1095", "departed_accounts: 30", "departed_accounts"),
        ("records: for ever", "records: 365", "records is 365"),
        ("records: for ever", "records: forever", "records is .*for ever"),
        ("audit: 396", "audit: 0", "audit"),
        ("audit: 396", "audit: 396.5", "audit"),
        ("audit: 396", "audit: yes", "audit"),
        ("samples: 397", "samples: 30", "samples"),
        ("opinions: 1095", "opinion: 1095", "opinion"),
        ("opinions: 1095", "opinions: 10000000", "opinions"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, before: str, after: str, said: str) -> None:
    """With the member that is wrong; nothing that the model reads may be named for removal."""
    shutil.copy(DEFAULT_DIRECTORY / RETENTION, tmp_path)
    change(tmp_path / RETENTION, before, after)
    with pytest.raises(ConfigError, match=said):
        load_retention(tmp_path)
