"""desk.yaml: what the desk shows to whom; what is wrong is refused by name."""

import shutil
from pathlib import Path

import pytest

from config.desk import DESK, DeskTerms, load_desk
from config.errors import ConfigError
from config.loader import DEFAULT_DIRECTORY
from tests.config.folders import change


def test_the_terms_of_the_product_are_those_that_are_built_in(tmp_path: Path) -> None:
    """But for the groups of roles, which only the file names."""
    loaded = load_desk(DEFAULT_DIRECTORY)
    assert loaded.roles == {"csm": ["healthscore-csm"], "leader": ["healthscore-leader"], "ops": ["healthscore-ops"]}
    assert load_desk(tmp_path) == DeskTerms()
    assert (loaded.visibility, loaded.morning_points, loaded.morning_days, loaded.renewal_days) == ("all", 5, 90, 90)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("visibility: all", "visibility: some", "visibility"),
        ("morning_points: 5", "morning_points: 0", "morning_points"),
        ("morning_points: 5", "morning_points: 101", "morning_points"),
        ("morning_days: 90", "morning_days: 0", "morning_days"),
        ("renewal_days: 90", "renewal_days: 90.5", "renewal_days"),
        ('crm_link: ""', "crm_link: http://crm.example/{id}", "crm_link"),
        ('support_link: ""', "support_link: https://support.example/", "support_link"),
        ("  ops: [healthscore-ops]", "  boss: [healthscore-ops]", "boss"),
        ("roles_claim: groups", 'roles_claim: ""', "roles_claim"),
        ("least_opinions: 20", "least_opinions: 0", "least_opinions"),
        ("least_opinions: 20", "least_opinion: 20", "least_opinion"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, before: str, after: str, said: str) -> None:
    """With the member that is wrong."""
    shutil.copy(DEFAULT_DIRECTORY / DESK, tmp_path)
    change(tmp_path / DESK, before, after)
    with pytest.raises(ConfigError, match=said):
        load_desk(tmp_path)


def test_a_link_may_be_given(tmp_path: Path) -> None:
    """With the place of the id."""
    shutil.copy(DEFAULT_DIRECTORY / DESK, tmp_path)
    change(tmp_path / DESK, 'crm_link: ""', "crm_link: https://crm.example/{id}")
    assert load_desk(tmp_path).crm_link == "https://crm.example/{id}"
