"""Accept-Language: what rules say in the caller's language, everything else and all that is signed in English."""

from __future__ import annotations

import json
from typing import Final

import pytest

from pricing.shell.client import Client, RejectedError
from tests.asked import ATLAS, MISTAKES, Running, example
from tests.serving.fake_service import KEY, FakeService
from tests.shell.runner import fal, run

CHINESE: Final = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
LONG: Final = fal(duration=12)
SAID: Final = "时长为 12 秒，支持 2 至 10 秒。请改为 10 秒。"  # noqa: RUF001 - Chinese marks
TELLING: Final = ("check", "plan", "estimates", "compare", "explain")


def last(report: object) -> str:
    violations = report["violations"]  # type: ignore[index]  # parsed JSON
    message: str = violations[-1]["message"]
    return message


@pytest.mark.parametrize("name", TELLING)
class TestEachOperation:
    """Every operation that tells of violations."""

    def test_they_are_told_in_the_language_that_was_asked_for(self, service: Running, name: str) -> None:
        reply = service.post(f"/v1/{name}", LONG, headers=CHINESE)
        report = reply.document if name == "check" else reply.document["report"]
        assert last(report) == SAID
        assert (reply.headers["content-language"], reply.headers["vary"]) == ("zh", "Accept-Language")
        if name != "check":
            assert reply.document["detail"] == f"WAN505 duration：{SAID}"  # noqa: RUF001 - a Chinese mark
            assert reply.document["title"] == "The rules refuse the request"

    @pytest.mark.parametrize("header", ["fr", "", "zh;q=0", "\xff" * 9000])
    def test_they_are_english_where_nothing_else_is_asked_for(self, service: Running, name: str, header: str) -> None:
        plain = service.post(f"/v1/{name}", LONG)
        reply = service.post(f"/v1/{name}", LONG, headers={"accept-language": header})
        assert (reply.status, reply.body) == (plain.status, plain.body)
        assert reply.body.isascii()
        assert reply.headers["content-language"] == plain.headers["content-language"] == "en"

    def test_an_accepted_request_says_its_language_too(self, service: Running, name: str) -> None:
        reply = service.post(f"/v1/{name}", example("fal-one-clip.payload.json"), headers=CHINESE)
        assert reply.status == 200
        assert (reply.headers["content-language"], reply.headers["vary"]) == ("zh", "Accept-Language")


def test_a_quote_that_binds_is_english_and_what_refuses_one_is_not(service: Running) -> None:
    payload = example(ATLAS)
    del payload["duration"]
    reply = service.post("/v1/quotes", payload, key=service.key(), headers=CHINESE)
    assert reply.status == 201
    assert "rendered and billed" in last(reply.document["report"])
    assert reply.body.isascii()
    assert "content-language" not in reply.headers
    refused = service.post("/v1/quotes", LONG, key=service.key(), headers=CHINESE)
    assert (refused.status, refused.headers["content-language"]) == (422, "zh")
    assert last(refused.document["report"]) == SAID
    batch = service.post("/v1/quotes:batch", [{"payload": LONG}], key=service.key(), headers=CHINESE)
    assert batch.body.isascii()


def test_effects_and_comparisons_have_the_language(service: Running) -> None:
    payload = fal()
    del payload["duration"]
    told = service.post("/v1/estimates?effects=true", payload, headers=CHINESE).document
    assert "将按 5 秒生成并计费" in last(told["report"])
    options = service.post("/v1/compare", payload, headers=CHINESE).document["options"]
    assert "fal 没有 1080P-SR 档位" in {reason for option in options for reason in option["refusals"]}
    sentences = service.post("/v1/explain", payload, headers=CHINESE).document["sentences"]
    assert any("将按 5 秒生成并计费" in sentence for sentence in sentences)


def test_other_problems_stay_english(service: Running) -> None:
    reply = service.post("/v1/check", b"{", headers=CHINESE)
    assert (reply.status, reply.body.isascii()) == (400, True)


def test_a_check_in_chinese_is_that_of_the_command_line(service: Running) -> None:
    said = run("check", "-", "--format", "json", "--lang", "zh", stdin=example(MISTAKES)).document
    assert service.post("/v1/check", example(MISTAKES), headers=CHINESE).document == said


class TestTheClient:
    """`language=` of the client, and `--lang` beside `--server`."""

    def test_it_is_sent_with_every_call(self) -> None:
        service = FakeService()
        with Client("https://quotes.example.com", KEY, language="zh", transport=service.sync) as client:
            client.check(fal())
            with pytest.raises(RejectedError):
                client.quote(LONG)
        assert [request.headers["accept-language"] for request in service.seen] == ["zh", "zh"]
        with Client("https://quotes.example.com", KEY, transport=service.sync) as client:
            client.check(fal())
        assert service.seen[-1].headers.get("accept-language") in (None, "")

    @pytest.mark.parametrize("language", ["", " ", "zh\r\nX: 1", "中文"])
    def test_one_that_no_header_can_carry_is_refused(self, language: str) -> None:
        with pytest.raises(ValueError, match="a language is a tag such as zh"):
            Client("https://quotes.example.com", KEY, language=language)


def test_json_of_a_report_has_the_same_members_in_both(service: Running) -> None:
    english, chinese = (service.post("/v1/check", LONG, headers=headers).body for headers in ({}, CHINESE))
    assert [*json.loads(english)["violations"][0]] == [*json.loads(chinese)["violations"][0]]
