"""A shell as the operations page asks for: with `aws` and `healthscore` in it, and the stack on the emulator as AWS."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from botocore.exceptions import BotoCoreError, ClientError

from tests.aws.emulator import REGION, ROOT
from tests.aws.stack import Stack
from tests.awscli import Cli
from tests.engines import CREDENTIALS

PAGE = (ROOT / "docs" / "operations.md").read_text()
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATIENCE_SECONDS = 120
_ASKS = """#!{python} -IS
import json, socket, sys

with socket.create_connection(("127.0.0.1", {port})) as line, line.makefile("rw") as talk:
    print(json.dumps(sys.argv[1:]), file=talk, flush=True)
    code, said = json.loads(talk.readline())
print(said, end="", file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""
"""The command `aws`: it asks this process, which has all clients at hand, where the AWS CLI takes a second a call."""


def blocks(heading: str) -> list[str]:
    """Give the blocks of commands of a part of the page, up to the next heading of any depth."""
    _, _, part = PAGE.partition(f"\n{heading}\n")
    return _BLOCK.findall(re.split(r"^#{2,3} ", part, maxsplit=1, flags=re.MULTILINE)[0])


def command(heading: str, words: str) -> str:
    """Give the one command of a part of the page that has these words in it."""
    (found,) = (line for block in blocks(heading) for line in block.splitlines() if words in line)
    return found.partition("   #")[0]


@dataclass(frozen=True, slots=True)
class Shell:
    """The shell of whoever follows the page, with what the page says to set in it."""

    folder: Path
    stack: Stack

    def run(self, script: str) -> str:
        """Run commands until one fails, which is an AssertionError with what it said; gives what they print."""
        begun = f"{{\n{self._settings()}\n}} >/dev/null\nset -euo pipefail\n"
        ran = subprocess.run(  # noqa: S603 - what the page says
            ["bash", "-c", begun + script],  # noqa: S607 - the shell of whoever follows the page
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_SECONDS,
        )
        assert ran.returncode == 0, f"{script}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def _settings(self) -> str:
        """Give what the page says to type first, with this stack's names in it, and no secrets of a real one."""
        typed = "".join(_BLOCK.findall(PAGE.partition("\n## ")[0])).splitlines()
        settings = "\n".join(line for line in typed if "./.env" not in line)
        ours = {"P": self.stack.name, "S": self.stack.name, "export AWS_REGION": REGION}
        for name, value in ours.items():
            settings, times = re.subn(rf"^{name}=\S+", f"{name}={quote(value)}", settings, flags=re.MULTILINE)
            assert times == 1, name
        return str(settings)

    def _environment(self) -> dict[str, str]:
        around = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "HEALTHSCORE_"))}
        path = os.pathsep.join((str(self.folder), str(Path(sys.executable).parent), around["PATH"]))
        return {**around, **CREDENTIALS, "AWS_ENDPOINT_URL": self.stack.emulator.url, "PATH": path}


@contextmanager
def shell(folder: Path, stack: Stack) -> Iterator[Shell]:
    """Open a shell; its commands are in the folder."""
    cli = Cli(stack.emulator.client)

    class Answers(StreamRequestHandler):
        def handle(self) -> None:
            words = json.loads(self.rfile.readline())
            try:
                answer = (0, cli.run(words))
            except (ClientError, BotoCoreError) as error:
                answer = (254, f"aws {' '.join(words)}: {error}\n")
            self.wfile.write(json.dumps(answer).encode() + b"\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        aws = folder / "aws"
        aws.write_text(_ASKS.format(python=sys.executable, port=server.server_address[1]))
        aws.chmod(0o755)
        try:
            yield Shell(folder, stack)
        finally:
            server.shutdown()
