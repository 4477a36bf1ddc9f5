"""What the page sends: a small form in the body, never in an address, so that no payload is written to a log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request

from pricing.shell.inputs import read_instant
from pricing.shell.service.page.desk import Asked, RefusedError

MAX_BYTES: Final = 1024 * 1024
"""Of a body as it is sent; what the page is for fits a hundred times."""
MAX_FIELDS: Final = 500
_NAME_CHARS_MAX: Final = 128
CONSUMED: Final = "consumed."
"""What the name of a field begins with that says where a running total of the month stood."""


class Form(NamedTuple):
    """The fields of a form, the last of each name, without carriage returns and the spaces around."""

    fields: dict[str, str]

    def text(self, name: str) -> str:
        """A text as it was typed; empty where it was left out."""
        return self.fields.get(name, "")

    def word(self, name: str) -> str | None:
        """A short word; `None` where nothing was said. Raises RefusedError where it is no word."""
        word = self.text(name).strip()
        if len(word) > _NAME_CHARS_MAX or not word.isprintable():
            raise RefusedError(
                400, f"{name}: {word[:32]!r}… is no name: at most {_NAME_CHARS_MAX} printable characters"
            )
        return word or None

    def consumed(self) -> Mapping[str, str]:
        """What was typed of the month so far, by running total; what was left empty is not said."""
        begun = {name.removeprefix(CONSUMED): text for name, text in self.fields.items() if name.startswith(CONSUMED)}
        return {name: text.strip() for name, text in begun.items() if text.strip()}

    def instant(self) -> datetime:
        """The instant that picks prices: what was said, else now. Raises UnusableInputError."""
        return read_instant(self.word("at"), what="Prices as of")

    def asked(self) -> Asked:
        """Whose terms, where and when. Raises RefusedError and UnusableInputError."""
        return Asked(self.word("account"), self.word("environment"), self.word("region"), self.instant())


async def read_form(request: Request) -> Form:
    """The form in the body. Raises RefusedError where it is too large or none."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise RefusedError(
                413, f"More than {MAX_BYTES // 1024:,} KiB: the page reads less than that. "
                "Send media by URL, or use the command line, which reads 32 MiB."
            )  # fmt: skip
        chunks.append(chunk)
    return parse_form(b"".join(chunks))


def parse_form(body: bytes) -> Form:
    """The form that a body holds. Raises RefusedError."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict", encoding="utf-8"
        )
    except ValueError:
        raise RefusedError(400, "The form can't be read: reload the page and try again.") from None
    return Form({name: value.replace("\r\n", "\n").replace("\r", "\n") for name, value in pairs})
