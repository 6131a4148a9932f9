"""The first deployment after functions bore the mapping themselves: which command takes it into the store."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "first_accounts.py"
TOLD = {"Prefix": "acme", "ConfigFolder": "config/live"}
MEMBERS = "".join(
    f"<member><ParameterKey>{name}</ParameterKey><ParameterValue>{value}</ParameterValue></member>"
    for name, value in TOLD.items()
)
STACK = f"""<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
<StackName>s</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime>
<Parameters>{MEMBERS}</Parameters></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""


class _CloudFormation(BaseHTTPRequestHandler):
    """Tells of a stack."""

    def do_POST(self) -> None:
        """Answer as CloudFormation does."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(STACK.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve, and give the address."""
    with HTTPServer(("127.0.0.1", 0), _CloudFormation) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def asked(stack: str, root: Path) -> list[str]:
    """Ask the script for its command."""
    spec = importlib.util.spec_from_file_location("first_accounts", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    words: list[str] = module.asked(stack, root)
    return words


def test_the_mapping_of_the_stacks_folder_goes_into_the_stacks_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, as `--first` says; where the folder has none, nothing does."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    folder = tmp_path / "config" / "live"
    folder.mkdir(parents=True)
    with served() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", url)
        assert asked("s", tmp_path) == []
        mapping = folder / "account_mapping.csv"
        mapping.touch()
        store = ["--store", "dynamodb://acme", "--config", str(folder)]
        assert asked("s", tmp_path) == [*store, "accounts", "import", str(mapping), "--first"]
