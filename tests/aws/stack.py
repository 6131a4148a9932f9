"""The stack on the emulator: bundles built as for Lambda but for this machine, template.yaml as it is."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

from config.compiled import COMPILED, compiled
from tests.aws.emulator import ROOT, Emulator
from tests.engines import EngineMissingError
from tests.templates import template

OURS = ("config", "handlers", "scoring")
LIVE = "live"
CODE, TEMPLATE, MAPPING = "code.zip", "template.json", "config/account_mapping.csv"
ALIKE = {
    "Ingest": "Ingest",
    "Fold": "Fold",
    "Rescore": "Rescore",
    "Suggest": "Finalise",
    "Sweep": "Finalise",
    "Finalise": "Finalise",
    "Desk": "Desk",
    "Digest": "Finalise",
}
"""Functions whose bundles hold the same packages as another's."""

FOR_THIS_MACHINE = ["FOR_LAMBDA=", "LAMBDA={}.{}".format(*sys.version_info[:2]), f"COMPILER={sys.executable}"]
"""What make is told to build a bundle that runs here."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, by its outputs."""

    emulator: Emulator
    name: str
    outputs: Mapping[str, str]

    def function(self, name: str) -> str:
        """Give the name of a function."""
        return f"{self.name}-{name}"

    def invoke(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke a function and give its answer; AssertionError with its error where it failed."""
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.function(function), Qualifier=LIVE, Payload=json.dumps(event).encode()
        )
        body: dict[str, Any] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body

    def configuration(self, function: str) -> dict[str, Any]:
        """Give the configuration of the version that is live."""
        functions = self.emulator.client("lambda")
        live: dict[str, Any] = functions.get_function_configuration(
            FunctionName=self.function(function), Qualifier=LIVE
        )
        return live

    def configure(self, function: str, **properties: Any) -> None:  # noqa: ANN401 - whatever a configuration has
        """Publish a version of another configuration, and let it be live."""
        functions, name = self.emulator.client("lambda"), self.function(function)
        functions.update_function_configuration(FunctionName=name, **properties)
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name=LIVE, FunctionVersion=version)


def deploy(emulator: Emulator, name: str, parameters: Mapping[str, str]) -> Stack:
    """Deploy template.yaml: from a bucket, as sam does, for it is longer than a call may hold."""
    s3, bucket = emulator.client("s3"), f"{name}-code"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=CODE, Body=_zip())
    s3.put_object(Bucket=bucket, Key=TEMPLATE, Body=json.dumps(_packaged(bucket)).encode())
    cloudformation = emulator.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=f"{emulator.url}/{bucket}/{TEMPLATE}",
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in {**parameters, "Prefix": name}.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 600}
    )
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return Stack(emulator, name, {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})


def _packaged(bucket: str) -> dict[str, Any]:
    """Give the template with the functions' code in a bucket, as `sam package` does.

    Each function finds the packages of its own bundle on its path, as those of a layer: they are not unpacked anew
    whenever one is started.
    """
    packaged = template()
    for name in [name for name, one in packaged["Resources"].items() if "Metrics" in one["Properties"]]:
        del packaged["Resources"][name]  # an alarm on several metrics, which the emulator does not know
    for one in packaged["Resources"].values():
        if one["Type"] == "AWS::Scheduler::Schedule":
            one["Properties"]["State"] = "DISABLED"  # else what a test sees would hang on the minute of the hour
    for name, alike in ALIKE.items():
        function = packaged["Resources"][name]["Properties"]
        function["CodeUri"] = {"Bucket": bucket, "Key": CODE}
        del function["DeploymentPreference"]  # the emulator has no CodeDeploy: an alias moves in one step
        function["Environment"]["Variables"]["PYTHONPATH"] = str(packages(alike))
    return packaged


def _zip() -> bytes:
    """Zip our own code and the figures as they are compiled, and no account."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in _files():
            archive.write(path, path.relative_to(ROOT))
        archive.writestr(f"config/{COMPILED}", compiled(ROOT / "config"))
    return packed.getvalue()


def _files() -> Iterator[Path]:
    left_out = ROOT / MAPPING, ROOT / "config" / COMPILED
    for ours in OURS:
        for path in sorted((ROOT / ours).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path not in left_out:
                yield path


@cache
def packages(function: str, *, for_lambda: bool = False) -> Path:
    """Build a function's bundle once for the packages it asks for; what is our own is taken out of it.

    It is for this machine, or for Lambda's. EngineMissingError where the packages cannot be had.
    """
    locks = sorted((ROOT / ".ci" / "bundles").iterdir())
    asked = b"".join(path.read_bytes() for path in (ROOT / "Makefile", *locks))
    name = f"{function}-for-lambda" if for_lambda else function
    folder = ROOT / ".engines" / "bundles" / blake2b(asked, digest_size=8).hexdigest() / name
    if not folder.exists():
        unfinished = folder.with_suffix(f".{os.getpid()}")
        environment = {**os.environ, "ARTIFACTS_DIR": str(unfinished), "MAKEFLAGS": ""}
        command = [shutil.which("make") or "make", "--silent", f"build-{function}"]
        command += [] if for_lambda else FOR_THIS_MACHINE
        built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own Makefile
        if built.returncode:
            raise EngineMissingError(f"no packages of {function} can be had: {built.stderr[-200:]}")
        for ours in OURS:
            shutil.rmtree(unfinished / ours)
        with suppress(OSError):
            unfinished.rename(folder)
    return folder
