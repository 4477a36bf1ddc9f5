"""`quote --server`: what it prints, how it ends, where the key comes from, what it refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing.shell import codes
from tests.conftest import ROOT
from tests.serving.fake_service import KEY, FakeService, answer, problem
from tests.serving.served import serve
from tests.shell.runner import AT, FACTS, IMAGE, Done, atlas_sr, fal, fal_clip, run, write_json


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def url(service: FakeService) -> Iterator[str]:
    with serve(service) as url:
        yield url


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAN_RULES_KEY", KEY)


def quote(payload: object, url: str, *options: str) -> Done:
    return run("quote", "-", "--server", url, *options, stdin=payload)


class TestAnswers:
    """What comes back looks like the command's own."""

    @pytest.mark.parametrize("payload", [fal(), fal_clip(), fal(seed=-1)], ids=["exact", "bounded", "warned"])
    def test_the_text_is_that_of_the_local_command_and_the_quote_s_id(self, payload: object, url: str) -> None:
        local = run("quote", "-", *AT, stdin=payload)
        done = quote(payload, url)
        if local.code:
            assert (done.code, done.out) == (local.code, local.out)
            return
        *same, last = done.out.splitlines()
        assert same == local.out.splitlines()
        assert last == f"quote q_{0:032x}, binding until 2026-11-15T00:15:00Z"
        assert (done.code, done.err) == (0, "")

    def test_json_is_the_signed_document(self, url: str, service: FakeService) -> None:
        done = quote(fal(), url, "--format", "json")
        assert done.document == service.orders[done.document["id"]]["quote"]

    def test_facts_and_terms_are_sent(self, url: str, service: FakeService, tmp_path: Path) -> None:
        facts = write_json(tmp_path / "facts.json", {IMAGE: FACTS[IMAGE]})
        assert quote(fal(), url, "--facts", facts, "--host", "fal", *AT).code == 0
        sent = json.loads(service.seen[0].content)
        assert (sent["host"], sent["at"], sent["facts"][IMAGE]["subjects"]) == ("fal", "2026-11-15", 1)

    def test_what_was_used_before_is_sent_since_the_service_does_not_know_it(
        self, url: str, service: FakeService
    ) -> None:
        done = quote(fal(), url, "--consumed-before", "spend=1.50", "--consumed-before", "spnd=2")
        assert json.loads(service.seen[0].content)["consumed_before"] == {"spend": "1.5", "spnd": "2"}
        assert done.code == 0
        assert "no price of the quote looks at 'spnd'" in done.err

    def test_a_passing_fault_passes(self, url: str, service: FakeService) -> None:
        service.faults.append(answer(503))
        service.loses_answer = True
        assert quote(fal(), url).code == 0
        assert len(service.orders) == 1

    def test_an_undetermined_quote_counts_under_strict(self, url: str) -> None:
        assert quote(fal(), url, "--strict").code == codes.UNDETERMINED


