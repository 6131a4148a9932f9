"""gate.yaml: the limits of the gate; a wrong figure is refused by name."""

import shutil
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.gate import GATE, GateLimits, load_gate
from config.loader import DEFAULT_DIRECTORY
from tests.config.folders import change


def test_the_limits_of_the_product_are_those_that_are_built_in(tmp_path: Path) -> None:
    """A folder without the file has the same."""
    assert load_gate(DEFAULT_DIRECTORY) == GateLimits() == load_gate(tmp_path)


def test_a_limit_may_be_switched_off(tmp_path: Path) -> None:
    """By leaving it empty."""
    shutil.copy(DEFAULT_DIRECTORY / GATE, tmp_path)
    change(tmp_path / GATE, "weight_move_points: 10", "weight_move_points:")
    assert load_gate(tmp_path) == GateLimits(weight_move_points=None)


def test_a_wrong_limit_is_refused_by_name(tmp_path: Path) -> None:
    """A share is of 100."""
    shutil.copy(DEFAULT_DIRECTORY / GATE, tmp_path)
    change(tmp_path / GATE, "tier_changes_pct: 20", "tier_changes_pct: 120")
    with pytest.raises(ConfigError, match="tier_changes_pct is 120"):
        load_gate(tmp_path)
