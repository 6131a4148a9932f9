"""What holds for all tests."""

import os
import signal

import botocore.loaders
import botocore.session
import pytest
from hypothesis import settings

from config.errors import ConfigError
from config.loader import load_config
from tests.engines import THOROUGH, dynamodb_url, pytest_configure_node

__all__ = ["dynamodb_url", "pytest_configure_node"]

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
