"""The tools for agents: through the official client in memory, and as plain functions."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult

from pricing.catalogue import UnknownNameError
from pricing.shell.agent_schemas import DESCRIPTIONS, write_input_schema
from pricing.shell.agent_tools import ON_AXES, TOOLS, Desk, ToolAnswer, check_names, use_tool
from pricing.shell.catalogues import load_catalogue, load_published
from pricing.shell.mcp_server import build_server
from tests.conftest import ROOT
from tests.shell.runner import AT, CATALOGUE, CLIP, FACTS, IMAGE, NORTHLIGHT, alibaba, atlas_sr, fal, fal_clip, run

NOVEMBER = datetime(2026, 11, 15, tzinfo=UTC)
PUBLISHED = Desk(load_published(), None, None, None, lambda: NOVEMBER)
OURS = Desk(load_catalogue(CATALOGUE), "acme", "production", None, lambda: NOVEMBER)
SCHEMAS = ROOT / "docs" / "reference" / "schemas"


def ask(name: str, desk: Desk = PUBLISHED, **arguments: object) -> ToolAnswer:
    return use_tool(name, arguments, desk)


def call(name: str, arguments: dict[str, Any], desk: Desk = PUBLISHED) -> CallToolResult:
    async def talk() -> CallToolResult:
        async with Client(build_server(desk), mode="legacy") as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(talk())


class TestOverTheProtocol:
    """What a client sees of the server."""

    def test_there_are_four_tools_that_change_nothing(self) -> None:
        async def talk() -> None:
            async with Client(build_server(PUBLISHED)) as client:
                tools = (await client.list_tools()).tools
                assert [tool.name for tool in tools] == ["check", "quote", "compare", "explain"]
                for tool in tools:
                    assert tool.annotations is not None
                    assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)
                    jsonschema.Draft202012Validator.check_schema(tool.input_schema)

        asyncio.run(talk())

    def test_an_answer_is_the_document_and_a_text(self) -> None:
        answer = call("quote", {"payload": fal(), "facts": {IMAGE: FACTS[IMAGE]}})
        assert not answer.is_error
        assert answer.structured_content["total"] == "0.30"
        (content,) = answer.content
        assert content.type == "text"
        assert content.text.startswith("exact: 0.30 USD before tax, at fal, at published list prices.")

    def test_an_error_is_a_tool_error_with_its_code(self) -> None:
        answer = call("quote", {"payload": atlas_sr()})
        assert answer.is_error
        assert answer.structured_content["error"]["code"] == "no_rate"
        (content,) = answer.content
        assert content.type == "text"
        assert content.text.startswith("no_rate: atlas-list")

    def test_an_unknown_tool_is_an_error_of_the_protocol_that_names_the_tools(self) -> None:
        async def talk() -> None:
            async with Client(build_server(PUBLISHED)) as client:
                with pytest.raises(MCPError, match="no tool 'buy': there are check, quote, compare, explain"):
                    await client.call_tool("buy", {})

        asyncio.run(talk())


class TestDocuments:
    """The documents are those of the wire, as the command writes them."""

    @pytest.mark.parametrize("name", TOOLS)
    def test_it_says_what_the_command_says(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / "payload.json"
        path.write_text(json.dumps(alibaba()))
        options = () if name == "check" else (*NORTHLIGHT, *AT)
        told = run(name, str(path), *options, "--format", "json").document
        assert ask(name, OURS, payload=alibaba()).document == told

    @pytest.mark.parametrize(
        ("name", "schema"),
        [("check", "report"), ("quote", "quote"), ("compare", "comparison"), ("explain", "explanation")],
    )
    def test_it_keeps_to_the_published_schema(self, name: str, schema: str) -> None:
        document = ask(name, payload=fal_clip()).document
        jsonschema.validate(document, json.loads((SCHEMAS / f"{schema}.json").read_text()))

    @pytest.mark.parametrize("name", ["quote", "compare", "explain"])
    def test_a_rejected_request_is_answered_with_its_report(self, name: str) -> None:
        answer = ask(name, payload=fal(duration=12))
        assert (answer.failed, answer.document["verdict"]) == (False, "rejected")
        assert answer.text.startswith("No price: the host would refuse this request.\nverdict: rejected at fal")
        assert 'fix: {"op": "replace", "path": "/duration", "value": 10}' in answer.text

    def test_a_bounded_total_says_both_ends_and_what_would_help(self) -> None:
        text = ask("quote", payload=fal_clip()).text
        assert text.startswith("bounded: at least 0.40 and at most 3.30 USD before tax")
        assert "duration_s" in text
        whole = ask("quote", payload=fal_clip(), facts={CLIP: FACTS[CLIP]}).text
        assert whole.startswith("exact: ")

    def test_the_axes_of_a_comparison_are_taken(self) -> None:
        answer = ask("compare", payload=fal(), hosts=["fal", "runware"], tiers=["720P"], durations=[3, 5])
        options = answer.document["options"]
        assert isinstance(options, list)
        assert {(each["host"], each["duration_s"]) for each in options} == {
            (host, length) for host in ("fal", "runware") for length in (3, 5)
        }

    def test_the_text_stays_short(self) -> None:
        mistakes = json.loads((ROOT / "examples" / "alibaba-mistakes.payload.json").read_text())
        answer = ask("check", payload=mistakes)
        assert len(answer.text.splitlines()) <= 13
        assert "and 11 more violations: see the document" in answer.text


class TestTerms:
    """On whose terms it answers is not the agent's choice."""

    @pytest.mark.parametrize("name", ["account", "environment", "region", "catalogue"])
    def test_an_agent_cannot_choose_them(self, name: str) -> None:
        answer = ask("quote", OURS, **{"payload": fal(), name: "globex"})
        assert answer.failed
        assert answer.text.startswith(f"unusable_input: {name}: fixed by whoever started this server; leave it out")

    def test_the_account_of_the_desk_is_quoted(self) -> None:
        assert ask("quote", OURS, payload=alibaba()).document["account"] == "acme"

    def test_a_region_is_for_the_hosts_that_have_any(self) -> None:
        desk = PUBLISHED._replace(region="mainland")
        assert ask("quote", desk, payload=alibaba()).document["currency"] == "CNY"
        assert ask("quote", desk, payload=fal()).document["region"] is None
        assert not ask("compare", desk, payload=alibaba()).failed

    def test_the_instant_is_the_clock_s_or_the_one_that_was_named(self) -> None:
        assert ask("quote", payload=fal()).document["as_of"] == "2026-11-15T00:00:00Z"
        assert ask("quote", payload=fal(), at="2026-11-20T08:00:00+08:00").document["as_of"] == "2026-11-20T00:00:00Z"

    @pytest.mark.parametrize(
        ("desk", "known"),
        [
            (PUBLISHED, True),
            (PUBLISHED._replace(region="mainland"), True),
            (PUBLISHED._replace(region="moon"), False),
            (PUBLISHED._replace(account="acme"), False),
            (OURS, True),
            (OURS._replace(account="nobody"), False),
            (OURS._replace(environment=None), False),
        ],
    )
    def test_names_that_no_request_could_be_priced_with_are_found_at_the_start(
        self, desk: Desk, *, known: bool
    ) -> None:
        if known:
            check_names(desk)
        else:
            with pytest.raises(UnknownNameError):
                check_names(desk)


