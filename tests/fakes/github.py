"""GitHub in small: one repository with commits, branches and pull requests, and an App that is installed there.

It checks what GitHub checks: the App's own token by its signature, its age and its span; the rights of an
installation's token; that a branch, and a pull request of a branch, is there but once.
"""

from base64 import b64encode
from hashlib import sha1
from typing import Any, TypeAlias

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.server import FakeServer, Request, Response

Json: TypeAlias = dict[str, Any]
REPOSITORY = "acme/scores"
APP_ID = "123456"


def new_key() -> str:
    """Make a private key of the App, as the PEM that GitHub gives to whoever asks for one."""
    made = rsa.generate_private_key(65537, 2048)
    return made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


KEY = new_key()
_LONGEST = 600


def _refusal(status: int, message: str, *errors: str) -> Response:
    more = {"errors": [{"resource": "PullRequest", "code": "custom", "message": one} for one in errors]}
    return Response(
        status, {"message": message, "documentation_url": "https://docs.github.com/rest", **(more if errors else {})}
    )


def _claims(token: str, key: str) -> Json | None:
    private = serialization.load_pem_private_key(key.encode(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    try:
        claims: Json = jwt.decode(
            token, private.public_key(), ["RS256"], options={"verify_exp": False, "verify_iat": False}
        )
    except jwt.PyJWTError:
        return None
    return claims


class FakeGitHub(FakeServer):
    """Serves the repository; `files` are those of its branch main, `now` is its clock, `keys` sign for the App."""

    def __init__(self, files: dict[str, str], now: float) -> None:
        """Serve a repository whose main has these files."""
        super().__init__(self._route)
        self.now = now
        self.trees: dict[str, dict[str, str]] = {}
        self.commits: dict[str, Json] = {}
        self.heads: dict[str, str] = {}
        self.pulls: list[Json] = []
        self.labels: dict[int, list[str]] = {}
        self.granted: Json = {}
        self.keys = [KEY]
        self.heads["main"] = self._commit(self._tree(files), [], "first")

    def files_of(self, branch: str) -> dict[str, str]:
        """Give the files of a branch."""
        return self.trees[self.commits[self.heads[branch]]["tree"]]

    def _tree(self, files: dict[str, str]) -> str:
        sha = sha1(repr(sorted(files.items())).encode()).hexdigest()  # noqa: S324 - as git names things
        self.trees[sha] = files
        return sha

    def _commit(self, tree: str, parents: list[str], message: str) -> str:
        sha = sha1(f"{tree} {parents} {message}".encode()).hexdigest()  # noqa: S324
        self.commits[sha] = {"tree": tree, "parents": parents, "message": message}
        return sha

    def _route(self, request: Request) -> Response:
        path = request.path
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if path.endswith(("/installation", "/access_tokens")):
            return self._app_fault(token) or self._app(request)
        if token != "ghs_installed":  # noqa: S105 - opens this fake alone
            return _refusal(401, "Bad credentials")
        inside = path.removeprefix(f"/repos/{REPOSITORY}")
        return self._inside(request, inside) if inside != path else _refusal(404, "Not Found")

    def _app_fault(self, token: str) -> Response | None:
        claims = next(filter(None, (_claims(token, key) for key in self.keys)), None)
        if claims is None:
            return _refusal(401, "A JSON web token could not be decoded")
        if claims["iat"] > self.now:
            return _refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time of the assertion")
        if claims["exp"] > self.now + _LONGEST:
            return _refusal(401, "'Expiration time' claim ('exp') is too far in the future")
        return None if claims["iss"] == APP_ID else _refusal(404, "Integration not found")

    def _app(self, request: Request) -> Response:
        if request.method == "GET":
            is_known = request.path == f"/repos/{REPOSITORY}/installation"
            return Response(200, {"id": 77}) if is_known else _refusal(404, "Not Found")
        self.granted = request.json()
        return Response(201, {"token": "ghs_installed", "permissions": self.granted["permissions"]})

    def _inside(self, request: Request, path: str) -> Response:
        if request.method == "GET":
            return self._read(request, path)
        body = request.json()
        if path == "/git/trees":
            base = self.trees[self.commits[body["base_tree"]]["tree"]]
            return Response(201, {"sha": self._tree({**base, **{one["path"]: one["content"] for one in body["tree"]}})})
        if path == "/git/commits":
            return Response(201, {"sha": self._commit(body["tree"], body["parents"], body["message"])})
        if path == "/git/refs":
            return self._branch(body)
        if path == "/pulls":
            return self._pull(body)
        number = int(path.split("/")[2])
        self.labels[number] = sorted({*self.labels.get(number, []), *body["labels"]})
        return Response(200, [{"name": name} for name in self.labels[number]])

    def _read(self, request: Request, path: str) -> Response:
        if path == "":
            return Response(200, {"default_branch": "main"})
        if path == "/pulls":
            branch = request.query["head"].partition(":")[2]
            return Response(200, [one for one in self.pulls if one["head"] == branch])
        if path.startswith("/git/ref/heads/"):
            sha = self.heads.get(path.removeprefix("/git/ref/heads/"))
            return _refusal(404, "Not Found") if sha is None else Response(200, {"object": {"sha": sha}})
        text = self.trees[self.commits[request.query["ref"]]["tree"]].get(path.removeprefix("/contents/"))
        if text is None:
            return _refusal(404, "Not Found")
        return Response(200, {"encoding": "base64", "content": b64encode(text.encode()).decode() + "\n"})

    def _branch(self, body: Json) -> Response:
        name = body["ref"].removeprefix("refs/heads/")
        if name in self.heads:
            return _refusal(422, "Reference already exists")
        self.heads[name] = body["sha"]
        return Response(201, {"ref": body["ref"]})

    def _pull(self, body: Json) -> Response:
        if any(one["head"] == body["head"] and one["state"] == "open" for one in self.pulls):
            return _refusal(422, "Validation Failed", f"A pull request already exists for acme:{body['head']}.")
        number = len(self.pulls) + 1
        address = f"https://github.com/{REPOSITORY}/pull/{number}"
        self.pulls.append({**body, "number": number, "state": "open", "merged_at": None, "html_url": address})
        return Response(201, self.pulls[-1])
