"""The service measures media where it was told to, for callers with a key who ask for it, and never else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from pricing.shell.service.measuring import AT_ONCE
from tests.asked import ROOT, Reply, Running
from tests.media.answering import Question, Server, part_of, serve

MEDIA: Final = ROOT / "examples" / "media"
SCHEMAS: Final = ROOT / "docs" / "reference" / "schemas"


@pytest.fixture
def media() -> Iterator[Server]:
    with serve() as server:
        for name in ("dance.mp4", "girl.png"):
            data = (MEDIA / name).read_bytes()
            server.says[f"/{name}"] = lambda question, data=data: part_of(data, question)  # type: ignore[misc]
        yield server


@pytest.fixture
def running(tmp_path: Path, media: Server) -> Running:
    return Running(tmp_path / "state", catalogue=None, probe=True, probe_allow=(f"127.0.0.1:{media.port}",))


def payload(media: Server) -> dict[str, Any]:
    sent = [
        {"type": "reference_video", "url": media.url("/dance.mp4")},
        {"type": "reference_image", "url": media.url("/girl.png")},
    ]
    said = {"resolution": "720P", "duration": 5}
    return {
        "model": "wan2.7-r2v",
        "input": {"prompt": "Image 1 dances like Video 1", "media": sent},
        "parameters": said,
    }


def check_schema(document: object, name: str) -> None:
    Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text())).validate(document)


def test_an_estimate_is_exact_where_its_clip_was_measured(running: Running, media: Server) -> None:
    key = running.key()
    bounded = running.post("/v1/estimates", payload(media), key=key).document
    assert (bounded["kind"], "media" in bounded, media.asked) == ("bounded", False, [])
    exact = running.post("/v1/estimates?probe=true", payload(media), key=key).document
    assert (exact["kind"], exact["total"], len(exact["media"])) == ("exact", "0.9004", 2)
    check_schema(exact, "quote")
    report = running.post("/v1/check?probe=true", payload(media), key=key).document
    check_schema(report, "report")
    assert {need for one in report["unverified"] for need in one["needs"]} == {"subjects"}


def test_a_quote_that_binds_is_of_what_was_measured_or_declared(running: Running, media: Server) -> None:
    key = running.key()
    quote = running.post("/v1/quotes?probe=true", payload(media), key=key, once="1")
    assert (quote.status, quote.document["total"], "media" in quote.document) == (201, "0.9004", False)
    again = running.post("/v1/quotes?probe=true", payload(media), key=key, once="1")
    assert again.body == quote.body
    envelope = {"payload": payload(media), "facts": {"/input/media/0": {"duration_s": "4"}}}
    declared = running.post("/v1/estimates?probe=true", envelope, key=key).document
    assert (declared["total"], declared["media"][0]["from"]["duration_s"]) == ("0.90", "declared")


def test_nobody_without_a_key_has_anything_fetched(running: Running, media: Server) -> None:
    refused = running.post("/v1/estimates?probe=true", payload(media))
    assert (refused.status, refused.document["code"]) == (401, "key_missing")
    assert media.asked == []


def test_a_service_that_was_not_told_to_fetches_nothing(tmp_path: Path, media: Server) -> None:
    running = Running(tmp_path / "state", catalogue=None)
    refused = running.post("/v1/estimates?probe=true", payload(media), key=running.key())
    assert (refused.status, "fetches no media" in refused.document["detail"]) == (400, True)
    assert running.post("/v1/estimates?probe=yes", payload(media), key=running.key()).status == 400
    assert running.post("/v1/plan?probe=true", payload(media), key=running.key()).status == 400
    assert media.asked == []


def test_a_private_address_is_not_asked_for_a_caller(tmp_path: Path, media: Server) -> None:
    running = Running(tmp_path / "state", catalogue=None, probe=True)
    found = running.post("/v1/check?probe=true", payload(media), key=running.key()).document
    assert [one["facts"] for one in found["media"]] == [{}, {}]
    assert media.asked == []


def test_who_comes_when_all_wait_is_refused(running: Running, media: Server) -> None:
    def wait(_: Question) -> list[bytes]:
        media.wait(1)
        return [b""]

    media.says["/dance.mp4"] = wait
    key, sent = running.key(), payload(media)

    async def ask_all() -> list[Reply]:
        path, times = "/v1/check?probe=true", range(AT_ONCE + 2)
        return await asyncio.gather(*(running.begin("POST", path, sent, key=key) for _ in times))

    replies = asyncio.run(ask_all())
    assert sorted(reply.status for reply in replies) == [200] * AT_ONCE + [503] * 2
    assert {reply.headers.get("retry-after") for reply in replies if reply.status == 503} == {"1"}
