"""What `examples/service/` says, as words to run: those of the Dockerfile, of the compose file, of the unit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped]  # it has no types

from tests.conftest import ROOT
from tests.ports import free_port

FOLDER: Final = ROOT / "examples" / "service"
SECONDS_MAX: Final = 240


def list_instructions(stage: int) -> list[tuple[str, str]]:
    """The instructions of a stage of the Dockerfile, with what each is given, on one line."""
    text = re.sub(r"^#.*\n", "", (FOLDER / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found = [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]
    begins = [number for number, (name, _) in enumerate(found) if name == "FROM"]
    return found[begins[stage] : (*begins, len(found))[stage + 1]]


def find_words(instruction: str) -> list[str]:
    """The words of an instruction of the image that is made, which writes them as JSON."""
    (given,) = (rest for name, rest in list_instructions(1) if name == instruction)
    words: list[str] = json.loads(given[given.index("[") :])
    return words


def read_compose() -> Mapping[str, Any]:
    """The compose file."""
    document: Mapping[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return document


def read_unit() -> Mapping[str, str]:
    """The settings of the unit, each once."""
    lines = [line for line in (FOLDER / "wan-rules.service").read_text().splitlines() if re.match(r"\w+=", line)]
    return dict(line.split("=", 1) for line in lines)


def install(folder: Path) -> Path:
    """The folder of programs that the commands of the Dockerfile's first stage make, from what it copies alone."""
    source = folder / "source"
    source.mkdir()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("VIRTUAL_ENV", None)
    for name, given in list_instructions(0):
        if name == "COPY":
            _copy(given.split(), source)
        if name == "RUN" and not given.startswith("pip install"):  # uv is here
            command = given.replace("/dist", f"{folder}/dist").replace("/opt/", f"{folder}/opt/")
            subprocess.run(["sh", "-c", command], cwd=source, env=environment, check=True)
    return folder / "opt" / "wan-rules" / "bin"


def _copy(words: Sequence[str], source: Path) -> None:
    for name in words[:-1]:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)


@contextmanager
def running(words: Sequence[str], programs: Path, folder: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """The URL and process id of a service once it is ready; of our programs it sees those in the folder alone."""
    port = str(free_port())
    path = f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*words, "--port", port], cwd=folder, env={"PATH": path, **environment}, stdout=log, stderr=log
        )
    try:
        _wait(f"http://127.0.0.1:{port}", process, folder / "log")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(SECONDS_MAX)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS_MAX
    while True:
        try:
            assert ask(f"{url}/readyz") == b'{"status":"ready"}'
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return


def ask(url: str, key: str | None = None, body: bytes | None = None) -> bytes:
    """What is answered. Raises OSError."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:  # noqa: S310 - ours
        found: bytes = answer.read()
        return found
