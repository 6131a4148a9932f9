"""The arrows and sizes that DESIGN.md draws, read from the code itself."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from config.loader import load_config
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.feeds import Heard
from scoring.instants import EPOCH
from scoring.metrics.catalogue import METRICS, PILLARS

ROOT = Path(__file__).parents[1]
PACKAGES = ("config", "handlers", "scoring")
FIXED_NAMES = frozenset(
    "handlers scoring config tests template.yaml pyproject.toml README.md".split(),
)
FOLDERS = frozenset("handlers scoring config tests salesforce events docs".split())
MADE_HERE = frozenset("build dist node_modules var".split())

CALCULATION = frozenset(
    "abc array bisect collections dataclasses datetime decimal enum fractions functools hashlib heapq itertools json "
    "math msgspec operator re statistics string types typing unicodedata".split(),
)
"""The modules that neither talk nor look at clock, environment or chance; of msgspec, its values."""

READING = CALCULATION | frozenset(
    "base64 binascii codecs csv difflib hmac pathlib pydantic pydantic_core unicodedata yaml zlib".split()
)
"""The same, and what reads bytes that were handed over."""

IMPURE_CALLS = frozenset("__import__ breakpoint eval exec input open print".split())
CLOCKS = frozenset("now today utcnow".split())

LONGEST_FUNCTION = 40
LONGEST_MODULE = 300


def sources(folder: str) -> Iterator[Path]:
    """List the Python files under a folder."""
    return (ROOT / folder).rglob("*.py")


class Read(NamedTuple):
    """What a file holds that some test asks about: read once for all of them."""

    imported: frozenset[str]
    impure_calls: list[str]
    long_functions: list[str]


@cache
def read(path: Path) -> Read:
    """Parse a file, and keep of its tree only what tests ask about."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    return Read(frozenset(_imported(nodes)), list(_impure_calls(path, nodes)), list(_long_functions(path, nodes)))


def imported(path: Path) -> frozenset[str]:
    """Name every module that a file imports, in full."""
    return read(path).imported


