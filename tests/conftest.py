"""What holds for all tests."""

from hypothesis import settings

from tests.engines import dynamodb_url

__all__ = ["dynamodb_url"]

settings.register_profile("steady", settings(), deadline=None)
settings.load_profile("steady")
