"""The tools for agents as a server of the Model Context Protocol over standard input and output.

Only protocol messages are written to stdout: while it serves, whatever else would write there is led to stderr.
"""

from __future__ import annotations

from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from pricing.shell.agent_schemas import DESCRIPTIONS, INSTRUCTIONS, write_input_schema
from pricing.shell.agent_tools import TOOLS, Desk, use_tool
from pricing.shell.mcp_refusals import Line, pass_on
from pricing.shell.plugins import use_plugins
from pricing.version import __version__
from wan_rules.urls import shorten


def serve(desk: Desk) -> None:
    """Answers until standard input ends."""
    anyio.run(_serve, build_server(desk))


def build_server(desk: Desk) -> Server[dict[str, Any]]:
    """The server with its tools, for any transport."""

    async def list_tools(_context: object, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=_list_tools())

    async def call_tool(_context: object, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in TOOLS:
            message = f"no tool {shorten(params.name)!r}: there are {', '.join(TOOLS)}"
            raise MCPError(INVALID_PARAMS, message)
        document, text, failed = use_tool(params.name, params.arguments, desk)
        return CallToolResult(content=[TextContent(text=text)], structured_content=document, is_error=failed)

    return Server(
        "wan-rules",
        version=__version__,
        title="wan-rules",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _serve(server: Server[dict[str, Any]]) -> None:
    passed, incoming = anyio.create_memory_object_stream[Line]()
    async with stdio_server() as (lines, outgoing), anyio.create_task_group() as group:
        group.start_soon(pass_on, lines, passed, outgoing)
        await server.run(incoming, outgoing, server.create_initialization_options())


def _list_tools() -> list[Tool]:
    hosts = tuple(use_plugins().hosts)
    harmless = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    return [
        Tool(
            name=name,
            description=DESCRIPTIONS[name],
            input_schema=write_input_schema(name, hosts),
            annotations=harmless,
        )
        for name in TOOLS
    ]
