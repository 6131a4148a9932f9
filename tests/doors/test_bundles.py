"""The bundles: each holds all that its function imports, boto3 apart, and is small enough."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from config.portfolio import MAPPING
from tests.aws.stack import ALIKE, OURS, packages
from tests.engines import EngineMissingError

ROOT = Path(__file__).parents[2]
MOST_MB = {"Finalise": 60, "Desk": 70}
"""The desk answers suggestions in Salesforce, too; what that takes is imported by an answer alone."""
IN_LAMBDA = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's runtime brings: boto3, and what boto3 itself imports."""

ONLY_OF_THE_DESK = {"itsdangerous", "jinja2", "mangum", "starlette", "rapidfuzz"}
"""Packages that no other function has."""

TALKS = (
    "import handlers.clients.salesforce.client, handlers.sinks.salesforce, handlers.clients.looker.client, "
    "handlers.clients.intercom.client"
)
"""What sweep and finalise import when they are about to ask."""

REPORTS = "import rollbar"
"""What every function imports when it is about to report an error."""

FEELS = "from handlers.detection.sentiment import sentiment; assert sentiment('We love it', 'en') > 0"
"""What fold asks of a message where what customers write is read."""

SUGGESTS = "import handlers.sinks.suggested_salesforce"
TRACES = "from aws_xray_sdk.core import patch_all"
CODES = {
    "Ingest": f"import handlers.ingest; {REPORTS}",
    "Fold": f"import handlers.fold, handlers.cloud.model_words; {REPORTS}; {TRACES}; {FEELS}",
    "Rescore": f"import handlers.rescore; {REPORTS}; {TRACES}",
    "Suggest": f"import handlers.suggest, handlers.clients.salesforce.client; {REPORTS}; {TRACES}; {SUGGESTS}",
    "Sweep": f"import handlers.sweep; {REPORTS}; {TRACES}; {TALKS}",
    "Finalise": f"import handlers.finalise, handlers.cloud.report_mail; {REPORTS}; {TRACES}; {TALKS}",
    "Desk": f"import handlers.desk.door, handlers.desk.agents.server; {REPORTS}; {TRACES}; {SUGGESTS}",
    "Digest": f"import handlers.digest; {REPORTS}; {TRACES}",
}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of what Lambda's runtime brings, and nothing else."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = Path(sysconfig.get_path("purelib"))
    for name in IN_LAMBDA:
        (folder / name).symlink_to(installed / name)
    return folder


@pytest.mark.parametrize("function", sorted(ALIKE))
def test_a_function_finds_all_it_imports_in_its_bundle(function: str, runtime: Path) -> None:
    """In a process that sees the bundle, Lambda's own libraries, and nothing that is installed here."""
    try:
        seen = [str(packages(ALIKE[function])), str(ROOT), str(runtime)]
    except EngineMissingError as missing:
        pytest.skip(str(missing))
    code = f"import sys; sys.path[:0] = {seen}; {CODES[function]}; import handlers; print(handlers.__path__)"
    environment = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "eu-west-1", "LAMBDA_TASK_ROOT": "/var/task"}
    command = [sys.executable, "-I", "-S", "-c", code]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
    assert told.returncode == 0, told.stderr
    assert str(ROOT / "handlers") in told.stdout


@pytest.mark.parametrize(("function", "package"), [("Finalise", "simple_salesforce"), ("Desk", "starlette")])
def test_the_largest_bundles_for_lambda_are_small_enough(function: str, package: str) -> None:
    """Built for arm64, with our own code; every other holds a part of the same packages."""
    folder = _for_lambda(function)
    ours = [path for path in _files(*(ROOT / name for name in OURS)) if "__pycache__" not in path.parts]
    files, names = _files(folder), {path.name for path in folder.iterdir()}
    assert sum(path.stat().st_size for path in (*files, *ours)) <= MOST_MB[function] * 1_000_000
    assert package in names
    assert not [path for path in files if "__pycache__" in path.parts]
    assert names & ONLY_OF_THE_DESK == (ONLY_OF_THE_DESK if package == "starlette" else set())
    assert any("aarch64" in path.name for path in files if path.suffix == ".so")


def test_a_bundle_holds_our_own_code_and_no_account(tmp_path: Path) -> None:
    """Made by the recipe of all, with the fewest packages."""
    make = shutil.which("make")
    assert make is not None
    environment = {**os.environ, "ARTIFACTS_DIR": str(tmp_path), "MAKEFLAGS": ""}
    command = [make, "--silent", "build-Ingest"]
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if built.returncode:
        pytest.skip(f"no packages for arm64 can be had: {built.stderr[-200:]}")
    files = _files(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {*OURS, "rollbar"}
    assert not [path for path in files if "__pycache__" in path.parts]
    assert not [path for path in files if path.name == MAPPING]


def _for_lambda(function: str) -> Path:
    try:
        return packages(function, for_lambda=True)
    except EngineMissingError as missing:
        pytest.skip(str(missing))


def _files(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
