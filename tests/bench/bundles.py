"""Cold starts: a function's bundle unpacked for this machine, as it is deployed and as its sources alone."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.compiled import compile_config
from tests.aws.stack import MAPPING, OURS, packages
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.starts import AWS, ROOT, Start, started
from tests.engines import EngineMissingError

IN_LAMBDA = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's runtime brings: boto3, and what boto3 itself imports."""

_FOLD = """
from handlers import fold
class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "here"
fold.handler({"Records": []}, Context())
"""
_RESCORE = (
    "from handlers import rescore; from handlers.cloud import queue; queue.client(); deployed = rescore._deployed(); "
)
BEGINS: Mapping[str, str] = {
    "Ingest": "import handlers.ingest; from handlers.cloud import queue; queue.client()",
    "Fold": _FOLD,
    "Rescore": f"{_RESCORE}deployed.store, deployed.config",
}
"""What a function does before its first event: imports, figures, clients of its store and queues. No call of AWS."""

MOST_MS: Mapping[str, float] = {"Fold": 250}
_PYTHON = (sys.executable, "-I", "-S", "-B", "-c")
"""Python that sees nothing of this machine's, and keeps no bytecode of what has none."""

_ENVIRONMENT = AWS | {
    "AWS_LAMBDA_FUNCTION_NAME": "here",
    "DEAD_EVENTS_QUEUE_URL": "https://sqs.invalid/dead",
    "DEAD_RESCORES_QUEUE_URL": "https://sqs.invalid/dead",
    "HEALTHSCORE_STORE": "dynamodb://here",
    "LAMBDA_TASK_ROOT": "/var/task",
    "RESCORES_QUEUE_URL": "https://sqs.invalid/rescores",
    "RESCORE_DELAY_SECONDS": "60",
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A function's folders as they are found in Lambda: its bundle, and the runtime's own libraries."""

    folder: Path
    runtime: Path

    def begin(self, function: str) -> Start:
        """Begin a function in a fresh process that sees nothing else."""
        code = f"import sys; sys.path[:0] = {[str(self.folder), str(self.runtime)]}\n{BEGINS[function]}"
        return started(_PYTHON, code, _ENVIRONMENT, self.folder)


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure each function as it is deployed, beside its sources alone and `import json`, in turn."""
    for function in BEGINS:
        try:
            bundles = deployed(function, folder), sources(function, folder)
        except EngineMissingError as missing:
            print(missing, file=sys.stderr)  # noqa: T201 - beside the table
        else:
            yield from _rows(function, *bundles, sizes.starts)


def _rows(function: str, whole: Bundle, bare: Bundle, rounds: int) -> Iterator[Row]:
    turns = [(whole.begin(function), bare.begin(function), _json()) for _ in range(rounds + 1)][1:]
    ours, theirs, least = ([one.seconds * 1_000 for one in column] for column in zip(*turns, strict=True))
    what, goal = f"{function.lower()} begins, as deployed", MOST_MS.get(function)
    yield Row("f", f"{what}: CPU", "ms", spread(ours), goal=None if goal is None else Goal("<=", goal))
    yield Row("f", f"{what}: of its sources alone", "x", spread(_ratios(ours, theirs)), goal=Goal("<=", 0.8))
    yield Row("f", f"{what}: of python -c 'import json'", "x", spread(_ratios(ours, least)))
    yield Row("f", f"{what}: memory", "MB", spread([one.memory_mb for one, *_ in turns]))


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _json() -> Start:
    return started(_PYTHON, "import json", {}, ROOT)


def deployed(function: str, folder: Path) -> Bundle:
    """Unpack a bundle with bytecode and compiled figures. Raises EngineMissingError where no packages can be had."""
    bundle = _unpacked(function, folder / f"{function}-deployed")
    compile_config(bundle.folder / "config")
    _compile(bundle.folder)
    return bundle


def sources(function: str, folder: Path) -> Bundle:
    """Unpack the same without both, as it was deployed before. Raises EngineMissingError likewise."""
    return _unpacked(function, folder / f"{function}-sources")


def _unpacked(function: str, folder: Path) -> Bundle:
    ignored = shutil.ignore_patterns("__pycache__", Path(MAPPING).name)
    shutil.copytree(packages(function), folder, ignore=ignored)
    for ours in OURS:
        shutil.copytree(ROOT / ours, folder / ours, ignore=ignored)
    return Bundle(folder, _runtime(folder.parent / "runtime"))


def _runtime(folder: Path) -> Path:
    """Make a folder of what Lambda's runtime brings, compiled, and nothing else."""
    if not folder.exists():
        installed = Path(sysconfig.get_path("purelib"))
        for name in IN_LAMBDA:
            whole = (installed / name).is_dir()
            (shutil.copytree if whole else _copy)(installed / name, folder / name)
        _compile(folder)
    return folder


def _copy(source: Path, target: Path) -> None:
    shutil.copy(source, target)


def _compile(folder: Path) -> None:
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this interpreter
