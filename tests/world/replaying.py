"""Events replayed in a throw-away store, and what a score must say, by name."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from config.loader import Config, load_config
from config.portfolio import form_of, load_portfolio
from handlers.commands.lines import score_line
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader
from handlers.stores.opening import throwaway_store
from scoring.instants import parse_instant
from scoring.measurement import score

AS_OF = parse_instant("2026-11-01")
NOW = parse_instant("2026-11-26")
Line: TypeAlias = dict[str, Any]


def replay(events: Iterable[bytes], mapping: Path, config: Config | None = None) -> dict[str, Line]:
    """Fold events into a fresh store; give the score lines of all mapped accounts by account."""
    used = config or load_config()
    with throwaway_store("sqlite:///world.db", lambda: NOW) as store:
        for tally in fold_lines(events, "events", store, used.intake, NOW):
            assert tally.dead_letters == []
        reader = AccountReader(store)
        scores = [score(reader.read(account), AS_OF, used.model) for account in load_portfolio(mapping, form_of(used))]
    return {one.account_id: json.loads(score_line(one)) for one in scores}


def faults(line: Line, expected: Mapping[str, Any]) -> list[str]:
    """Name each expectation that a score line does not meet."""
    return [fault for name, value in expected.items() if (fault := _fault(line, name, value)) is not None]


def _fault(line: Line, name: str, value: Any) -> str | None:  # noqa: ANN401 - what JSON holds
    found = _found(line, name)
    if name in ("flag", "no_flag"):
        there = [word for word in value if any(flag == word or flag.startswith(f"{word}:") for flag in line["flags"])]
        right = there == value if name == "flag" else not there
        return None if right else f"{name} {value}: {line['flags']}"
    if name == "low_at_most":
        return None if found is not None and found <= value else f"low {found}, not at most {value}"
    same = found == value or (isinstance(found, float) and value is not None and abs(found - value) < 1e-9)
    return None if same else f"{name} {found}, not {value}"


def _found(line: Line, name: str) -> Any:  # noqa: ANN401 - what JSON holds
    if name == "cap":
        return line["cap"] and line["cap"]["rule"]
    if name == "low_at_most":
        return line["low"]
    metrics = {
        metric: told["raw"] for group in line["dimensions"].values() for metric, told in group["metrics"].items()
    }
    return metrics[name] if name in metrics else line.get(name)
