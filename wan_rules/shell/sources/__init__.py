"""Where a medium's bytes come from: a local file, a `data:` URL or base64, or a server that is asked for parts of one.

Nothing here looks at what the bytes mean, and nothing reads more than it is asked for. What reaches the network is
imported when a URL asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from wan_rules.payloads import UnusableInputError
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.data_urls import open_bare, open_data
from wan_rules.shell.sources.local import open_file
from wan_rules.shell.sources.policy import Policy, read_allowed
from wan_rules.shell.sources.source import Source
from wan_rules.urls import is_of_form

__all__ = ["Policy", "Source", "open_file", "open_url", "read_allowed"]


@contextmanager
def open_url(url: str, policy: Policy, deadline: float | None = None) -> Iterator[Source]:
    """The medium at a URL, or what stands in place of one, until the block ends.

    `deadline` is an instant of `time.monotonic()`.

    Raises UnreadableError, later too, and UnusableInputError where the extra for it is not installed. No local file is
    ever opened: a URL may come from anyone.
    """
    match url[:5].lower():
        case "data:":
            yield open_data(url)
        case start if start.startswith("oss:"):
            raise UnreadableError(
                "it lies in a host's own storage (oss:), which can't be read from here. State its facts."
            )
        case _ if is_of_form(url, ("uuid",)):
            raise UnreadableError(
                "it is an id in a host's own storage, which can't be read from here. State its facts."
            )
        case _ if is_of_form(url, ("base64",)):
            yield open_bare(url)
        case _:
            with _open_web(url, policy, deadline) as source:
                yield source


@contextmanager
def _open_web(url: str, policy: Policy, deadline: float | None) -> Iterator[Source]:
    try:
        from wan_rules.shell.sources.web import open_web
    except ModuleNotFoundError as error:
        if error.name != "h11":
            raise
        raise UnusableInputError("media", "a URL is read with h11: pip install 'wan-rules[media]'") from None
    with open_web(url, policy, deadline) as source:
        yield source
