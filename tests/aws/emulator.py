"""An emulator of AWS on this machine, with its state in a folder: started, stopped by SIGTERM, started again."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

import boto3
from botocore.config import Config

from tests.engines import CREDENTIALS, EngineMissingError, free_port

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".engines" / f"aws-{sys.version_info.major}.{sys.version_info.minor}" / "bin" / "python"
REGION = CREDENTIALS["AWS_DEFAULT_REGION"]
PATIENCE_SECONDS = 60


@dataclass(slots=True)
class Emulator:
    """The emulator; `environment` is what the Lambda functions find beside what the stack sets."""

    folder: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

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
        if not PYTHON.exists():
            raise EngineMissingError("the emulator of AWS is missing: make emulator")
        state = self.folder / "state"
        settings = {
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
                [PYTHON, "-m", "ministack"],
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
            self._process = None

    def client(self, service: str) -> Any:  # noqa: ANN401 - a client of any service
        """Give a client of a service."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 2}, read_timeout=900, max_pool_connections=20),
        )
