"""A medium at http:// or https://: found through redirects, each checked again, then read by parts.

A server that sends no parts is read from the beginning, as far as is wanted and no further.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from typing import Final

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.answers import refuse_status, require_plain
from wan_rules.shell.sources.cells import AHEAD
from wan_rules.shell.sources.exchanges import Head, Line
from wan_rules.shell.sources.parts import Parts
from wan_rules.shell.sources.policy import Policy
from wan_rules.shell.sources.resolution import resolve
from wan_rules.shell.sources.source import Source
from wan_rules.shell.sources.streams import Stream
from wan_rules.shell.sources.targets import follow, read_target

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@contextmanager
def open_web(url: str, policy: Policy, deadline: float | None = None) -> Iterator[Source]:
    """The medium, asked for its first bytes. Raises UnreadableError, later too."""
    allowance = Allowance(policy, deadline)
    target = read_target(url, policy)
    seen = {target.url}
    while True:
        with closing(Line(target, resolve(target, allowance), allowance)) as line:
            head = line.ask({"Range": f"bytes=0-{AHEAD - 1}"})
            if head.status not in _REDIRECTS:
                yield _open(line, head, allowance)
                return
        target = follow(target, head.say("location"), policy)
        if target.url in seen or len(seen) > policy.redirects_max:
            why = "in a circle" if target.url in seen else f"more than {policy.redirects_max} times"
            raise UnreadableError(f"it is redirected {why}, at last to {target.host}. Name the file's own URL.")
        seen.add(target.url)


def _open(line: Line, head: Head, allowance: Allowance) -> Source:
    if head.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        raise refuse_status(head, line.host)
    require_plain(head, line.host)
    return (Stream if head.status == HTTPStatus.OK else Parts)(line, head, allowance)