def _imported(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    """Name the top-level modules that a file imports."""
    return {name.partition(".")[0] for name in imported(path)}


def strays(folder: str, allowed: frozenset[str]) -> dict[str, set[str]]:
    """List the files of a folder that import a top-level module which is not allowed there."""
    found = {str(path.relative_to(ROOT)): tops(path) - allowed for path in sources(folder)}
    return {name: modules for name, modules in found.items() if modules}


def importers(folder: str, prefix: str) -> list[str]:
    """List the files of a folder that import a module whose full name begins with a prefix."""
    return [
        str(path.relative_to(ROOT))
        for path in sources(folder)
        if any(f"{name}.".startswith(f"{prefix}.") for name in imported(path))
    ]


def test_the_names_that_are_fixed_stand_at_the_top() -> None:
    """The seven top-level names are there."""
    assert {path.name for path in ROOT.iterdir()} >= FIXED_NAMES


def test_no_other_folder_stands_at_the_top() -> None:
    """A top-level folder is one that DESIGN.md names, or made by a tool and hidden from git."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    assert folders - MADE_HERE <= FOLDERS


def test_scoring_imports_only_what_calculates() -> None:
    """The calculator imports itself and the quiet part of the standard library."""
    assert strays("scoring", CALCULATION | {"scoring"}) == {}


def test_scoring_looks_at_no_clock_and_prints_nothing() -> None:
    """No call in the calculator reads the clock, a file or a person."""
    assert [place for path in sources("scoring") for place in read(path).impure_calls] == []


def _impure_calls(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and _is_impure(node.func):
            yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _is_impure(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in IMPURE_CALLS
    return isinstance(called, ast.Attribute) and called.attr in CLOCKS


def test_config_imports_only_itself_and_scoring() -> None:
    """The figures' loader reads files and knows the calculator, nothing else."""
    assert strays("config", READING | {"config", "scoring"}) == {}


def test_nobody_but_the_doors_imports_the_doors() -> None:
    """Imports run handlers, config, scoring: never back."""
    assert importers("scoring", "config") + importers("scoring", "handlers") + importers("config", "handlers") == []


def test_sources_only_read() -> None:
    """What reads a vendor's payload imports nothing that talks."""
    assert strays("handlers/sources", READING | {"config", "handlers", "scoring"}) == {}


def test_sources_know_only_each_other_among_the_doors() -> None:
    """A source is read without knowing which door it came through."""
    outside = {
        str(path.relative_to(ROOT)): {
            name for name in imported(path) if name.startswith("handlers.") and not name.startswith("handlers.sources")
        }
        for path in sources("handlers/sources")
    }
    assert {name: modules for name, modules in outside.items() if modules} == {}


@pytest.mark.parametrize("room", ["clients", "stores"])
def test_what_talks_does_not_import_sources(room: str) -> None:
    """Clients and stores know nothing of how a vendor's payload is read."""
    assert importers(f"handlers/{room}", "handlers.sources") == []


PACKAGE_ROOMS = {
    "metadata": {"metadata", "words"},
    "package": {"metadata", "package"},
    "preflight": {"metadata", "package", "preflight"},
    "release": {"metadata", "release"},
}
"""The rooms of the Salesforce package, and which rooms each may import."""


@pytest.mark.parametrize("room", PACKAGE_ROOMS)
def test_rooms_of_the_salesforce_package_know_only_those_below_them(room: str) -> None:
    """Files under salesforce/ are read without jobs, stores and clients."""
    modules = {name for path in sources(f"handlers/{room}") for name in imported(path) if name.startswith("handlers.")}
    assert {name.split(".")[1] for name in modules} <= PACKAGE_ROOMS[room]


def test_nobody_imports_what_deploys() -> None:
    """It runs on a laptop or in a pipeline, and is in no function's way."""
    assert {Path(name).parent.name for name in importers("handlers", "handlers.deploying")} == {"deploying"}


@pytest.mark.parametrize("job", ["erasing", "portable"])
def test_what_only_a_person_asks_for_is_in_no_functions_way(job: str) -> None:
    """Erasing somebody and moving a whole store are commands: no function loads them when it starts."""
    users = {Path(name).parent.as_posix() for name in importers("handlers", f"handlers.jobs.{job}")}
    assert users == {"handlers/commands", f"handlers/jobs/{job}"}


def test_jobs_know_nothing_of_the_cloud() -> None:
    """A deed is done alike from a laptop and from a function."""
    assert importers("handlers/jobs", "handlers.cloud") == []


def test_modules_are_short() -> None:
    """A module is read in one sitting."""
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _code()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    """A function is read at a glance."""
    assert [place for path in _code() for place in read(path).long_functions] == []


def _code() -> Iterator[Path]:
    return (path for package in PACKAGES for path in sources(package))


def _long_functions(path: Path, nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines"


TALKERS = "boto3 botocore http.client looker_sdk requests simple_salesforce socket sqlite3 urllib.request".split()


@pytest.mark.parametrize("module", TALKERS)
def test_only_clients_stores_sinks_and_the_cloud_talk(module: str) -> None:
    """Whatever talks to a network or a database stands in a room of its own."""
    rooms = tuple(f"handlers/{room}/" for room in ("clients", "cloud", "deploying", "sinks", "stores"))
    talkers = [name for package in PACKAGES for name in importers(package, module)]
    assert [name for name in talkers if not name.startswith(rooms)] == []


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("simple_salesforce", {"salesforce/client.py", "salesforce/answers.py", "salesforce/bulk.py"}),
        ("looker_sdk", {"looker/client.py"}),
    ],
)
def test_libraries_of_vendors_are_imported_only_where_they_are_used(library: str, places: set[str]) -> None:
    """In the client of the vendor's system, and nowhere else."""
    found = {name for package in PACKAGES for name in importers(package, library)}
    assert found == {f"handlers/clients/{place}" for place in places}


