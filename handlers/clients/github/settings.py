"""How the GitHub App is reached that opens pull requests: from the environment, read once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.environment import SettingsError, get, https

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_FOLDER = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """The App by its id and private key, the repository `owner/name`, and the branch proposals go to (empty: its own).

    `folder` is where the figures stand in the repository.
    """

    app_id: str
    key: str = field(repr=False)
    repository: str
    branch: str = ""
    folder: str = "config"
    url: str = "https://api.github.com"


def github_settings(environ: Mapping[str, str]) -> GitHubSettings | None:
    """Read the settings; None where nothing of GitHub is set: then a draft is proposed by download.

    The key is a PEM, whose line breaks may be written as backslash and n.
    """
    app_id, repository = get(environ, "GITHUB_APP_ID", ""), get(environ, "GITHUB_REPOSITORY", "")
    key = environ.get("GITHUB_APP_KEY", "").strip().replace("\\n", "\n")
    if not app_id and not key:
        return None
    named = {"GITHUB_APP_ID": app_id, "GITHUB_APP_KEY": key, "GITHUB_REPOSITORY": repository}
    missing = [name for name, value in named.items() if not value]
    if missing:
        raise SettingsError(f"{', '.join(missing)} not set: {', '.join(named)} go together")
    if not _REPOSITORY.fullmatch(repository):
        raise SettingsError(f"GITHUB_REPOSITORY is {repository!r}: expected owner/name")
    folder = get(environ, "GITHUB_CONFIG_FOLDER", "config").strip("/")
    if not _FOLDER.fullmatch(folder) or ".." in folder.split("/"):
        raise SettingsError(f"GITHUB_CONFIG_FOLDER is {folder!r}: expected a folder of the repository, such as config")
    url = https("GITHUB_API_URL", get(environ, "GITHUB_API_URL", "https://api.github.com"))
    return GitHubSettings(app_id, key, repository, get(environ, "GITHUB_BRANCH", ""), folder, url)
