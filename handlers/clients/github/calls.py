"""Calls of GitHub's REST interface by an App: its own token first, then one of its installation that may do little."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jwt
import requests

from handlers.clients.github.settings import GitHubSettings
from handlers.clients.remote import SourceError, blotted

Json: TypeAlias = dict[str, Any]

VERSION = "2022-11-28"
EARLIER_SECONDS, LATER_SECONDS = 60, 540
"""GitHub refuses a token of its future, and one that lasts longer than ten minutes by its clock: clocks differ."""
RIGHTS: Mapping[str, str] = {"contents": "write", "pull_requests": "write"}
_LONGEST = 300


class GitHubError(SourceError):
    """GitHub refused a call; `status` is its answer's."""

    def __init__(self, said: str, status: int) -> None:
        """Keep what is said of it."""
        super().__init__(said)
        self.status = status


class GitHubCalls:
    """Calls a repository, with a token that may write contents and pull requests of this repository alone."""

    def __init__(self, settings: GitHubSettings, session: requests.Session, now: Callable[[], float]) -> None:
        """Call by a session that has a timeout and retries what may pass; `now` is Unix time in seconds."""
        self._settings, self._session, self._now = settings, session, now
        self._token = ""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - what JSON can hold
        """Read something of the repository."""
        return self._call("GET", self._of_repository(path), self._installed(), params=params)

    def post(self, path: str, body: Json) -> Any:  # noqa: ANN401 - what JSON can hold
        """Make something in the repository."""
        return self._call("POST", self._of_repository(path), self._installed(), body=body)

    def _of_repository(self, path: str) -> str:
        return f"/repos/{self._settings.repository}{path}"

    def _installed(self) -> str:
        """Give the token of the installation: asked for once, of the repository alone, and with two rights."""
        if not self._token:
            own = self._own()
            installation = self._call("GET", self._of_repository("/installation"), own)
            name = self._settings.repository.partition("/")[2]
            asked = {"repositories": [name], "permissions": dict(RIGHTS)}
            path = f"/app/installations/{int(installation['id'])}/access_tokens"
            self._token = self._call("POST", path, own, body=asked)["token"]
        return self._token

    def _own(self) -> str:
        now = int(self._now())
        claims = {"iat": now - EARLIER_SECONDS, "exp": now + LATER_SECONDS, "iss": self._settings.app_id}
        try:
            return jwt.encode(claims, self._settings.key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            said = "GITHUB_APP_KEY is no private key of an App: expected the whole PEM file that GitHub gave."
            raise GitHubError(said, 0) from error

    def _call(
        self, method: str, path: str, token: str, *, body: Json | None = None, params: Mapping[str, str] | None = None
    ) -> Any:  # noqa: ANN401
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": VERSION,
        }
        try:
            answer = self._session.request(
                method, self._settings.url + path, json=body, params=params, headers=headers, allow_redirects=False
            )
        except requests.RequestException as error:
            raise GitHubError(f"GitHub does not answer ({type(error).__name__}): try again later.", 0) from None
        if not answer.ok or answer.is_redirect:
            raise GitHubError(_said(answer, f"{method} {path}", token, self._settings.key), answer.status_code)
        return answer.json()


_ADVICE: Mapping[int, str] = {
    301: "GITHUB_REPOSITORY was renamed or moved: name it as it is called now.",
    401: "Check GITHUB_APP_ID and GITHUB_APP_KEY, and that the clock of this machine is right.",
    403: "The App may not: it needs the rights contents and pull requests, both to write.",
    404: "Check GITHUB_REPOSITORY, and that the App is installed there.",
}


def _said(answer: requests.Response, call: str, *secrets: str) -> str:
    said = blotted(_message(answer), *secrets)[:_LONGEST]
    advice = _ADVICE.get(answer.status_code, "")
    return f"GitHub answers {answer.status_code} to {call}: {said}. {advice}".strip()


def _message(answer: requests.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return answer.reason or "no message"
    errors = told.get("errors", []) if isinstance(told, dict) else []
    more = [str(one.get("message", one)) if isinstance(one, dict) else str(one) for one in errors]
    return "; ".join([str(told.get("message", told)) if isinstance(told, dict) else str(told), *more])
