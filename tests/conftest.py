"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("steady", settings(), deadline=None)
settings.load_profile("steady")
