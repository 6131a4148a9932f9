"""Put the mapping of a stack's config folder into its store, where that never kept any accounts.

Functions bore the mapping in their bundles before the store kept it: the first deployment after that takes it in.
"""

from pathlib import Path

from config.portfolio import MAPPING
from handlers.deploying.stack import Stack

ROOT = Path(__file__).parents[2]


def words_of(stack: Stack, root: Path = ROOT) -> list[str]:
    """Give the words of the command that does it; none where the folder of the stack's figures has no mapping."""
    folder = root / stack.parameters["ConfigFolder"]
    if not (folder / MAPPING).exists():
        return []
    store = ["--store", f"dynamodb://{stack.parameters['Prefix']}", "--config", str(folder)]
    return [*store, "accounts", "import", str(folder / MAPPING), "--first"]