class TestRefusals:
    """Exit codes are those of the local command."""

    def test_a_rejected_request_ends_with_1_and_its_report(self, url: str) -> None:
        assert quote(fal(duration=12), url) == run("quote", "-", stdin=fal(duration=12))
        done = quote(fal(duration=12), url, "--format", "json")
        assert done.document == run("quote", "-", "--format", "json", stdin=fal(duration=12)).document
        assert done.code == codes.REJECTED

    def test_the_language_is_asked_for_and_the_words_around_are_in_it(self, url: str, service: FakeService) -> None:
        done = quote(fal(duration=12), url, "--lang", "zh-CN")
        assert service.seen[-1].headers["accept-language"] == "zh"
        assert done.out.startswith("不通过（fal）：1 个错误")  # noqa: RUF001 - Chinese marks
        assert done.code == codes.REJECTED

    @pytest.mark.parametrize("tag", ["zh_CN", "zh_Hans-CN", "ZH"])
    def test_a_tag_as_systems_write_it_is_sent_as_the_header_has_it(
        self, tag: str, url: str, service: FakeService
    ) -> None:
        quote(fal(duration=12), url, "--lang", tag)
        assert service.seen[-1].headers["accept-language"] == "zh"

    def test_without_a_language_none_is_asked_for(self, url: str, service: FakeService) -> None:
        quote(fal(), url)
        assert "zh" not in service.seen[-1].headers.get("accept-language", "")

    @pytest.mark.parametrize(
        ("fix", "told"),
        [
            ({"op": "test", "path": "/a", "value": 7}, "fix: test /a 7"),
            ({"op": "move", "path": "/a", "from": "/b"}, "fix: move /a '/b'"),
        ],
    )
    def test_a_fix_of_a_newer_service_is_told(
        self, fix: dict[str, object], told: str, url: str, service: FakeService
    ) -> None:
        document = run("quote", "-", "--format", "json", stdin=fal(duration=12)).document
        document["violations"][0]["fix"] = [fix]
        service.faults.append(lambda _: problem(422, "rejected", report=document))
        done = quote(fal(duration=12), url)
        assert (done.code, done.err) == (codes.REJECTED, "")
        assert f"  {told}\n" in done.out

    def test_no_rate_ends_with_4(self, url: str) -> None:
        done = quote(atlas_sr(), url)
        assert (done.code, done.out) == (codes.NO_RATE, "")
        assert done.err.startswith("wan-rules: no_rate")

    def test_anything_else_ends_with_2(self, url: str, service: FakeService) -> None:
        service.faults.append(lambda _: problem(403, "scope_missing"))
        done = quote(fal(), url, "--format", "json")
        assert (done.code, done.document["error"]["code"]) == (codes.UNUSABLE, "scope_missing")
        assert "--key-file or WAN_RULES_KEY" in done.document["error"]["message"]

    def test_a_service_that_is_not_there_ends_with_2(self) -> None:
        done = quote(fal(), "http://127.0.0.1:1")
        assert done.code == codes.UNUSABLE
        assert done.err.startswith("wan-rules: no answer from the service: ConnectError")

    def test_a_total_that_its_basis_does_not_come_to_is_not_printed(self, url: str, service: FakeService) -> None:
        issue = service._issue
        service._issue = lambda document: issue({**document, "total": "0.10"})  # type: ignore[method-assign]
        done = quote(fal(), url)
        assert (done.code, done.out) == (codes.UNUSABLE, "")
        assert "not what its basis comes to" in done.err

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            pytest.param(("--catalogue", "prices"), "--catalogue: with --server the prices", id="catalogue"),
            pytest.param(("--catalogue-key", "prices.pub"), "--catalogue-key: with --server", id="catalogue-key"),
            pytest.param(("--keep-for", "24h"), "--keep-for: with --server", id="keep-for"),
            pytest.param(("--effects",), "--effects: with --server", id="effects"),
            pytest.param(("--format", "jsonl"), "--format jsonl: with --server one quote", id="jsonl"),
        ],
    )
    def test_what_the_service_decides_is_not_said_beside_it(
        self, url: str, service: FakeService, options: tuple[str, ...], said: str
    ) -> None:
        done = quote(fal(), url, *options)
        assert (done.code, done.out, service.seen) == (codes.UNUSABLE, "", [])
        assert said in done.err

    @pytest.mark.parametrize("server", ["", "example.com", "ftp://example.com", "https://user:secret@example.com"])
    def test_a_url_that_is_none_is_refused(self, server: str) -> None:
        done = quote(fal(), server)
        assert done.code == codes.UNUSABLE
        assert "http:// or https://" in done.err
        assert "secret" not in done.err


class TestKeys:
    """The key comes from a file or the environment, and is printed nowhere."""

    def test_the_file_comes_before_the_environment(
        self, url: str, service: FakeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WAN_RULES_KEY", "wr_other")
        file = write_json(tmp_path / "key", f"{KEY}\n")
        assert quote(fal(), url, "--key-file", file).code == 0
        assert service.seen[0].headers["Authorization"] == f"Bearer {KEY}"

    def test_without_a_key_the_service_says_what_it_wants(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("WAN_RULES_KEY")
        done = quote(fal(), url)
        assert done.code == codes.UNUSABLE
        assert "key_missing" in done.err

    @pytest.mark.parametrize("text", ["", "\n", "two words", "schlüssel"], ids=["empty", "blank", "words", "letters"])
    def test_what_is_no_key_is_refused_and_not_repeated(self, url: str, tmp_path: Path, text: str) -> None:
        done = quote(fal(), url, "--key-file", write_json(tmp_path / "key", text))
        assert (done.code, done.out) == (codes.UNUSABLE, "")
        assert done.err == "wan-rules: --key-file: it holds no key: one line of visible ASCII characters is wanted\n"

    def test_a_key_without_a_service_is_refused(self) -> None:
        done = run("quote", "-", "--key-file", "key", stdin=fal())
        assert done.code == codes.UNUSABLE
        assert "--server" in done.err


def test_what_is_measured_here_is_sent_as_facts(url: str, service: FakeService, tmp_path: Path) -> None:
    """The service fetches nothing: what is known of the media is measured by whoever asks."""
    picture = base64.b64encode((ROOT / "examples" / "media" / "girl.png").read_bytes()).decode()
    payload = fal(reference_image_urls=[f"data:image/png;base64,{picture}"])
    facts = write_json(tmp_path / "facts.json", {"/reference_image_urls/0": {"subjects": 1}})
    done = quote(payload, url, "--probe", "--facts", facts, "--host", "fal", *AT)
    assert (done.code, "declared, and so not taken from it: subjects" in done.out) == (0, True)
    (sent,) = json.loads(service.seen[0].content)["facts"].values()
    assert (sent["kind"], sent["width_px"], sent["subjects"]) == ("image", 320, 1)
