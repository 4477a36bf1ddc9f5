"""An agent's side: ask what a request would cost, mend what is wrong with it, ask again. Run it beside `examples/`.

The same four tools are there for any program that speaks the Model Context Protocol.
"""

import asyncio
import json
from pathlib import Path

from mcp import Client, StdioServerParameters

SERVER = StdioServerParameters(command="wan-rules", args=["mcp"])
PAYLOAD = json.loads(Path("examples/runware-two-seconds.payload.json").read_text(encoding="utf-8"))


async def ask() -> None:
    """Twice: with a length that the host refuses, and with the fix that the answer names."""
    async with Client(SERVER) as client:
        wrong = await client.call_tool("check", {"payload": {**PAYLOAD, "duration": 12}})
        violation = wrong.structured_content["violations"][0]
        print(wrong.structured_content["verdict"], violation["at"], violation["fix"])

        mended = {**PAYLOAD, violation["at"].removeprefix("/"): violation["fix"][0]["value"]}
        quoted = await client.call_tool("quote", {"payload": mended, "at": "2026-11-15"})
        print(quoted.content[0].text.splitlines()[0])

        failed = await client.call_tool("quote", {"payload": mended, "account": "globex"})
        print(failed.is_error, failed.structured_content["error"]["message"])


asyncio.run(ask())
