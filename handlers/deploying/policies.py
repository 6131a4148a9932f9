"""The policies of IAM in config/iam/, filled in for one environment: for who deploys, who operates, who reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from handlers.deploying.environment import Environment
from handlers.deploying.finding import DeployingError

FOLDER = Path(__file__).parents[2] / "config" / "iam"
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def names() -> tuple[str, ...]:
    """Name the policies."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def values(environment: Environment, prefix: str, region: str, account: str) -> dict[str, str]:
    """Give what the placeholders stand for."""
    partition = next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")
    return {
        "Account": account,
        "Bucket": environment.stack.lower(),
        "Name": environment.name or "production",
        "Partition": partition,
        "Prefix": prefix,
        "Region": region,
        "Stack": environment.stack,
    }


def policy(name: str, told: Mapping[str, str]) -> dict[str, Any]:
    """Give a policy with its placeholders filled in; raises DeployingError where there is none of this name."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        raise DeployingError(f"there is no policy {name}: WHO is one of {', '.join(names())}")
    filled: dict[str, Any] = json.loads(Template(path.read_text()).substitute(told))
    return filled
