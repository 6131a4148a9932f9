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
    code = f"import handlers.{door}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    in_lambda = {"LAMBDA_TASK_ROOT": "/var/task", "AWS_DEFAULT_REGION": "eu-west-1"}
    told = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | in_lambda, check=True, capture_output=True, text=True
    )
    imported = set(told.stdout.split())
    assert "boto3" in imported
    assert imported & unneeded == set()
