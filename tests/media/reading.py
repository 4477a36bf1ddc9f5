"""Files on servers, and reading them: what the bytes are, or why there are none."""

from __future__ import annotations

from typing import Final

import pytest

from tests.media.answering import Act, Server, answer, part_of
from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import Policy, open_url

KIB: Final = 1024
SMALL: Final = bytes(range(251)) * 200
LARGE: Final = (bytes(range(251)) * 180_000)[:45_000_000]


def good(data: bytes, **headers: str) -> Act:
    return lambda question: part_of(data, question, **headers)


def always(pieces: list[bytes]) -> Act:
    return lambda _: pieces


def read(server: Server, path: str, *parts: tuple[int, int], policy: Policy | None = None) -> list[bytes]:
    with open_url(server.url(path), policy or server.policy()) as source:
        return [source.read(at, length) for at, length in parts]


def refusal(server: Server, path: str, *parts: tuple[int, int], policy: Policy | None = None) -> str:
    with pytest.raises(UnreadableError) as refused:
        read(server, path, *(parts or ((0, 1),)), policy=policy)
    assert refused.value.reason.endswith(".")
    return refused.value.reason


def claiming(part: str, body: bytes = SMALL[: 16 * KIB], **headers: str) -> Act:
    """Answers with those bytes, and says that they are that part."""
    return always([*answer(body, 206, Content_Range=part, **headers), b""])
