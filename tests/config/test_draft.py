"""A draft: the files that change, in the place of those of the config; refused by name where it is broken."""

import shutil
from pathlib import Path

import pytest

from config.draft import load_draft
from config.errors import ConfigError
from config.loader import DEFAULT_DIRECTORY, load_config
from tests.config.folders import FILES, change, copy_figures

PRESENT = load_config()
SIDES = ("  churn_risk: 0.60\n  platform_value: 0.40", "  churn_risk: 0.50\n  platform_value: 0.50")


def drafted(folder: Path, *names: str) -> Path:
    """Copy some files of the config into a draft."""
    for name in names:
        shutil.copy(DEFAULT_DIRECTORY / name, folder / name)
    return folder


def test_what_a_draft_lacks_stays_as_it_is(tmp_path: Path) -> None:
    """One file is enough; a whole copy does the same."""
    change(drafted(tmp_path, "weights.yaml") / "weights.yaml", *SIDES)
    alone = load_draft(tmp_path, DEFAULT_DIRECTORY)
    assert (alone.model.churn_risk, alone.model.thresholds) == (0.5, PRESENT.model.thresholds)
    (tmp_path / "whole").mkdir()
    change(copy_figures(tmp_path / "whole") / "weights.yaml", *SIDES)
    assert load_draft(tmp_path / "whole", tmp_path).model == alone.model


def test_a_copy_without_changes_is_the_present_model(tmp_path: Path) -> None:
    """By its version."""
    assert load_draft(copy_figures(tmp_path), tmp_path).model.version == PRESENT.model.version


def test_a_broken_draft_is_refused_by_file_and_key(tmp_path: Path) -> None:
    """As a broken config is."""
    change(drafted(tmp_path, "weights.yaml") / "weights.yaml", "churn_risk: 0.60", "churn_risk: 0.70")
    with pytest.raises(ConfigError, match=r"weights.yaml: health_score is .*1\.1") as refused:
        load_draft(tmp_path, DEFAULT_DIRECTORY)
    assert str(tmp_path) in str(refused.value)


@pytest.mark.parametrize("name", ["weight.yaml", "Weights.yaml", "weights.yml"])
def test_a_file_that_would_be_passed_over_is_refused(name: str, tmp_path: Path) -> None:
    """It seems to be meant."""
    shutil.copy(DEFAULT_DIRECTORY / "weights.yaml", drafted(tmp_path, "thresholds.yaml") / name)
    with pytest.raises(ConfigError, match=rf"holding {name}: a file of that name is not read; did you mean weights.ya"):
        load_draft(tmp_path, DEFAULT_DIRECTORY)


def test_other_files_of_a_config_may_lie_beside(tmp_path: Path) -> None:
    """Those that are no part of the model, and what an editor leaves."""
    drafted(tmp_path, "guards.yaml", "repairs.yaml", "account_mapping.csv", *FILES[:1])
    shutil.copy(DEFAULT_DIRECTORY / "weights.yaml", tmp_path / "weights.old.yaml")
    assert load_draft(tmp_path, DEFAULT_DIRECTORY).model == PRESENT.model


def test_a_folder_without_any_of_the_files_is_no_draft(tmp_path: Path) -> None:
    """A draft that changes nothing would look as if nothing mattered."""
    with pytest.raises(ConfigError, match=r"no draft: expected at least one of weights.yaml, thresholds.yaml"):
        load_draft(tmp_path, DEFAULT_DIRECTORY)
