"""Facts measured for a payload beside those declared: which holds, where it came from, what contradicts what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from pricing.shell.asked_values import Measuring
from pricing.shell.cli import app
from pricing.shell.probing import list_media, probe, to_facts, to_ways
from tests.conftest import ROOT
from tests.media.answering import Server, part_of, serve
from wan_rules import HOSTS, parse_facts, read
from wan_rules.payloads import UnusableInputError
from wan_rules.shell.fact_cache import FactCache
from wan_rules.shell.media import Ways, measure, measure_all, measure_file

MEDIA: Final = ROOT / "examples" / "media"
SCHEMAS: Final = ROOT / "docs" / "reference" / "schemas"
NAMES: Final = ("dance.mp4", "lying.mp4", "girl.png", "voice.mp3")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as server:
        for name in NAMES:
            data = (MEDIA / name).read_bytes()
            server.says[f"/{name}"] = lambda question, data=data: part_of(data, question, ETag='"1"')  # type: ignore[misc]
        yield server


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The command's exit code, and what it printed on stdout."""

    def do(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            app([*words])
        return int(str(ended.value.code)), capfdbinary.readouterr().out.decode()

    return do


def payload(server: Server, clip: str = "dance.mp4") -> dict[str, Any]:
    media = [
        {"type": "reference_video", "url": server.url(f"/{clip}"), "reference_voice": server.url("/voice.mp3")},
        {"type": "reference_image", "url": server.url("/girl.png")},
    ]
    said = {"resolution": "720P", "duration": 5}
    return {
        "model": "wan2.7-r2v",
        "input": {"prompt": "Image 1 dances like Video 1", "media": media},
        "parameters": said,
    }


def ways_to(server: Server) -> Ways:
    return to_ways(Measuring(allow=(f"127.0.0.1:{server.port}",)))


def check_schema(document: object, name: str) -> None:
    Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text())).validate(document)


def test_every_medium_of_a_payload_is_measured_once(server: Server) -> None:
    sent = payload(server)
    sent["input"]["media"].append({"type": "first_frame", "url": server.url("/girl.png")})
    reading = read(sent, HOSTS["alibaba"])
    probed = probe(reading, ways_to(server))
    assert [(one.medium.at, one.facts.kind) for one in probed] == [
        ("/input/media/0/url", "video"),
        ("/input/media/0/reference_voice", "voice"),
        ("/input/media/1/url", "image"),
        ("/input/media/2/url", "image"),
    ]
    assert sorted(server.paths).count("/girl.png") == 1
    assert str(probed[0].facts.duration_s) == "4.004"
    assert set(probed[0].origins.values()) == {"measured"}


def test_the_voice_of_a_request_is_a_medium_too(server: Server) -> None:
    sent: dict[str, Any] = {
        "model": "alibaba/wan-2.7/reference-to-video",
        "prompt": "character1 sings",
        "images": [server.url("/girl.png")],
        "audio": server.url("/voice.mp3"),
    }
    assert [medium.at for medium in list_media(read(sent, HOSTS["atlas"]))] == ["/images/0", "/audio"]


def test_what_is_declared_comes_first_and_contradictions_are_said(server: Server) -> None:
    facts = parse_facts({"/input/media/0": {"duration_s": "6", "format": "mp4"}, "/input/media/1": {"subjects": 1}})
    clip, _, girl = probe(read(payload(server), HOSTS["alibaba"], facts), ways_to(server))
    assert (str(clip.facts.duration_s), clip.origins["duration_s"], clip.origins["width_px"]) == (
        "6",
        "declared",
        "measured",
    )
    assert [(each.fact, str(each.declared), str(each.measured)) for each in clip.contradictions] == [
        ("duration_s", "6", "4.004")
    ]
    assert (girl.facts.subjects, girl.origins["subjects"], girl.contradictions) == (1, "declared", ())
    again = read(payload(server), HOSTS["alibaba"], to_facts((clip, girl)))
    assert again.draft.evidence[0].medium == clip.facts


def test_a_declared_length_ends_a_dispute(server: Server) -> None:
    disputed = probe(read(payload(server, "lying.mp4"), HOSTS["alibaba"]), ways_to(server))[0]
    assert (disputed.facts.duration_s, str(disputed.facts.duration_min_s), str(disputed.facts.duration_max_s)) == (
        None,
        "1",
        "5",
    )
    facts = parse_facts({"/input/media/0": {"duration_s": "5"}})
    settled = probe(read(payload(server, "lying.mp4"), HOSTS["alibaba"], facts), ways_to(server))[0]
    assert (str(settled.facts.duration_s), settled.facts.duration_min_s) == ("5", None)


