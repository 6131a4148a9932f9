"""A pull request for some files: the same files asked for twice, or after a call that was lost, give the same one."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.clients.github.calls import GitHubCalls, GitHubError
from handlers.clients.github.settings import GitHubSettings

PREFIX = "healthscore/draft-"
_CONFLICT = 422
_MISSING = 404


@dataclass(frozen=True, slots=True)
class Asked:
    """What is proposed: under which name, the files before (None: not there) and after, what is said, labels."""

    key: str
    title: str
    body: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]
    labels: Sequence[str] = ()


class Proposals:
    """Opens pull requests in one repository; it never merges, and never changes a branch that is there."""

    def __init__(self, calls: GitHubCalls, settings: GitHubSettings) -> None:
        """Open them by calls of an App."""
        self._calls, self._settings = calls, settings

    @property
    def where(self) -> str:
        """Name the repository."""
        return self._settings.repository

    def propose(self, asked: Asked) -> str:
        """Open a pull request, or give the one that is there for the same; gives its address.

        Raises GitHubError where GitHub refuses, or has other figures than the desk.
        """
        branch = f"{PREFIX}{asked.key}"
        found = self._opened(branch)
        if found is None:
            base = self._settings.branch or str(self._calls.get("")["default_branch"])
            self._branch(branch, base, asked)
            found = self._open(branch, base, asked)
        number, address = found
        if asked.labels:
            self._calls.post(f"/issues/{number}/labels", {"labels": list(asked.labels)})
        return address

    def _opened(self, branch: str) -> tuple[int, str] | None:
        """Find a pull request of the branch that waits, or was merged; one that was closed is proposed anew."""
        owner = self._settings.repository.partition("/")[0]
        for one in self._calls.get("/pulls", {"head": f"{owner}:{branch}", "state": "all"}):
            if one["state"] == "open" or one.get("merged_at"):
                return int(one["number"]), str(one["html_url"])
        return None

    def _branch(self, branch: str, base: str, asked: Asked) -> None:
        """Make the branch with one commit; one that is there is of the same draft, made by a call that was lost."""
        if self._head(branch) is not None:
            return
        parent = self._head(base)
        if parent is None:
            raise GitHubError(f"There is no branch {base} in {self.where}: set GITHUB_BRANCH.", 0)
        self._see_that_base_is_live(parent, asked)
        tree = self._calls.post("/git/trees", {"base_tree": parent, "tree": list(map(_entry, self._files(asked)))})
        commit = {"message": f"{asked.title}\n\n{asked.body}", "tree": tree["sha"], "parents": [parent]}
        made = self._calls.post("/git/commits", commit)
        try:
            self._calls.post("/git/refs", {"ref": f"refs/heads/{branch}", "sha": made["sha"]})
        except GitHubError as error:
            if error.status != _CONFLICT or self._head(branch) is None:
                raise

    def _files(self, asked: Asked) -> list[tuple[str, str]]:
        return [(self._path(path), text) for path, text in sorted(asked.after.items())]

    def _path(self, path: str) -> str:
        return f"{self._settings.folder}/{path}"

    def _see_that_base_is_live(self, commit: str, asked: Asked) -> None:
        """Refuse where the repository has other figures than those that the draft was made on."""
        for path, text in asked.before.items():
            there = self._text(self._path(path), commit)
            if there != text:
                raise GitHubError(
                    f"{self._path(path)} of {self.where} is not the one in force here: deploy what was merged, or "
                    "reapply the draft.",
                    0,
                )

    def _text(self, path: str, commit: str) -> str | None:
        try:
            found = self._calls.get(f"/contents/{path}", {"ref": commit})
        except GitHubError as error:
            if error.status == _MISSING:
                return None
            raise
        return b64decode(found["content"]).decode()

    def _head(self, branch: str) -> str | None:
        try:
            return str(self._calls.get(f"/git/ref/heads/{branch}")["object"]["sha"])
        except GitHubError as error:
            if error.status == _MISSING:
                return None
            raise

    def _open(self, branch: str, base: str, asked: Asked) -> tuple[int, str]:
        body = {"title": asked.title, "head": branch, "base": base, "body": asked.body, "maintainer_can_modify": False}
        try:
            made = self._calls.post("/pulls", body)
        except GitHubError as error:
            found = self._opened(branch) if error.status == _CONFLICT else None
            if found is None:
                raise
            return found
        return int(made["number"]), str(made["html_url"])


def _entry(file: tuple[str, str]) -> dict[str, str]:
    path, text = file
    return {"path": path, "mode": "100644", "type": "blob", "content": text}
