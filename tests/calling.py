"""The command line in processes of its own, each forked from one that has imported it: a start costs next to nothing.

`python -m tests.calling` reads lines of JSON, `[words, folder, environment, files]`; for each it forks a process
that runs `healthscore` with these words, and says its exit code.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
Called = subprocess.CompletedProcess[bytes]


def call(*words: str, folder: Path, given: bytes = b"", environment: Mapping[str, str] | None = None) -> Called:
    """Run `healthscore` with these words in a folder; its environment is this process's, and more."""
    with _files(given) as files:
        asked = [words, str(folder), {**os.environ, **(environment or {})}, files]
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(asked).encode() + b"\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        _, out, err = (Path(name).read_bytes() for name in files)
    return Called(words, code, out, err)


@contextmanager
def _files(given: bytes) -> Iterator[list[str]]:
    with TemporaryDirectory() as folder:
        names = [f"{folder}/{name}" for name in ("in", "out", "err")]
        Path(names[0]).write_bytes(given)
        yield names


@cache
def _server() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.calling"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours


def _work(words: list[str], folder: str, environment: dict[str, str], files: list[str]) -> None:
    """Be a process that was just started to run these words."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["healthscore", *words]
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (name, flag) in enumerate(zip(files, flags, strict=True)):
        os.dup2(os.open(name, flag), number)
    code: object = 1
    try:
        import_module("handlers.cli").main()
    except SystemExit as left:
        code = left.code
    finally:
        with ExitStack() as flushing:
            flushing.callback(sys.stderr.flush)
            sys.stdout.flush()
        os._exit(code if isinstance(code, int) else 1)


def main() -> None:
    """Import all commands, then do what each line says."""
    for place in import_module("handlers.cli").COMMANDS.values():
        import_module(f"handlers.commands.{place.partition(':')[0]}")
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            _work(*json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
