"""Put the mapping of a stack's config folder into its store, where that never kept any accounts.

Functions bore the mapping in their bundles before the store kept it: the first deployment after that takes it in.
"""

import os
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from config.portfolio import MAPPING

ROOT = Path(__file__).parents[1]


def main(stack: str) -> None:
    """Hand on to the command that does it; where AWS does not tell of the stack, say so in one line."""
    try:
        words = asked(stack, ROOT)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"healthscore: deployed; but AWS does not tell of its store, which may have no accounts yet: {error}")
    if words:
        os.execv(Path(sys.executable).with_name("healthscore"), ["healthscore", *words])  # noqa: S606  no shell


def asked(stack: str, root: Path) -> list[str]:
    """Give the words of the command; none where the folder of the stack's figures has no mapping."""
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    told = {one["ParameterKey"]: one["ParameterValue"] for one in found["Parameters"]}
    folder = root / told["ConfigFolder"]
    if not (folder / MAPPING).exists():
        return []
    store = ["--store", f"dynamodb://{told['Prefix']}", "--config", str(folder)]
    return [*store, "accounts", "import", str(folder / MAPPING), "--first"]


if __name__ == "__main__":
    main(sys.argv[1])