@pytest.mark.parametrize("bills", ["edit", "track", "movie", "samples"])
def test_whose_word_is_taken_comes_first(bills: str) -> None:
    assert to_ways(Measuring(bills=bills)).bills[0] == bills
    assert measure_file(MEDIA / "dance.mp4", to_ways(Measuring(bills=bills))).judged.by == bills


def test_a_quote_with_probe_says_what_was_measured(server: Server, run: Run, tmp_path: Path) -> None:
    file, allow = tmp_path / "p.json", ("--allow", f"127.0.0.1:{server.port}")
    file.write_text(json.dumps(payload(server)))
    code, printed = run("quote", str(file), "--probe", *allow, "--format", "json", "--at", "2026-11-15")
    document = json.loads(printed)
    assert (code, document["kind"], document["total"]) == (0, "exact", "0.9004")
    check_schema(document, "quote")
    assert document["media"][0]["length_by"] == "samples"
    assert document["basis"]["work"]["clips"] == [{"seconds": "4.004", "seconds_min": "4.004"}]
    code, printed = run("check", str(file), "--probe", *allow, "--format", "json")
    check_schema(json.loads(printed), "report")
    file.write_text(json.dumps(payload(server, "lying.mp4")))
    code, printed = run("quote", str(file), "--probe", *allow, "--format", "json", "--at", "2026-11-15")
    document = json.loads(printed)
    assert (document["kind"], document["total_min"], document["total"]) == ("bounded", "0.60", "1.00")
    assert "clip-length-disputed" in {one["code"] for one in document["basis"]["assumptions"]}


def test_probe_measures_files_and_urls_in_their_order(server: Server, run: Run) -> None:
    places = [str(MEDIA / "girl.png"), server.url("/dance.mp4"), str(MEDIA / "lying.mp4")]
    code, printed = run("probe", *places, "--allow", f"127.0.0.1:{server.port}", "--format", "jsonl")
    documents = [json.loads(line) for line in printed.splitlines()]
    assert (code, [document["medium"] for document in documents]) == (3, places)
    for document in documents:
        check_schema(document, "probe")
    code, printed = run("probe", *places[:2], "--allow", f"127.0.0.1:{server.port}", "--format", "json")
    assert (code, json.loads(printed)) == (0, documents[:2])
    code, printed = run("probe", *places[:1])
    assert (code, "320 x 240" in printed) == (0, True)


def test_a_url_of_a_payload_never_opens_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes((MEDIA / "girl.png").read_bytes())
    for url in (str(secret), f"file://{secret}", f"FILE:{secret}"):
        assert measure(url).found is None


def test_what_may_be_secret_is_not_repeated(server: Server) -> None:
    measured = measure(server.url("/dance.mp4?key=hunter2"), ways_to(server))
    assert "hunter2" not in str(measured)


def test_a_cache_spares_requests_for_as_long_as_the_file_is_the_same(server: Server, tmp_path: Path) -> None:
    data = (MEDIA / "dance.mp4").read_bytes()
    ways = ways_to(server)._replace(cache=FactCache(tmp_path / "facts"))
    first, second = (measure(server.url("/dance.mp4"), ways) for _ in range(2))
    assert (first.found, second.found) == (first.found, first.found)
    assert second.requests < first.requests
    server.says["/dance.mp4"] = lambda question: part_of((MEDIA / "lying.mp4").read_bytes(), question, ETag='"2"')
    assert measure(server.url("/dance.mp4"), ways).judged.is_disputed
    for entry in (tmp_path / "facts").iterdir():
        entry.write_bytes(entry.read_bytes().replace(b"h264", b"hack"))
    server.says["/dance.mp4"] = lambda question: part_of(data, question, ETag='"1"')
    assert measure(server.url("/dance.mp4"), ways).found == first.found


def test_all_of_it_has_a_time_limit(server: Server) -> None:
    def never(_: object) -> list[bytes]:
        server.wait(5)
        return []

    server.says["/never.mp4"] = never
    places = [server.url(f"/never.mp4?{number}") for number in range(8)]
    found = dict(measure_all(places, ways_to(server)._replace(seconds=0.5)))
    assert len(found) == 8
    assert all(one.unverified for one in found.values())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--allow", "http://x"), "is no host"),
        (("--format", "jsonl"), "it measures the media of one payload"),
    ],
)
def test_what_can_not_be_measured_so_is_said(words: tuple[str, ...], said: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text("{}")
    code, _ = run("check", str(file), "--probe", "--host", "alibaba", *words)
    assert code == 2
    if said == "is no host":
        with pytest.raises(UnusableInputError, match=said):
            to_ways(Measuring(allow=words[1:]))
