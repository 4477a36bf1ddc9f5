"""The hosts' own SDKs with the guard before them: what it stops they never send, and what it passes they get whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import dashscope
import pytest

from pricing.shell.guard import CallRejected, install
from tests.guard import payloads
from tests.guard.conftest import Make
from tests.guard.fake_host import FakeHost
from tests.guard_real import scripts

Words = dict[str, Any]
MEDIA = [{"type": "reference_image", "url": payloads.IMAGE}]
CLIPS = [{"type": "reference_video", "url": payloads.CLIP}]
GOOD: Words = {"prompt": "Image 1 walks", "media": MEDIA, "resolution": "720P", "duration": 5}
CLIP: Words = {"prompt": "Video 1 walks, a clip", "media": CLIPS, "resolution": "720P", "duration": 5}
LATE: Words = {**GOOD, "prompt": "Image 1, late failure"}
BAD: Words = {**GOOD, "duration": 99}


def test_a_rejected_call_through_dashscope_never_leaves_the_machine(make: Make, host: FakeHost) -> None:
    """The acceptance of the guard."""
    dashscope.base_http_api_url, dashscope.api_key = f"{host.url}/api/v1", "sk-none"
    take_away = install(make())
    try:
        with pytest.raises(CallRejected) as caught:
            dashscope.VideoSynthesis.call(model="wan2.7-r2v", **BAD)
    finally:
        take_away()
    assert [violation.at for violation in caught.value.report.violations if violation.severity == "error"] == [
        "/parameters/duration"
    ]
    assert host.received == []


@pytest.mark.parametrize("script", [scripts.DASHSCOPE, scripts.DASHSCOPE_ASYNC], ids=["requests", "aiohttp"])
def test_a_program_that_calls_by_dashscope(host: FakeHost, script: str) -> None:
    done = _run(host, script, [GOOD, CLIP, LATE, BAD, CLIP, {**GOOD, "prompt": "Image 1, unknown"}], "USD=2.00")
    assert done.stdout.splitlines() == [
        "SUCCEEDED 5.0",
        "SUCCEEDED 10.0",  # floats, as the host sends them
        "FAILED None",
        "CallRejected",
        "OverBudget",  # 1.50 are spent, and it may cost 1.00
        "UNKNOWN None",
    ]
    ended = "2 settled, 1 free, 1 not ended, as far as was seen"
    assert done.stderr.splitlines()[-4:] == [
        f"wan-rules run: 4 sent ({ended}), 2 refused (1 rejected, 1 over budget)",
        "  spent 1.50 USD, held 0.50 USD, saved 1.00 USD",
        "  rejected at alibaba: 99 s: 2 to 15 s are rendered. Ask for 15 s.",
        "  over budget at alibaba: it may cost 1.00 USD; 1.50 of 2.00 USD per run is spent or held",
    ]
    assert len(host.creates) == 4


@pytest.mark.parametrize("script", [scripts.FAL, scripts.FAL_ASYNC], ids=["sync", "async"])
def test_a_program_that_calls_by_fal_client(host: FakeHost, script: str) -> None:
    calls = [payloads.fal(), payloads.fal(seconds=99), payloads.fal("Image 1, late failure"), payloads.fal(seconds=10)]
    done = _run(host, script, calls, "USD=1.20")
    assert done.stdout.splitlines() == ["['seed', 'video']", "CallRejected", "FalClientHTTPError", "OverBudget"]
    assert len(host.creates) == 2


def _run(host: FakeHost, script: str, calls: object, limit: str) -> subprocess.CompletedProcess[str]:
    bases = [f"--base={name}={url}" for name, urls in host.bases().items() for url in urls]
    command = [str(Path(sys.executable).with_name("wan-rules")), "run", *bases, f"--per-run={limit}", "--"]
    return subprocess.run(
        [*command, sys.executable, "-c", script, json.dumps(calls)],
        env={**os.environ, "BASE": host.url, "FAL_KEY": "a:b"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
