"""What holds for all tests."""

import os

from hypothesis import settings

from tests.engines import dynamodb_url

__all__ = ["dynamodb_url"]

settings.register_profile("steady", settings(), deadline=None, derandomize="CI" in os.environ)
"""A pipeline tries the same examples every time; a person's runs try others and remember what failed."""

settings.load_profile("steady")