DEEP: dict[str, object] = {}
for _ in range(300):
    DEEP = {"a": DEEP}


class TestBadArguments:
    """Whatever comes, a tool answers with an error that says what to do."""

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            pytest.param({}, "payload: an object is wanted, null was sent", id="none"),
            pytest.param({"payload": "{}"}, "payload: an object is wanted, a string was sent", id="text"),
            pytest.param({"payload": [{}]}, "payload: an object is wanted, an array", id="array"),
            pytest.param({"payload": {}}, "host", id="no-host"),
            pytest.param({"payload": fal(), "host": "moon"}, "moon", id="unknown-host"),
            pytest.param({"payload": fal(), "host": 3}, "host: a string is wanted", id="host-is-no-word"),
            pytest.param({"payload": fal(), "facts": []}, "facts", id="facts-are-no-object"),
            pytest.param({"payload": fal(), "facts": {IMAGE: {"bytes": "x"}}}, "bytes", id="wrong-fact"),
            pytest.param({"payload": fal(), "facts": {"https://other": {}}}, "is no medium", id="idle-fact"),
            pytest.param({"payload": fal(), "at": "soon"}, "at: 'soon' is no date", id="no-date"),
            pytest.param({"payload": fal(), "at": "2026-11-01T09:30:00"}, "has no zone", id="no-zone"),
            pytest.param({"payload": fal(), "consumed_before": {"spend": 1}}, "an object of strings", id="no-text"),
            pytest.param({"payload": fal(), "prize": 1}, "prize: no such argument", id="unknown-argument"),
            pytest.param({"payload": {"a": float("nan")}}, "NaN is no JSON number", id="nan"),
            pytest.param({"payload": {"a": "\ud800"}}, "arguments", id="half-a-character"),
            pytest.param({"payload": DEEP}, "", id="deep"),
            pytest.param({"payload": {"prompt": "x" * (32 << 20)}}, "bytes: at most", id="large"),
        ],
    )
    def test_it_is_an_error_with_a_remedy(self, arguments: dict[str, object], said: str) -> None:
        answer = use_tool("quote", arguments, PUBLISHED)
        assert answer.failed
        assert answer.text.startswith("unusable_input: ")
        assert said in answer.text

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("hosts", "fal", "hosts: an array"),
            ("hosts", ["moon"], "moon"),
            ("tiers", ["4K"], "4K"),
            ("durations", [1.5], "durations: an array of strings or whole numbers"),
            ("durations", [-5], "no whole number of seconds"),
        ],
    )
    def test_axes_that_name_nothing_are_refused(self, name: str, value: object, said: str) -> None:
        answer = use_tool("compare", {"payload": fal(), name: value}, PUBLISHED)
        assert answer.failed
        assert said in answer.text

    def test_nothing_at_all_is_an_error_too(self) -> None:
        assert use_tool("check", None, PUBLISHED).failed


class TestSchemas:
    """What a model is told agrees with what is read."""

    @pytest.mark.parametrize("name", TOOLS)
    def test_the_schema_names_the_arguments_that_are_read(self, name: str) -> None:
        schema = write_input_schema(name, ("fal",))
        assert schema["properties"].keys() == TOOLS[name][0]  # type: ignore[attr-defined]
        assert schema["required"] == ["payload"]

    def test_arguments_that_work_fit_the_schema(self) -> None:
        arguments = {"payload": fal(), "facts": FACTS, "at": "2026-11-01", "hosts": ["fal"], "tiers": ["720P"]}
        assert arguments.keys() <= ON_AXES
        jsonschema.validate(arguments, write_input_schema("compare", ("fal",)))

    def test_every_description_says_that_nothing_is_sent(self) -> None:
        assert all("nothing is sent" in text for text in DESCRIPTIONS.values())
        assert "undetermined" in DESCRIPTIONS["check"]
        assert all(word in DESCRIPTIONS["quote"] for word in ("bounded", "unbounded", "no_rate", "before tax"))
