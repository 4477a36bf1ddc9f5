"""Bills of materials of what uv.lock names: of the plain install, and of it with each extra that users install.

`python -m tests.release.bills FOLDER` writes them as CycloneDX 1.6 in JSON. Licences and who needs whom are read from
an environment with exactly those packages, digests of their files from uv.lock. The same lock gives the same bytes; the
time in them is SOURCE_DATE_EPOCH, and without it there is none.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from pricing.version import __version__
from tests.conftest import ROOT
from tests.release.asked_for import USERS
from tests.release.environments import UV, call

Json: TypeAlias = dict[str, Any]
NAME: Final = f"wan-rules-{__version__}"


def write_bills(folder: Path) -> Iterator[Path]:
    """The files, one after another. Raises ValueError where one is not as its schema wants it."""
    files = _list_files()
    with tempfile.TemporaryDirectory() as scratch:
        for extra in ("", *USERS):
            bill = _complete(_describe(extra, Path(scratch) / "venv"), files)
            text = f"{json.dumps(bill, indent=2, sort_keys=True)}\n"
            if (fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
                raise ValueError(f"{extra or 'the plain install'}: {fault}")
            path = folder / f"{'-'.join(filter(None, (NAME, extra)))}.cdx.json"
            path.write_text(text, encoding="utf-8")
            yield path


def _describe(extra: str, environment: Path) -> Json:
    """What is installed in the environment once it has what the extra brings, and nothing else."""
    wanted = ["--extra", extra] if extra else []
    call(*UV, "sync", "--frozen", "--no-dev", "--no-editable", *wanted, UV_PROJECT_ENVIRONMENT=str(environment))
    form = ["--pyproject", "pyproject.toml", "--mc-type", "library", "--sv", "1.6", "--output-reproducible"]
    command = [sys.executable, "-m", "cyclonedx_py", "environment", *form, str(environment / "bin" / "python")]
    bill: Json = json.loads(call(*command))
    return bill


def _complete(bill: Json, files: Mapping[tuple[str, str], list[Json]]) -> Json:
    """The bill with our version, which the build reads from a file, and with the digests of the others' files."""
    bill["metadata"]["component"] |= {"version": __version__, "purl": f"pkg:pypi/wan-rules@{__version__}"}
    for component in bill["components"]:
        name, _, version = component["purl"].removeprefix("pkg:pypi/").partition("@")
        component.setdefault("externalReferences", []).extend(files[name, version])
    return bill


def _list_files() -> Mapping[tuple[str, str], list[Json]]:
    """The files of each package that is locked, by its name and version, as references with a digest."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {(package["name"], package.get("version", "")): [*_refer(package)] for package in locked}


def _refer(package: Mapping[str, Any]) -> Iterator[Json]:
    for file in (*filter(None, [package.get("sdist")]), *package.get("wheels", ())):
        digest = file["hash"].removeprefix("sha256:")
        yield {"type": "distribution", "url": file["url"], "hashes": [{"alg": "SHA-256", "content": digest}]}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for written in write_bills(target):
        print(written)  # noqa: T201 - what it wrote
