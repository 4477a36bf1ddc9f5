"""The command `wan-rules mcp` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o

SHORT_HELP: Final = "Answer agents that ask before they spend (MCP)."


def mcp(
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
) -> None:
    """Answer agents that ask before they spend: check, quote, compare and explain, as tools over MCP.

    It speaks the Model Context Protocol on stdin and stdout, and is started by the agent's own program. An agent can't
    choose another account.

    Example: wan-rules mcp --catalogue examples/catalogue --account acme --environment production
    """
    from pricing.shell import agent_serving

    source = v.Source(catalogue, catalogue_key, keep_for)
    raise typer.Exit(agent_serving.serve_agents(v.OnTerms(source, account, environment, region, None)))
