"""What holds for all tests."""

import gc
import os
import signal
from collections.abc import Generator
from pathlib import Path

import botocore.loaders
import botocore.session
import pytest
from hypothesis import settings

from config.errors import ConfigError
from config.loader import load_config
from tests.engines import THOROUGH, dynamodb_endpoint, dynamodb_url, pytest_configure_node

__all__ = ["dynamodb_endpoint", "dynamodb_url", "pytest_configure_node"]

_LOADER = botocore.loaders.create_loader()
botocore.session.create_loader = lambda *_: _LOADER
"""Each client would read the description of its service anew; a process that is no test makes one or two."""

signal.signal(signal.SIGINT, signal.default_int_handler)
"""A shell lets what it starts in the background ignore Ctrl-C, and so would every process that a test stops by it."""

EXAMPLES = 300 if THOROUGH else 50
settings.register_profile("steady", settings(), deadline=None, max_examples=EXAMPLES, derandomize="CI" in os.environ)
"""A pipeline tries the same examples every time; a person's runs try others and remember what failed."""

settings.load_profile("steady")


def pytest_sessionstart() -> None:
    """Load the config once before all tests: where a line of it is forgotten, that is said once, and no test runs."""
    try:
        load_config()
    except ConfigError as error:
        pytest.exit(f"no test can run under this config:\n{error}", returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no cycles among the tests while they are collected, nor after: they stay until the run ends."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


SEEN = tuple(Path(__file__).parents[1] / folder for folder in os.environ.get("SEEN_BY_COVERAGE", "").split())
"""Folders whose examples this `make test` has run already, to see what they cover."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `make test` has just run for coverage: examples, for properties are not run there."""
    seen = [item for item in items if _is_seen(item)]
    if seen:
        config.hook.pytest_deselected(items=seen)
        items[:] = [item for item in items if not _is_seen(item)]


def _is_seen(item: pytest.Item) -> bool:
    return item.get_closest_marker("hypothesis") is None and any(folder in item.path.parents for folder in SEEN)
