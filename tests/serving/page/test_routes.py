"""The page over HTTP: its headers, its parts, whose prices it shows, and what it refuses."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from contextlib import suppress
from typing import ClassVar, Final

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from pricing.shell.jobs import Sale
from pricing.shell.service.page.desk import Asked, Viewer
from pricing.shell.service.page.forms import MAX_BYTES
from pricing.shell.service.page.rendering import load_assets
from pricing.shell.service.page.routes import list_page_routes
from pricing.shell.service.page.samples import STARTS
from tests.serving.page.paging import ExampleDesk, make_app

CLIENT: Final = TestClient(make_app())
FAL: Final = {"payload": STARTS["fal"].payload, "facts": STARTS["fal"].facts, "host": "recognise"}
HTMX: Final = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
"""SHA-384 of htmx 2.0.11, dist/htmx.min.js of its package: no other file goes by that name."""


def key(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {name}"}


def test_htmx_is_the_file_that_was_published() -> None:
    digest = hashlib.sha384(load_assets()["htmx.min.js"].data).digest()
    assert base64.b64encode(digest).decode() == HTMX


@pytest.mark.parametrize("path", ["/", "/catalogue", "/static/page.js", "/static/icon.svg"])
def test_every_answer_carries_the_policy(path: str) -> None:
    answer = CLIENT.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/catalogue"])
def test_a_page_has_no_script_and_no_style_of_its_own(path: str) -> None:
    page = CLIENT.get(path).text
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count('<script src="static/')
    assert "http://" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_a_file_that_is_none_of_ours_is_not_there() -> None:
    assert CLIENT.get("/static/..%2Froutes.py").status_code == 404
    assert CLIENT.get("/static/page.py").status_code == 404


def test_the_answer_puts_each_part_in_its_place() -> None:
    answer = CLIENT.post("/page/answer", data=FAL)
    assert answer.headers["cache-control"] == "no-store"
    for part in ('id="verdict"', 'id="total">0.70<', 'id="marks"', 'id="heard"', 'id="options"', 'class="chart"'):
        assert part in answer.text


def test_what_a_payload_says_is_text() -> None:
    payload = json.dumps({**json.loads(FAL["payload"]), "<img src=x>": 1, "resolution": "<script>"})
    answer = CLIENT.post("/page/answer", data={**FAL, "payload": payload}).text
    assert "<img" not in answer
    assert "<script" not in answer
    assert "&lt;script&gt;" in answer


def test_a_key_has_its_own_prices_and_a_wrong_one_none() -> None:
    sample = STARTS["stages"]
    data = {"payload": sample.payload, "facts": sample.facts}
    assert ">0.936<" in CLIENT.post("/page/answer", data=data, headers=key("wr_acme")).text
    assert "has no price" in CLIENT.post("/page/answer", data=data).text
    refused = CLIENT.post("/page/answer", data=data, headers=key("wr_other"))
    assert (refused.status_code, "not known" in refused.text) == (401, True)
    other = CLIENT.post("/page/answer", data={**data, "account": "globex"}, headers=key("wr_acme"))
    assert other.status_code == 403


def test_a_fix_is_applied_to_the_text() -> None:
    patch = json.dumps({"op": "replace", "path": "/duration", "value": 4})
    answer = CLIENT.post("/page/fix", data={**FAL, "patch": patch}).json()
    assert answer == {
        "payload": FAL["payload"].replace('"duration": 3', '"duration": 4'),
        "said": "Set duration to 4: done.",
    }


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        pytest.param("/page/fix", {"patch": "{}", "payload": "{}"}, "no operation that a fix can be", id="no-patch"),
        pytest.param("/page/fix", {"patch": "{", "payload": "{}"}, "not JSON", id="broken-patch"),
        pytest.param("/page/fix", {"patch": '{"op":"remove","path":"/a"}', "payload": "{}"}, "no place", id="no-place"),
        pytest.param("/page/fix", {"patch": '{"op":"remove","path":"/a"}', "payload": "{"}, "too early", id="no-json"),
        pytest.param("/page/facts", {"key": "x"}, "nothing was entered", id="no-fact"),
        pytest.param("/page/facts", {"key": "x", "fact.bytes": "many"}, "bytes", id="a-fact-of-another-type"),
        pytest.param("/page/sample", {"sample": "x"}, "there are alibaba", id="no-sample"),
        pytest.param("/page/compose", {"to": "x"}, "alibaba, atlas, fal", id="no-host"),
        pytest.param("/page/compose", {"to": "fal", "tier": "4K"}, "720P, 1080P", id="no-tier"),
        pytest.param("/page/answer", {**FAL, "at": "soon"}, "no date or instant", id="no-instant"),
        pytest.param("/page/answer", {**FAL, "host": "x"}, "is not known", id="another-host"),
        pytest.param("/page/answer", {**FAL, "account": "a" * 200}, "is no name", id="a-long-name"),
        pytest.param("/page/catalogue", {"account": "acme"}, "published prices alone", id="an-account-without-a-key"),
    ],
)
def test_what_can_not_be_done_is_said(path: str, data: dict[str, str], said: str) -> None:
    answer = CLIENT.post(path, data=data)
    assert answer.status_code in (400, 403)
    assert said in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"payload=" + b"x" * MAX_BYTES, 413, id="too-large"),
        pytest.param(b"payload=%ff", 400, id="no-utf-8"),
        pytest.param(b"\xff", 400, id="no-text"),
        pytest.param(b"a=&" * 600, 400, id="many-fields"),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused(body: bytes, status: int) -> None:
    assert CLIENT.post("/page/answer", content=body).status_code == status


def test_facts_are_put_beside_those_there_are() -> None:
    url = "https://media.example.com/dance.mp4"
    data = {
        "facts": '{"/a": {"kind": "image"}}',
        "key": url,
        "fact.duration_s": "8",
        "fact.bytes": "9",
        "fact.kind": "",
    }
    answer = CLIENT.post("/page/facts", data=data).json()
    assert json.loads(answer["facts"]) == {"/a": {"kind": "image"}, url: {"bytes": 9, "duration_s": "8"}}


def test_a_payload_is_composed_for_any_host() -> None:
    fields = {
        "prompt": "Image 1 waves",
        "references": "https://a.example/x.mp4\nimage https://a.example/y",
        "ratio": "1:1",
    }
    for host, tier in (("alibaba", "720P"), ("atlas", "1080P-SR"), ("fal", "720P"), ("runware", "1080P")):
        answer = CLIENT.post("/page/compose", data={**fields, "to": host, "tier": tier, "duration": "5"}).json()
        assert answer["host"] == host
        assert "https://a.example/y" in answer["payload"]
        assert "undetermined" in CLIENT.post("/page/answer", data={"payload": answer["payload"]}).text
    lost = CLIENT.post("/page/compose", data={**fields, "to": "fal", "tier": "1080P-SR", "duration": "5"}).json()
    assert "Not carried: resolution 1080P-SR" in lost["said"]


@pytest.mark.parametrize("name", list(STARTS))
def test_every_sample_can_be_loaded_and_asked(name: str) -> None:
    sample = CLIENT.post("/page/sample", data={"sample": name}).json()
    assert CLIENT.post("/page/answer", data=sample).status_code == 200


def test_the_catalogue_view_shows_what_a_key_may_see() -> None:
    published = CLIENT.get("/catalogue").text
    assert "anyone" in published
    assert "acme" not in published
    own = CLIENT.post("/page/catalogue", data={"place": "atlas"}, headers=key("wr_acme")).text
    assert "acme / production" in own
    assert "globex" not in own
    assert ">0.117<" in own
    assert "1080P-SR: 0.117" in own
    every = CLIENT.post("/page/catalogue", data={"account": "globex", "at": "2026-11-15"}, headers=key("wr_admin")).text
    assert "globex / production" in every
    assert CLIENT.post("/page/catalogue", data={"account": "globex"}, headers=key("wr_acme")).status_code == 403


def test_the_catalogue_view_goes_back_in_time() -> None:
    early = CLIENT.post("/page/catalogue", data={"at": "2020-01-01"}).text
    assert "its first day is" in early
    assert "in force as of" not in early
    never = CLIENT.post("/page/catalogue", data={"meter": "requests"}).text
    assert "never had a price here" in never


def test_what_rules_say_is_in_the_browsers_language_and_the_page_in_english() -> None:
    data = {**FAL, "payload": STARTS["fal"].payload.replace('"duration": 3', '"duration": 12')}
    chinese = CLIENT.post("/page/answer", data=data, headers={"Accept-Language": "zh-CN,en;q=0.5"})
    english = CLIENT.post("/page/answer", data=data, headers={"Accept-Language": "en-GB"})
    assert '<p lang="zh">时长为 12 秒' in chinese.text
    assert "请改为 10 秒。" in chinese.text
    assert "Set duration to 10" in chinese.text
    assert "12 s: 2 to 10 s are rendered. Ask for 10 s." in english.text
    assert 'lang="zh"' not in english.text
    assert chinese.headers["vary"] == english.headers["vary"] == "Accept-Language"


def test_the_languages_of_all_lines_of_the_header_count() -> None:
    data = {**FAL, "payload": STARTS["fal"].payload.replace('"duration": 3', '"duration": 12')}
    lines = [("Accept-Language", "en;q=0.1"), ("Accept-Language", "zh")]
    assert '<p lang="zh">' in CLIENT.post("/page/answer", data=data, headers=lines).text


def test_what_other_hosts_refuse_is_marked_as_of_its_language_and_what_prices_lack_is_english() -> None:
    refused = CLIENT.post("/page/answer", data=FAL, headers={"Accept-Language": "zh"}).text.partition("What is refused")
    reasons = re.findall(r"</strong>: <span( lang=\"zh\")?>(.*?)</span></li>", refused[2])
    assert {bool(mark) for mark, reason in reasons if re.search("[\u4e00-\u9fff]", reason)} == {True}
    assert not any(mark for mark, reason in reasons if not re.search("[\u4e00-\u9fff]", reason))
    english = CLIENT.post("/page/answer", data=FAL).text
    assert "What is refused" in english
    assert "lang=" not in english


class WatchingDesk(ExampleDesk):
    """A desk that notes what it is asked in a thread where everybody else's requests wait."""

    blocked: ClassVar[list[str]] = []

    def sale(self, request: Request, asked: Asked) -> Sale:
        """As it is."""
        self._look(request)
        return super().sale(request, asked)

    def viewer(self, request: Request) -> Viewer:
        """As it is."""
        self._look(request)
        return super().viewer(request)

    def _look(self, request: Request) -> None:
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            self.blocked.append(request.url.path)


def test_nobody_waits_while_a_page_is_drawn() -> None:
    client = TestClient(Starlette(routes=list_page_routes(WatchingDesk())))
    asked = [client.get("/"), client.get("/catalogue"), client.post("/page/answer", data=FAL)]
    asked.append(client.post("/page/catalogue", data={"place": "atlas"}))
    assert [reply.status_code for reply in asked] == [200] * 4
    assert WatchingDesk.blocked == []
