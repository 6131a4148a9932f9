"""What goes into a function's bundle is named by version and hash, as constraints.txt and the Makefile have it."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".ci" / "bundles"
LOCKS = sorted(path.stem for path in FOLDER.iterdir())
MAKEFILE = (ROOT / "Makefile").read_text()
IN_RUNTIME = frozenset({"boto3", "botocore", "jmespath", "s3transfer"})
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
ON_LAMBDA = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.12.0",
    "python_version": "3.12",
    "sys_platform": "linux",
}


@cache
def locked(lock: str) -> Mapping[str, tuple[str, list[str]]]:
    """Give what a lock holds: by name its version and its hashes."""
    entries = (FOLDER / f"{lock}.txt").read_text().replace("\\\n", " ").splitlines()
    pins = [(pin.partition("=="), hashes) for pin, *hashes in map(str.split, entries)]
    return {canonicalize_name(name): (version, hashes) for (name, _, version), hashes in pins}


def constraints() -> dict[str, str]:
    """Give the version of each package that an install brings."""
    lines = (line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def asked(lock: str) -> list[Requirement]:
    """Give what the Makefile asks for in a bundle."""
    lists = dict(re.findall(r"^(\w+) := (.+)$", MAKEFILE, re.MULTILINE))
    said = lists[f"{lock}_HOLDS"]
    while names := re.findall(r"\$\((\w+)\)", said):
        said = said.replace(f"$({names[0]})", lists[names[0]])
    return [Requirement(one) for one in said.split()]


def brought(wanted: Requirement, environment: Mapping[str, str]) -> Iterator[str]:
    """Name a package and whatever it brings, by what is installed here, for a machine."""
    name = canonicalize_name(wanted.name)
    if name in IN_RUNTIME:
        return
    yield name
    for line in requires(name) or []:
        needed = Requirement(line)
        extras = ("", *wanted.extras)
        if needed.marker is None or any(needed.marker.evaluate({**environment, "extra": one}) for one in extras):
            yield from brought(needed, environment)


def test_every_bundle_is_built_from_a_lock_that_the_makefile_writes() -> None:
    """No lock is left over, none is missing, and pip takes nothing that is not in it."""
    listed = re.findall(r"^LOCKS := (.+)$", MAKEFILE, re.MULTILINE)[0].split()
    used = re.findall(r"^build-.+: LOCK := (\w+)$", MAKEFILE, re.MULTILINE)
    assert sorted(listed) == sorted(used) == LOCKS
    assert "--require-hashes --no-deps --only-binary=:all:" in MAKEFILE


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_each_package_by_hash_at_the_version_of_constraints(lock: str) -> None:
    """After a change of constraints.txt: `make lock`."""
    pinned = constraints()
    held = locked(lock)
    assert {name: version for name, (version, _) in held.items()} == {name: pinned[name] for name in held}
    assert all(hashes and all(map(HASH.fullmatch, hashes)) for _, hashes in held.values())
    assert "://" not in (FOLDER / f"{lock}.txt").read_text()


@pytest.mark.parametrize("environment", [ON_LAMBDA, {}], ids=["on Lambda", "on this machine"])
@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_all_that_the_makefile_asks_for_and_no_more(lock: str, environment: Mapping[str, str]) -> None:
    """With whatever each package brings, which pip is not asked to find out; what Lambda has is left out."""
    needed = {name for one in asked(lock) for name in brought(one, environment)}
    assert needed - locked(lock).keys() == set()
    if environment:
        assert locked(lock).keys() - needed - {"python-dateutil", "six", "urllib3"} == set()


def test_a_package_of_other_bytes_is_refused(tmp_path: Path) -> None:
    """A wheel that has the name and version, and one byte more, does not get into a bundle."""
    wheel = tmp_path / "mine-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("mine.py", "")
        archive.writestr("mine-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
        archive.writestr("mine-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("mine-1.0.dist-info/RECORD", "")
    (tmp_path / "lock.txt").write_text(f"mine==1.0 --hash=sha256:{'0' * 64}\n")
    flags = "--isolated --no-index --require-hashes --no-deps --only-binary=:all:".split()
    where = ["--find-links", str(tmp_path), "--target", str(tmp_path / "bundle")]
    command = [sys.executable, "-m", "pip", "install", "-qq", *flags, *where, "-r", str(tmp_path / "lock.txt")]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this interpreter
    assert refused.returncode != 0
    assert "DO NOT MATCH" in refused.stderr
    assert not (tmp_path / "bundle").exists()
