"""What `wan-rules mcp` does: open the catalogue, see that its names are known, and answer agents until they leave."""

from __future__ import annotations

import gc
import signal

from pricing.shell import codes
from pricing.shell.agent_tools import Desk, check_names
from pricing.shell.asked_values import OnTerms
from pricing.shell.inputs import open_catalogue
from pricing.shell.printing import answer
from wan_rules.payloads import UnusableInputError


def serve_agents(terms: OnTerms) -> int:
    """`wan-rules mcp`, until standard input ends. Returns the exit code."""

    def job() -> int:
        try:
            from pricing.shell.mcp_server import serve
        except ImportError as error:
            raise UnusableInputError("mcp", f"it needs {error.name}: pip install 'wan-rules[mcp]'") from None
        desk = Desk(open_catalogue(terms.catalogue), terms.account, terms.environment, terms.region)
        check_names(desk)
        gc.freeze()
        gc.enable()
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a thread that waits for stdin would outlast a KeyboardInterrupt
        serve(desk)
        return codes.DONE

    return answer(job, "text")
