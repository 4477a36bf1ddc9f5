"""Whoever builds from the same commit gets the same bytes, with all that belongs in them and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from pricing.version import __version__
from tests.conftest import ROOT
from tests.release.environments import SECONDS_MAX, UV, call, clean

PACKAGES: Final = ("pricing/", "wan_rules/")
EPOCH: Final = "1790000000"


class Machine(NamedTuple):
    """How two builders differ: by tool, surroundings, umask and the times of their files."""

    builder: Sequence[str]
    surroundings: Mapping[str, str]
    umask: int
    modified: int


MACHINES: Final = {
    "build": Machine(
        (sys.executable, "-m", "build", "--outdir"),
        {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        umask=0o022,
        modified=1_000_000_000,
    ),
    "uv": Machine(
        (*UV, "build", "--out-dir"),
        {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
        umask=0o077,
        modified=1_700_000_000,
    ),
}


def list_tracked() -> set[str]:
    """The files that git knows, relative to the checkout."""
    return set(call("git", "ls-files", "-z").split("\0")) - {""}


def check_out(folder: Path, machine: Machine) -> Path:
    """The tracked files in a folder, as that machine would have them."""
    for name in list_tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
        (folder / name).chmod((ROOT / name).stat().st_mode & ~machine.umask)
        os.utime(folder / name, (machine.modified, machine.modified))
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The folder that each machine built into."""
    folders = {}
    for name, machine in MACHINES.items():
        source = check_out(tmp_path_factory.mktemp(f"of-{name}"), machine)
        folders[name] = tmp_path_factory.mktemp(f"by-{name}")
        done = subprocess.run(
            [*machine.builder, str(folders[name])],
            cwd=source,
            env=clean(**machine.surroundings, SOURCE_DATE_EPOCH=EPOCH),
            umask=machine.umask,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folders


@pytest.fixture(scope="module")
def wheel(built: Mapping[str, Path]) -> Path:
    return built["uv"] / f"wan_rules-{__version__}-py3-none-any.whl"


@pytest.fixture(scope="module")
def sdist(built: Mapping[str, Path]) -> Path:
    return built["uv"] / f"wan_rules-{__version__}.tar.gz"


def test_two_builds_are_the_same_to_the_bit(built: Mapping[str, Path], wheel: Path, sdist: Path) -> None:
    digests = {
        name: {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in (wheel.name, sdist.name)}
        for name, folder in built.items()
    }
    print(digests["uv"])  # noqa: T201 - shown with -s: what a rebuild is held against
    assert digests["build"] == digests["uv"]


def test_the_wheel_has_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if not name.startswith(f"wan_rules-{__version__}.dist-info/")}
    assert found == {name for name in list_tracked() if name.startswith(PACKAGES)}
    assert {"pricing/py.typed", "wan_rules/py.typed", "pricing/published/catalogue.toml"} <= found


def test_the_sdist_has_every_file_that_building_and_testing_want(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        found = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert found == list_tracked() | {"PKG-INFO"}


def test_the_sdist_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    call(*UV, "build", "--wheel", "--out-dir", str(tmp_path), str(sdist), SOURCE_DATE_EPOCH=EPOCH)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_index_takes_the_metadata(wheel: Path, sdist: Path) -> None:
    said = call(sys.executable, "-m", "twine", "--no-color", "check", "--strict", str(wheel), str(sdist))
    assert said.count("PASSED") == 2
