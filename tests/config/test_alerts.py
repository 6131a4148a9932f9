"""alerts.yaml: how the list of alerts is made; a wrong figure is refused by name."""

from pathlib import Path

import pytest

from config.alerts import ALERTS
from config.errors import ConfigError
from config.loader import load_config
from scoring.alerts import AlertTerms
from tests.config.folders import copy_figures

USUAL = AlertTerms("steady", 0.10, 60)


def test_the_file_has_the_usual_figures_and_a_folder_without_it_too(tmp_path: Path) -> None:
    """Nor does either have another model version."""
    config = load_config(copy_figures(tmp_path))
    assert (load_config().alerts, config.alerts) == (USUAL, USUAL)
    assert config.model.version == load_config().model.version


def test_other_figures_hold(tmp_path: Path) -> None:
    """As they stand there."""
    (copy_figures(tmp_path) / ALERTS).write_text("budget: 0.05\nrule: level\nnotice_days: 90\n")
    assert load_config(tmp_path).alerts == AlertTerms("level", 0.05, 90)


@pytest.mark.parametrize(
    ("lines", "place", "said"),
    [
        ("budget: 10\nrule: steady\nnotice_days: 60", "budget", "expected a share above 0, up to 0.25"),
        ("budget: 0\nrule: steady\nnotice_days: 60", "budget", "expected a share above 0, up to 0.25"),
        ("budget: much\nrule: steady\nnotice_days: 60", "budget", "expected a number"),
        ("budget: 0.1\nrule: stedy\nnotice_days: 60", "rule", "did you mean steady?"),
        ("budget: 0.1\nrule: [level]\nnotice_days: 60", "rule", "unknown rule"),
        ("budget: 0.1\nrule: steady\nnotice_days: 400", "notice_days", "expected whole days from 0 to 365"),
        ("budget: 0.1\nrule: steady\nnotice_days: 60.5", "notice_days", "expected"),
        ("budget: 0.1\nrule: steady\nnotice_day: 60", "notice_day", "did you mean notice_days?"),
        ("budget: 0.1\nrule: steady", "notice_days", "missing"),
    ],
)
def test_a_wrong_line_is_refused_by_name(lines: str, place: str, said: str, tmp_path: Path) -> None:
    """The key, what stands there, what was expected."""
    (copy_figures(tmp_path) / ALERTS).write_text(f"{lines}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert place in str(caught.value)
    assert said in str(caught.value)
