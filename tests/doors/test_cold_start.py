"""Cold start: what a function imports before it can answer; how long that takes, `make bench` measures."""

import os
import subprocess
import sys

import pytest

from tests.bench.starts import ROOT

HEAVY = frozenset("lxml looker_sdk requests simple_salesforce sqlite3 zeep".split())
"""What fold and rescore do without."""

OF_OTHERS = HEAVY | frozenset("aws_xray_sdk msgspec pydantic pydantic_core rollbar yaml".split())
"""What ingest does without."""


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


def _imported(code: str) -> set[str]:
    """Name what code imports, in a process of its own."""
    code = f"import sys; {code}; print(*sys.modules)"
    in_lambda = {"LAMBDA_TASK_ROOT": "/var/task", "AWS_DEFAULT_REGION": "eu-west-1"}
    told = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | in_lambda, check=True, capture_output=True, text=True
    )
    return set(told.stdout.split())
