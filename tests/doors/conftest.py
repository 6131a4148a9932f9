"""What the tests of the doors share: a cloud, an environment, and what was said."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import botocore.handlers
import pytest
from botocore.model import OperationModel
from moto import mock_aws
from moto.core.config import DefaultConfig

from handlers import digest, finalise, fold, ingest, rescore, suggest, sweep
from handlers.cloud import queue
from handlers.cloud.telemetry import log
from handlers.desk import door
from tests.doors.clouds import Cloud, environment, write_config, write_config_with_words
from tests.fakes.dynamodb.service import in_memory
from tests.fakes.server import FakeServer, Request, Response, serving

CLEARED = (
    "AWS_",
    "CUSTOM_METRICS_TABLE",
    "DESK_",
    "INTERCOM_",
    "LOOKERSDK_",
    "REPORT_",
    "ROLLBAR_",
    "SALESFORCE_",
    "ZENDESK_",
)

ALL_BUT_TABLES: DefaultConfig = {
    "core": {
        "reset_boto3_session": False,
        "mock_credentials": True,
        "passthrough": {"services": ["dynamodb"], "urls": []},
    }
}
"""Moto's queues and buckets; its tables are slow: 5 ms a call."""


@pytest.fixture(scope="session")
def config_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of figures."""
    return write_config(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def words_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of figures by which what customers write is read."""
    return write_config_with_words(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the certificate that all fake systems show."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="session")
def observed() -> Iterator[list[Cloud]]:
    """Let the last cloud of a list notice every call of AWS, through botocore's own events; logs go to stdout."""
    clouds: list[Cloud] = []

    def notice(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
        clouds[-1].notice(params, model)

    botocore.handlers.BUILTIN_HANDLERS.append(("before-parameter-build", notice))
    handler = log.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(Stdout())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(boto3, "DEFAULT_SESSION", boto3.Session())
        yield clouds
    botocore.handlers.BUILTIN_HANDLERS.remove(("before-parameter-build", notice))


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, config_folder: Path, observed: list[Cloud]) -> Iterator[Cloud]:
    """Give a cloud with all that the stack has in it, and functions that were just started."""
    for name in [name for name in os.environ if name.startswith(CLEARED)]:
        monkeypatch.delenv(name)
    for name, value in environment(config_folder).items():
        monkeypatch.setenv(name, value)
    observed.append(Cloud())
    with mock_aws(config=ALL_BUT_TABLES), in_memory() as memory:
        observed[-1].build(memory)
        restart()
        try:
            yield observed[-1]
        finally:
            observed[-1].heal()


@pytest.fixture
def asked(certificates: Path, monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> Iterator[FakeServer]:
    """Serve what Lambda and Step Functions answer to a request, beside the queues of the cloud."""
    assert cloud.calls == []

    def serve(request: Request) -> Response:
        if request.path.startswith("/2015-03-31/functions/"):
            return Response(202)
        return Response(200, {"executionArn": "arn", "startDate": 1.0})

    server = FakeServer(serve)
    with serving(server, certificates) as certificate:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", server.url)
        yield server


def restart() -> None:
    """Let each function forget what its process knows, as one does that is started anew."""
    for module in (digest, door, finalise, fold, ingest, queue, rescore, suggest, sweep):
        for thing in vars(module).values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


@pytest.fixture
def words_on(cloud: Cloud, words_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give what switches the reading of what customers write on, and starts all functions anew."""

    def switch() -> None:
        monkeypatch.setenv("HEALTHSCORE_CONFIG", str(words_folder))
        restart()

    assert cloud.calls == []
    return switch


@pytest.fixture
def restarted() -> Callable[[], None]:
    """Give what starts all functions anew."""
    return restart


class Stdout:
    """Standard output, whatever stands for it at the moment."""

    def write(self, text: str) -> None:
        """Write to it."""
        sys.stdout.write(text)

    def flush(self) -> None:
        """Leave nothing behind."""
        sys.stdout.flush()


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str], cloud: Cloud) -> Callable[[], list[dict[str, Any]]]:
    """Give what reads the lines that were said since it was last asked: log lines and metrics."""
    assert cloud.calls == []
    capsys.readouterr()
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