@pytest.mark.parametrize(
    "words",
    ["ingest --help", "status --help", "finalise --period 2026-10 --yes-close fewer_scored --accounts mapping.csv"],
)
def test_what_asks_no_live_system_does_not_load_their_libraries(tmp_path: Path, words: str) -> None:
    """They are slow to load; a month is closed into CSV without them."""
    header = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment"
    (tmp_path / "mapping.csv").write_text(f"{header}\n001000000000001AAA,a,b,A,\n")
    with closing(SqliteStore(tmp_path / "var" / "healthscore.db")) as store:
        batch = Batch()
        batch.add(Heard("looker", EPOCH))
        store.merge(batch)
    script = (
        "import sys\n"
        "from handlers.cli import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "assert not {'simple_salesforce', 'looker_sdk', 'boto3'} & sys.modules.keys()\n"
    )
    command = [sys.executable, "-c", script, *words.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")


def test_only_calibration_needs_numpy() -> None:
    """It is an extra, and in no function's bundle: no function learns weights by itself."""
    users = [name for package in PACKAGES for name in importers(package, "numpy")]
    assert {Path(name).parent.as_posix() for name in users} == {"handlers/calibrate"}
    rooms = {name for package in PACKAGES for name in importers(package, "handlers.calibrate")}
    commands = {name for name in rooms if name.startswith("handlers/commands/")}
    assert {name for name in rooms - commands if not name.startswith("handlers/calibrate/")} == set()
    bundled = (ROOT / "Makefile").read_text().split("FOR_LAMBDA :=")[1].split("metadata:")[0]
    assert "numpy" not in bundled


Names = set[tuple[str, str]]
"""Pairs of a dimension and a metric."""

CATALOGUE: Names = {(metric.dimension, metric.name) for metric in (*METRICS, *PILLARS)}


def weights() -> dict[str, dict[str, float]]:
    """Read the shares of the metrics and pillars by dimension."""
    shares: dict[str, dict[str, float]] = yaml.safe_load((ROOT / "config/weights.yaml").read_text())["weights"]
    return shares


def test_weights_name_every_metric_of_the_catalogue() -> None:
    """Each metric and pillar has a share, be it 0, and nothing else has."""
    assert {(dimension, name) for dimension, shares in weights().items() for name in shares} == CATALOGUE


def test_thresholds_name_every_metric_that_counts() -> None:
    """Each metric with a share above 0 has thresholds, pillars apart, which come as scores."""
    thresholds = yaml.safe_load((ROOT / "config/thresholds.yaml").read_text())["thresholds"]
    counting = {
        (dimension, name)
        for dimension, shares in weights().items()
        for name, share in shares.items()
        if share > 0 and dimension != "platform_value"
    }
    named = {(dimension, name) for dimension, metrics in thresholds.items() for name in metrics}
    assert counting <= named <= CATALOGUE


def test_the_record_shows_every_metric_of_the_catalogue() -> None:
    """Each metric and pillar has its raw value and its score in the record."""
    paths = {
        field.path.replace(".metrics.", ".").removeprefix("score.dimensions.") for field in load_config().record_map
    }
    shown = {path.removeprefix("score.") for path in paths}
    assert {f"{dimension}.{name}.{part}" for dimension, name in CATALOGUE for part in ("raw", "score")} <= shown


@pytest.mark.parametrize("dimension", sorted({metric.dimension for metric in METRICS}))
def test_each_dimension_speaks_of_its_own_metrics(dimension: str) -> None:
    """A dimension's file names each of its metrics, and none of another's."""
    words = _words(ROOT / "scoring/metrics" / f"{dimension}.py")
    own = {name for of, name in CATALOGUE if of == dimension}
    others = {metric.name for metric in METRICS} - own
    assert own <= words
    assert others & words == set()


def _words(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return functions | texts
