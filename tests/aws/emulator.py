"""An emulator of AWS on this machine, with its state in a folder: started, stopped by SIGTERM, started again."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

import boto3
from botocore.config import Config

from tests.engines import CREDENTIALS, EngineMissingError, free_port

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".engines" / f"aws-{sys.version_info.major}.{sys.version_info.minor}"
REGION = CREDENTIALS["AWS_DEFAULT_REGION"]
PATIENCE_SECONDS = 60
_RUN = """
import os, runpy, sys, threading

def end_with_parent():
    sys.stdin.read()
    os.killpg(0, 9)

threading.Thread(target=end_with_parent, daemon=True).start()
{batches}
runpy.run_module("ministack", run_name="__main__")
"""
"""Runs the emulator until it is stopped, or until the process that started it is gone, however that ended."""

_WHOLE_BATCHES = """
from itertools import accumulate, takewhile
from time import time
from ministack.services import sqs

def whole_batch(queue_url, most):
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        seen = (len(one["body"]) for one in queue["messages"] if one["visible_at"] <= time())
        fits = sum(1 for _ in takewhile(6_000_000 .__ge__, accumulate(seen)))
        hidden = int(queue["attributes"]["VisibilityTimeout"])
        return sqs._collect_msgs(queue, min(fits, most), hidden)

sqs._receive_messages_for_esm = whole_batch
"""
"""Hands out what a mapping's BatchSize says, up to 6 MB, as AWS does; the emulator alone hands out 10 at most."""


@dataclass(slots=True)
class Emulator:
    """The emulator; `environment` is what the Lambda functions find beside what the stack sets.

    With `has_whole_batches` a queue hands out as much at once as AWS's does.
    """

    folder: Path
    environment: Mapping[str, str]
    has_whole_batches: bool = False
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Give the endpoint of every service."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Name the file with the emulator's log, and what the functions print."""
        return self.folder / "emulator.log"

    def start(self) -> None:
        """Start it, with the state of the last time; EngineMissingError where it is not installed."""
        if not (INSTALLED / ".installed").exists():
            raise EngineMissingError("the emulator of AWS is missing: make emulator")
        state, temporary = self.folder / "state", self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        settings = {
            "TMPDIR": str(temporary),
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "STATE_DIR": str(state),
            "S3_DATA_DIR": str(state / "s3"),
            "MINISTACK_REGION": REGION,
            "POWERTOOLS_TRACE_DISABLED": "true",
            "SFN_WAIT_SCALE": "0.02",
        }
        around = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - what we installed
                [INSTALLED / "bin" / "python", "-c", _RUN.format(batches=_WHOLE_BATCHES * self.has_whole_batches)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**around, **CREDENTIALS, **settings, **self.environment},
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1):  # noqa: S310 - our own
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the emulator did not answer: see {self.log}")

    def stop(self) -> None:
        """Stop it as a shutdown does: its state is kept."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE_SECONDS)
        self._end()

    def remove(self) -> None:
        """End it, and leave nothing of it but its log."""
        self._end()
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        for client in self._clients.values():
            client.close()

    def _end(self) -> None:
        """End its processes, and those of functions; remove what they left."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdin.close()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def client(self, service: str) -> Any:  # noqa: ANN401 - a client of any service
        """Give the client of a service."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
                config=Config(retries={"total_max_attempts": 2}, read_timeout=900, max_pool_connections=20),
            )
        return self._clients[service]
