"""Is the config folder whole: the functions of an environment read it alone, and nothing of another."""

from pathlib import Path
from typing import Final

from config.desk import load_desk
from config.digest import load_digest
from config.errors import ConfigError
from config.loader import Config, load_config
from handlers.deploying.finding import Finding

ROOT = Path(__file__).parents[2]
_MOST: Final = 12


def check_folder(name: str, root: Path = ROOT) -> tuple[Finding, Config | None]:
    """Load the figures as a function will; what a folder lacks is named, for it takes nothing from config/."""
    try:
        config = load_config(root / name)
        load_desk(root / name)
        load_digest(root / name)
    except ConfigError as error:
        lines = [str(one).replace(f"{root}/", "") for one in error.problems]
        said = f"{name} cannot be loaded: {'; '.join(lines[:_MOST])}"
        remedy = f"a folder of an environment is whole: cp config/*.yaml {name}/ brings what it lacks, then change that"
        return Finding("config folder", "stops", said, remedy), None
    missing = sorted(
        {one.name for one in (root / "config").glob("*.yaml")} - {one.name for one in (root / name).glob("*")}
    )
    if missing:
        said = f"{name} has no {', '.join(missing)}: usual values hold in their place, not those of config/"
        return Finding(
            "config folder", "look", said, f"cp config/{missing[0]} {name}/ where its figures are meant"
        ), config
    return Finding("config folder", "fine", f"{name}, model {config.model.version}"), config
