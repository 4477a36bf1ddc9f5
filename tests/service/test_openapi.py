"""Requests made from the OpenAPI document, against the service as a process: nothing that it answers contradicts it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from pricing.shell.service.operations import OPERATIONS
from tests.served import serving

SCHEMATHESIS: Final = str(Path(sys.executable).with_name("schemathesis"))
LEFT_OUT: Final = "positive_data_acceptance"
"""A payload's schema says that it is an object, and what a host takes of one is for the rules to say."""


def test_nothing_contradicts_the_document(tmp_path: Path) -> None:
    with serving(tmp_path, "--quiet") as served:
        words = ["run", f"{served.url}/openapi.json", "-H", f"Authorization: Bearer {served.key()}", "--seed", "1"]
        words += ["--max-examples", "60", "--continue-on-failure", "--exclude-checks", LEFT_OUT]
        done = subprocess.run([SCHEMATHESIS, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        log = served.read_log()
    told = "\n".join(line[:400] for line in done.stdout.splitlines())
    assert done.returncode == 0, told
    tested = re.search(r"Tested: (\d+)", told)
    assert tested is not None
    assert int(tested[1]) == len(OPERATIONS) - 1, "each but the one that gives the document"
    assert '"event": "failed"' not in log


def test_every_operation_is_in_the_document(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        status, document = served.ask("GET", "/openapi.json")
    assert status == 200
    documented = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert documented == {(one.method, one.path) for one in OPERATIONS}
    assert all("example" in json.dumps(item) for path, item in document["paths"].items() if path == "/v1/quotes")
