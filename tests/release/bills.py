"""Bills of materials of what uv.lock names: of the plain install, and of it with each extra that users install.

`python -m tests.release.bills FOLDER` writes them as CycloneDX 1.6 in JSON. Licences and who needs whom are read from
an environment with all of these packages, what belongs to an extra and the digests of files from uv.lock. The same lock
gives the same bytes; the time in them is SOURCE_DATE_EPOCH, and without it there is none.
"""

from __future__ import annotations

import json
import re
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
from tests.release.asked_for import USERS, list_requirements
from tests.release.environments import UV, call

Json: TypeAlias = dict[str, Any]
NAME: Final = f"wan-rules-{__version__}"
LOCKED: Final = ("--frozen", "--no-dev")


def write_bills(folder: Path) -> Iterator[Path]:
    """The files, one after another. Raises ValueError where they are not as their schema wants them."""
    whole = _complete(_describe())
    # Once, since it takes seconds: the parts of the others are parts of this one.
    if (fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(whole))) is not None:
        raise ValueError(str(fault))
    for extra in ("", *USERS):
        path = folder / f"{'-'.join(filter(None, (NAME, extra)))}.cdx.json"
        path.write_text(f"{json.dumps(_take(whole, extra), indent=2, sort_keys=True)}\n", encoding="utf-8")
        yield path


def _describe() -> Json:
    """What is installed in an environment with everything that users may install, and nothing else."""
    extras = [word for extra in USERS for word in ("--extra", extra)]
    with tempfile.TemporaryDirectory() as scratch:
        call(*UV, "sync", *LOCKED, "--no-editable", *extras, UV_PROJECT_ENVIRONMENT=f"{scratch}/venv")
        form = ["--pyproject", "pyproject.toml", "--mc-type", "library", "--sv", "1.6", "--output-reproducible"]
        told = call(sys.executable, "-m", "cyclonedx_py", "environment", *form, f"{scratch}/venv/bin/python")
    bill: Json = json.loads(told)
    return bill


def _complete(bill: Json) -> Json:
    """The bill with our version, which the build reads from a file, and with the digests of the others' files."""
    bill["metadata"]["component"] |= {"version": __version__, "purl": f"pkg:pypi/wan-rules@{__version__}"}
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    files = {(package["name"], package.get("version")): _refer(package) for package in locked}
    for part in bill["components"]:
        part.setdefault("externalReferences", []).append(files[_name(part), part["version"]])
    return bill


def _refer(package: Mapping[str, Any]) -> Json:
    """The files of a package that is locked, as one reference with all their digests: the schema is slow with URLs."""
    files = [*filter(None, [package.get("sdist")]), *package.get("wheels", ())]
    hashes = [{"alg": "SHA-256", "content": file["hash"].removeprefix("sha256:")} for file in files]
    url = f"https://pypi.org/simple/{package['name']}/"
    return {"type": "distribution", "url": url, "comment": "the files of this version", "hashes": hashes}


def _take(whole: Json, extra: str) -> Json:
    """Of the whole bill, what the plain install and this extra bring."""
    extras = [extra] if extra else []
    named = ["--extra", extra] if extra else []
    form = ["--no-emit-project", "--no-hashes", "--no-annotate", "--no-header"]
    locked = {_spell(line) for line in call(*UV, "export", *LOCKED, *form, *named).splitlines()}
    parts = {part["bom-ref"]: part for part in whole["components"] if _name(part) in locked}
    root = whole["metadata"]["component"]["bom-ref"]
    asked = {_spell(line) for line in list_requirements(extras)}
    direct = {ref for ref, part in parts.items() if _name(part) in asked}
    needs = [
        entry | {"dependsOn": [ref for ref in entry["dependsOn"] if ref in (direct if entry["ref"] == root else parts)]}
        if "dependsOn" in entry
        else entry
        for entry in whole["dependencies"]
        if entry["ref"] in {root, *parts}
    ]
    return whole | {"components": [*parts.values()], "dependencies": needs}


def _name(part: Json) -> str:
    return _spell(part["purl"].removeprefix("pkg:pypi/"))


def _spell(requirement: str) -> str:
    """The name that a requirement begins with, as indexes spell it; empty where there is none."""
    found = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for written in write_bills(target):
        print(written)  # noqa: T201 - what it wrote
