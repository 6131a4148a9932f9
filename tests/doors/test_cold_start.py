"""Cold start: what a function imports before it can answer; how long that takes, `make bench` measures."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import boto3
import pytest

from config.compiled import compile_config
from handlers.stores.dynamodb.client import process_session
from tests.bench.starts import ROOT

HEAVY = frozenset("lxml looker_sdk pydantic pydantic_core requests simple_salesforce sqlite3 yaml zeep".split())
"""What fold and rescore do without."""

OF_OTHERS = HEAVY | frozenset("aws_xray_sdk msgspec rollbar".split())
"""What ingest does without."""

MOST = {"ingest": 470, "fold": 700, "rescore": 730}
"""So many modules a function may import: each that comes along is read, and run, at each start."""


@pytest.mark.parametrize(
    ("door", "unneeded"),
    [("ingest", OF_OTHERS), ("fold", HEAVY), ("rescore", HEAVY)],
    ids=["ingest", "fold", "rescore"],
)
def test_a_function_imports_nothing_that_it_does_not_need(door: str, unneeded: frozenset[str]) -> None:
    """Also where it is traced, as in Lambda: X-Ray would import all that it can patch."""
    imported = _imported(f"import handlers.{door}")
    assert "boto3" in imported
    assert {name.partition(".")[0] for name in imported} & unneeded == set()


@pytest.mark.parametrize("door", MOST)
def test_a_function_imports_few_modules(door: str) -> None:
    """Counted, not timed; what others bring along is counted, too."""
    assert len(_imported(f"import handlers.{door}")) <= MOST[door]


def test_figures_that_were_compiled_are_read_without_what_reads_their_files(tmp_path: Path) -> None:
    """As fold finds them in its bundle, beside its store and its queues."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    compile_config(tmp_path / "config")
    deployed = f"Deployment('dynamodb://company', {str(tmp_path / 'config')!r})"
    code = f"from handlers.cloud.deployment import Deployment; deployed = {deployed}; deployed.store; deployed.config"
    imported = _imported(f"import handlers.fold; {code}")
    assert {"config.loader", "config.compiled"} <= imported
    assert imported.isdisjoint({"config.from_files", "pydantic", "yaml"})


def test_all_clients_of_a_function_are_of_one_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """What botocore reads of its own files, it reads once."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    assert process_session() is boto3.DEFAULT_SESSION is process_session()


def test_cycles_of_objects_are_looked_for_seldom_while_a_function_is_imported() -> None:
    """Each look would go through all that is being imported."""
    assert _imported("import handlers.fold, gc; sys.modules[f'every {gc.get_threshold()[0]}'] = gc") >= {"50000"}


def test_with_words_off_nothing_that_reads_them_is_imported() -> None:
    """Neither rules nor a model; fold loads its figures, too: they say whether anything is read."""
    imported = _imported("import handlers.fold; from config.loader import load_config; load_config()")
    assert "handlers.cloud.deliveries" in imported
    ours = ("bedrock", "detection", "phrasebook", "customer_words", "model_words", "vader")
    assert [name for name in imported if any(part in name for part in ours)] == []


def test_with_words_on_rules_are_imported_with_the_first_text() -> None:
    """An event without a customer's words waits for none of them."""
    begun = (
        "from handlers.jobs.customer_words import customer_words_when_needed;"
        " from config.loader import DEFAULT_DIRECTORY; from config.words import WordsTerms;"
        " words = customer_words_when_needed(DEFAULT_DIRECTORY, WordsTerms('rules'))"
    )
    late = {"config.phrasebook", "handlers.detection.rules", "vaderSentiment.vaderSentiment"}
    assert _imported(begun).isdisjoint(late)
    assert _imported(f"{begun}; words.detector.detect('We cancel our contract.')") >= late - {
        "vaderSentiment.vaderSentiment"
    }


@cache
def _imported(code: str) -> frozenset[str]:
    """Name what code imports, in a process of its own; of the same code, once."""
    code = f"import sys; {code}; print(*sys.modules)"
    in_lambda = {"LAMBDA_TASK_ROOT": "/var/task", "AWS_DEFAULT_REGION": "eu-west-1"}
    told = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | in_lambda, check=True, capture_output=True, text=True
    )
    return frozenset(told.stdout.split())
