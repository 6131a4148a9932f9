"""The GitHub client with the session and clock of this machine."""

import time
from collections.abc import Mapping

from handlers.clients.github.calls import GitHubCalls
from handlers.clients.github.proposals import Proposals
from handlers.clients.github.settings import GitHubSettings, github_settings
from handlers.clients.patient import patient_session

TIMEOUT_SECONDS = 10.0


def github_proposals(environ: Mapping[str, str]) -> Proposals | None:
    """Give what opens pull requests; None where the environment names no App."""
    settings = github_settings(environ)
    return None if settings is None else proposals_of(settings)


def proposals_of(settings: GitHubSettings) -> Proposals:
    """Give what opens pull requests by an App; every call is safe to repeat, since what is there is found first."""
    session = patient_session(timeout=TIMEOUT_SECONDS, retries=2)
    return Proposals(GitHubCalls(settings, session, time.time), settings)
