"""What the tests of the doors share: a cloud, an environment, and what was said."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from handlers import finalise, fold, ingest, rescore, sweep
from handlers.adapters import queue
from handlers.adapters.telemetry import log
from tests.doors.clouds import Cloud, environment, write_config

HOTELS = 7


@pytest.fixture(scope="session")
def config_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of figures with a mapping of seven hotels."""
    return write_config(tmp_path_factory.mktemp("config"), HOTELS)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, config_folder: Path) -> Iterator[Cloud]:
    """Give a cloud with all that the stack has in it, and functions that were just started."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "ROLLBAR_ACCESS_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(config_folder).items():
        monkeypatch.setenv(name, value)
    made = Cloud()
    made.observing()
    try:
        with mock_aws():
            made.build()
            restart()
            yield made
    finally:
        made.observed()


def restart() -> None:
    """Let each function forget what its process knows, as one does that is started anew."""
    for module in (finalise, fold, ingest, queue, rescore, sweep):
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


@pytest.fixture
def restarted() -> Callable[[], None]:
    """Give what starts all functions anew."""
    return restart


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Give what reads the lines that were said since it was last asked: log lines and metrics."""
    handler = log.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(sys.stdout)
    try:
        yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    finally:
        handler.setStream(before or sys.__stdout__)
