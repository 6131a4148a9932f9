"""The bundles: each holds all that its function imports, boto3 apart, and is small enough."""

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from config.compiled import read_compiled
from config.loader import load_config
from config.portfolio import MAPPING
from tests.aws.stack import ALIKE, FOR_THIS_MACHINE, OURS, packages
from tests.engines import EngineMissingError
from tests.templates import template

ROOT = Path(__file__).parents[2]
MOST_MB = {"Finalise": 80, "Desk": 95}
"""Of 250 that Lambda takes, a quarter of it bytecode.

The desk answers suggestions in Salesforce, too; what that takes is imported by an answer alone."""
IN_LAMBDA = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's runtime brings: boto3, and what boto3 itself imports."""

ONLY_OF_THE_DESK = {"itsdangerous", "jinja2", "mangum", "starlette", "rapidfuzz"}
"""Packages that no other function has."""

TALKS = (
    "import handlers.clients.salesforce.client, handlers.sinks.salesforce, handlers.clients.looker.client, "
    "handlers.clients.intercom.client"
)
"""What sweep and finalise import when they are about to ask."""

UNCHECKED_HASH = (1).to_bytes(4, "little")
"""How bytecode begins that is run without a look at its source (PEP 552)."""

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
    ours = _files(*(ROOT / name for name in OURS))
    files, names = _files(folder), {path.name for path in folder.iterdir()}
    assert sum(path.stat().st_size for path in (*files, *ours)) <= MOST_MB[function] * 1_000_000
    assert package in names
    assert names & ONLY_OF_THE_DESK == (ONLY_OF_THE_DESK if package == "starlette" else set())
    assert any("aarch64" in path.name for path in files if path.suffix == ".so")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a bundle with the fewest packages, made by the recipe of all, for this machine and this Python."""
    return _built(tmp_path_factory.mktemp("bundle"), *FOR_THIS_MACHINE)[0]


def test_a_bundle_holds_our_own_code_and_no_account(bundle: Path) -> None:
    """And the figures as they were compiled."""
    assert {path.name for path in bundle.iterdir()} >= {*OURS, "rollbar"}
    assert not [path for path in _files(bundle) if path.name == MAPPING]
    assert read_compiled(bundle / "config") == load_config(ROOT / "config")


def test_all_that_a_bundle_holds_is_compiled_and_no_time_is_looked_at(bundle: Path) -> None:
    """Sam dates each file 1980: bytecode that goes by its source's time would be made anew at each start."""
    sources = [path for path in _files(bundle) if path.suffix == ".py"]
    bytecode = {Path(cache_from_source(str(path))) for path in sources}
    assert bytecode == {path for path in _files(bundle) if path.suffix == ".pyc"}
    assert {path.read_bytes()[4:8] for path in bytecode} == {UNCHECKED_HASH}
    assert not [path for path in bytecode if str(bundle).encode() in path.read_bytes()]


def test_bytecode_is_run_whatever_the_time_of_its_source(bundle: Path, tmp_path: Path) -> None:
    """As Lambda unpacks it: dated 1980, where nothing may be written."""
    copy = shutil.copytree(bundle / "scoring", tmp_path / "scoring")
    (copy / "roles.py").write_text("raise AssertionError('it was compiled anew')\n")
    os.utime(copy / "roles.py", (315532800, 315532800))
    command = [sys.executable, "-c", "import scoring.roles; print(scoring.roles.ROLES)"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603 - this interpreter
    assert "support" in told.stdout


def test_the_same_bundle_has_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    """What has not changed is not deployed anew."""
    again, _ = _built(tmp_path, *FOR_THIS_MACHINE)
    assert _bytes(again, "config", "scoring", "aws_lambda_powertools") == _bytes(
        bundle, "config", "scoring", "aws_lambda_powertools"
    )


def test_without_the_python_of_lambda_a_bundle_is_right_and_says_so(tmp_path: Path) -> None:
    """Bytecode of another version would be passed over there; a Python of another version is not taken."""
    bundle, said = _built(tmp_path, "FOR_LAMBDA=", "LAMBDA=3.99", f"COMPILER={sys.executable}")
    assert "no Python 3.99 is here to compile what Lambda runs" in said
    assert "COMPILER=path/to/python3.99" in said
    assert not [path for path in _files(bundle) if path.suffix == ".pyc"]
    assert read_compiled(bundle / "config") is not None


def test_bundles_are_compiled_for_the_python_that_runs_them() -> None:
    """The version that the Makefile and the template name."""
    runtime = template()["Globals"]["Function"]["Runtime"]
    assert f"\nLAMBDA := {runtime.removeprefix('python')}\n" in (ROOT / "Makefile").read_text()


def _built(folder: Path, *told: str) -> tuple[Path, str]:
    """Make the bundle of ingest; give it, and what was said."""
    make = shutil.which("make")
    assert make is not None
    environment = {**os.environ, "ARTIFACTS_DIR": str(folder / "bundle"), "MAKEFLAGS": ""}
    command = [make, "--silent", "build-Ingest", *told]
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if built.returncode:
        pytest.skip(f"no packages can be had: {built.stderr[-200:]}")
    return folder / "bundle", built.stderr


def _bytes(bundle: Path, *names: str) -> dict[str, bytes]:
    return {str(path.relative_to(bundle)): path.read_bytes() for path in _files(*(bundle / name for name in names))}


def _for_lambda(function: str) -> Path:
    try:
        return packages(function, for_lambda=True)
    except EngineMissingError as missing:
        pytest.skip(str(missing))


def _files(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
