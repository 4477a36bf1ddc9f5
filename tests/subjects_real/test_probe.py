"""`wan-rules probe --subjects`, and what its count does to a check: it warns, or refuses where it is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from pricing.shell.cli import app
from tests.conftest import ROOT
from tests.media.answering import Server, part_of, serve
from tests.subjects_real.pictures import MADE, read_picture, side_by_side
from wan_rules.shell.detection.weights import DIGEST_VARIABLE, WEIGHTS_VARIABLE, Weights

TWO: Final = MADE[0]
Run = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def _named(weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "yolox_nano.onnx"
    file.write_bytes(weights.data)
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(file))
    monkeypatch.setenv(DIGEST_VARIABLE, weights.sha256)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """The command's exit code, and what it printed, as JSON if it is."""

    def do(*words: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            app([*words, "--format", "json"])
        printed = capfd.readouterr().out
        return int(str(ended.value.code)), json.loads(printed) if printed else None

    return do


def test_what_is_seen_is_said_and_drawn(run: Run, tmp_path: Path) -> None:
    picture, drawn = tmp_path / "two.png", tmp_path / "out.png"
    picture.write_bytes(side_by_side(*TWO.parts))
    code, (document,) = run("probe", str(picture), "--subjects", "--annotate", str(drawn))
    assert (code, document["subjects"]["answer"], document["facts"]["subjects"]) == (0, "many", 2)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert drawn.stat().st_size > 10_000


def test_what_is_not_known_ends_with_3_and_what_can_not_be_drawn_with_2(run: Run, tmp_path: Path) -> None:
    flower = tmp_path / "flower.jpg"
    flower.write_bytes(read_picture("flower.jpg"))
    code, (document,) = run("probe", str(flower), "--subjects")
    assert (code, document["subjects"]["answer"], "subjects" in document["facts"]) == (3, "unknown", False)
    voice = ROOT / "examples" / "media" / "voice.mp3"
    for words in (
        ("probe", str(voice), "--subjects", "--annotate", str(tmp_path / "out.png")),
        ("probe", str(flower), "--annotate", str(tmp_path / "out.png")),
        ("probe", str(flower), str(voice), "--subjects", "--annotate", str(tmp_path / "out.png")),
    ):
        assert run(*words)[0] == 2
    assert not (tmp_path / "out.png").exists()


def _payload(server: Server, tmp_path: Path) -> str:
    server.says["/two.png"] = lambda question: part_of(side_by_side(*TWO.parts), question)
    media = [{"type": "reference_image", "url": server.url("/two.png")}]
    sent = {"model": "wan2.7-r2v", "input": {"prompt": "Image 1 waves", "media": media}}
    file = tmp_path / "p.json"
    file.write_text(json.dumps(sent | {"parameters": {"resolution": "720P", "duration": 5}}))
    return str(file)


def test_a_detector_warns_and_refuses_only_where_it_is_trusted(run: Run, tmp_path: Path) -> None:
    with serve() as server:
        words = ("check", _payload(server, tmp_path), "--probe", "--allow", f"127.0.0.1:{server.port}", "--subjects")
        code, document = run(*words)
        assert (code, document["verdict"]) == (0, "accepted")
        (found,) = document["violations"]
        assert (found["severity"], found["rule"], found["observed"]) == ("warning", "WAN208", 2)
        code, document = run(*words, "--trust-subjects")
        assert (code, document["verdict"]) == (1, "rejected")
        (found,) = document["violations"]
        assert found["severity"] == "error"
        assert " px" in found["message"]


def test_a_declared_count_is_not_a_detectors(run: Run, tmp_path: Path) -> None:
    facts = tmp_path / "f.json"
    facts.write_text('{"/input/media/0": {"subjects": 1}}')
    with serve() as server:
        words = ("--probe", "--allow", f"127.0.0.1:{server.port}", "--subjects", "--facts", str(facts))
        code, document = run("check", _payload(server, tmp_path), *words)
    assert (code, document["violations"]) == (0, [])
    (medium,) = document["media"]
    assert "detected" not in medium["from"]
    assert medium["contradictions"] == [{"fact": "subjects", "declared": 1, "measured": 2}]


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "how-to" / "see-subjects.md").read_text(encoding="utf-8")
    command, shown = re.search(r"```sh\n(wan-rules probe .*?)\n```\n\n```text\n(.*?)```", page, re.DOTALL).groups()  # type: ignore[union-attr]
    monkeypatch.chdir(tmp_path)
    Path("astronaut.png").write_bytes(read_picture("astronaut.png"))
    with pytest.raises(SystemExit) as ended:
        app(command.split()[1:])
    assert (ended.value.code, capfd.readouterr().out) == (0, shown)
    assert Path("boxes.png").exists()
