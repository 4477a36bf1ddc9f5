"""Which requests are calls, or polls, and for which region; and what a body that names the model holds."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from pricing.shell.guard.endpoints import BASES, SHAPES, Route, find_route, index_bases
from pricing.shell.guard.places import name_place
from pricing.shell.guard.recognising import read_calls
from tests.guard import payloads
from wan_rules.payloads import UnusableInputError

KNOWN = index_bases()
SYNTHESIS = "/api/v1/services/aigc/video-generation/video-synthesis"


def _find(method: str, url: str) -> Route | None:
    parts = urlsplit(url)
    return find_route(KNOWN, method, name_place(parts.hostname or "", parts.port), parts.path)


@pytest.mark.parametrize(
    ("method", "url", "expected"),
    [
        ("POST", f"https://dashscope.aliyuncs.com{SYNTHESIS}", ("alibaba", "create", "mainland", None)),
        ("POST", f"http://dashscope.aliyuncs.com:80{SYNTHESIS}/", ("alibaba", "create", "mainland", None)),
        ("POST", f"https://dashscope-intl.aliyuncs.com{SYNTHESIS}", ("alibaba", "create", "international", None)),
        ("POST", f"https://dashscope-us.aliyuncs.com{SYNTHESIS}", ("alibaba", "create", "us-east-1", None)),
        ("POST", f"https://ws1.cn-beijing.maas.aliyuncs.com{SYNTHESIS}", ("alibaba", "create", "mainland", None)),
        (
            "POST",
            f"https://ws1.ap-southeast-1.maas.aliyuncs.com{SYNTHESIS}",
            ("alibaba", "create", "international", None),
        ),
        ("POST", f"https://ws1.eu-central-1.maas.aliyuncs.com{SYNTHESIS}", ("alibaba", "create", "eu-central-1", None)),
        ("GET", "https://dashscope.aliyuncs.com/api/v1/tasks/t-1", ("alibaba", "poll", "mainland", "t-1")),
        ("POST", "https://api.atlascloud.ai/api/v1/model/generateVideo", ("atlas", "create", None, None)),
        ("POST", "https://api.atlascloud.ai/api/v1//model/generateVideo", ("atlas", "create", None, None)),
        ("GET", "https://api.atlascloud.ai//api/v1//model/prediction/p/", ("atlas", "poll", None, "p")),
        ("GET", "https://api.atlascloud.ai/api/v1/model/prediction/p", ("atlas", "poll", None, "p")),
        ("POST", "https://queue.fal.run/fal-ai/wan/v2.7/reference-to-video", ("fal", "create", None, None)),
        ("POST", "https://falrun.com/fal-ai/wan/v2.7/reference-to-video", ("fal", "create", None, None)),
        ("GET", "https://queue.fal.run/fal-ai/wan/requests/r/status", ("fal", "poll", None, "r")),
        ("GET", "https://queue.fal.run/fal-ai/wan/requests/r", ("fal", "poll", None, "r")),
        ("POST", "https://api.runware.ai/v1", ("runware", "task list", None, None)),
        ("POST", "https://api.runware.ai/v1/", ("runware", "task list", None, None)),
    ],
)
def test_a_known_url_is_found(method: str, url: str, expected: tuple[str, str, str | None, str | None]) -> None:
    route = _find(method, url)
    assert route is not None
    assert (route.host, route.kind, route.region, route.task) == expected


def test_a_base_may_have_two_slashes_in_its_path() -> None:
    """A gateway takes another URL as its path."""
    bases = index_bases({"alibaba": ["https://gateway.example.com/https://intl/api/v1/"]})
    path = f"/https://intl{SYNTHESIS}"
    assert find_route(bases, "POST", "gateway.example.com", path) == Route("alibaba", "create")


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", f"https://dashscope.aliyuncs.com{SYNTHESIS}"),
        ("POST", f"https://dashscope.aliyuncs.com:8443{SYNTHESIS}"),
        ("POST", f"https://dashscope.aliyuncs.com.example.com{SYNTHESIS}"),
        ("POST", "https://dashscope.aliyuncs.com/api/v1/services/aigc/text-generation/generation"),
        ("GET", "https://dashscope.aliyuncs.com/api/v1/tasks/"),
        ("GET", "https://dashscope.aliyuncs.com/api/v1/tasks/a/b"),
        ("POST", "https://queue.fal.run/fal-ai/wan/v2.7/text-to-video"),
        ("PUT", "https://queue.fal.run/fal-ai/wan/requests/r/cancel"),
        ("GET", "https://queue.fal.run/fal-ai/wan/requests/r/status/stream"),
        ("POST", "https://example.com/"),
        ("POST", ""),
    ],
)
def test_any_other_url_is_not(method: str, url: str) -> None:
    assert _find(method, url) is None


def test_every_base_and_shape_has_its_source() -> None:
    assert {base.host for base in BASES} == set(SHAPES)
    assert all(base.source for base in BASES)
    assert all(shape.source for shape in SHAPES.values())


def _calls(host: str, document: object, kind: str = "create") -> list[tuple[str | None, str | None]]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    calls = read_calls(Route(host, kind), body)  # type: ignore[arg-type]
    return [(call.task, call.later) for call in calls]


@pytest.mark.parametrize(
    ("host", "document", "found"),
    [
        pytest.param("alibaba", payloads.alibaba(), [(None, None)], id="alibaba"),
        pytest.param("alibaba", {**payloads.alibaba(), "model": "wan2.7-t2v"}, [], id="another-model"),
        pytest.param("alibaba", {"model": "qwen", "prompt": "of wan2.7-r2v"}, [], id="only-its-name"),
        pytest.param(
            "alibaba", {"model": "wan2.7-r2v-2031-01-01"}, [(None, "wan2.7-r2v-2031-01-01")], id="later-snapshot"
        ),
        pytest.param("atlas", payloads.atlas(), [(None, None)], id="atlas"),
        pytest.param(
            "atlas", json.dumps(payloads.atlas()).replace("/", r"\/").encode(), [(None, None)], id="escaped-slashes"
        ),
        pytest.param("fal", payloads.fal(), [(None, None)], id="fal"),
        pytest.param("fal", {}, [(None, None)], id="fal-empty"),
    ],
)
def test_the_body_says_whether_it_is_a_call(host: str, document: object, found: list[Any]) -> None:
    assert _calls(host, document) == found


def test_of_tasks_those_are_calls_that_render_from_references() -> None:
    others = [
        {"taskType": "imageInference", "model": "alibaba:wan@2.7", "inputs": {"referenceImages": ["x"]}},
        {**payloads.runware(), "model": "klingai:5@3"},
        {**payloads.runware(), "inputs": {}},  # the same model, from a prompt alone
        {"taskType": "authentication"},
        "x",
    ]
    assert _calls("runware", [*others, payloads.runware(task="a"), payloads.runware(task="b")], "task list") == [
        ("a", None),
        ("b", None),
    ]
    assert _calls("runware", payloads.runware(task="a"), "task list") == [("a", None)]


@pytest.mark.parametrize("body", [b'{"model": "wan2.7-r2v"', b'"wan2.7-r2v"', b'{"model": "wan2.7-r2v", "model": "x"}'])
def test_a_body_that_names_the_model_and_can_t_be_read_is_an_error(body: bytes) -> None:
    with pytest.raises(UnusableInputError):
        _calls("alibaba", body)
