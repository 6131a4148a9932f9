"""The folder of a proposal: the present config with other weights, never the config itself."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.loader import load_config
from config.plain_yaml import read_text
from config.weights_text import joint_values, metric_values, with_values
from handlers.commands.session import Session

if TYPE_CHECKING:
    from handlers.calibrate.calibration import Calibration

WEIGHTS = "weights.yaml"
_COPIED = (".yaml", ".yml", ".csv")


def refuse_folder(session: Session, folder: Path) -> None:
    """Refuse the folder of the live config, and one that holds anything, before anything is done."""
    session.config()
    if folder.resolve() == session.config_dir.resolve():
        raise click.ClickException(f"{folder} is the live config, which calibrate never changes: name another folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty: name a new folder for the proposal, or an empty one")


def write_proposal(session: Session, folder: Path, proposed: "Calibration") -> None:
    """Copy the config into a folder, with the proposed weights; their values alone change, comments stay."""
    values = joint_values(proposed.proposal) | metric_values(proposed.metrics)
    present = session.config_dir / WEIGHTS
    try:
        text = with_values(read_text(present), values)
    except ValueError as error:
        raise click.ClickException(f"{present} cannot be written anew: {error}") from error
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(session.config_dir.iterdir()):
        if file.suffix in _COPIED and file.is_file():
            shutil.copyfile(file, folder / file.name)
    (folder / WEIGHTS).write_text(f"{_head(proposed)}{text}", encoding="utf-8")
    load_config(folder)


def _head(proposed: "Calibration") -> str:
    """Say at the head of the file where its weights come from."""
    lines = [
        f"PROPOSED by healthscore calibrate, from {proposed.rows} renewals, {proposed.churns} of them churns.",
        f"To be adopted: {'yes' if proposed.verdict.adopt else 'no'}.",
        *(f"{reason[:1].upper()}{reason[1:]}." for reason in proposed.verdict.reasons),
        "How well weights tell who will leave is known only when it has happened.",
    ]
    return "".join(f"# {' '.join(line.split())}\n" for line in lines) + "#\n"
