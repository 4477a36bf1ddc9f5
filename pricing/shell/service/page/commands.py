"""The command that prints the same quote, to be copied into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from pricing.shell.service.page.asking import Answer

_END: Final = "JSON"


def write_command(answer: Answer) -> str:
    """The command with its payload and facts as here-documents; empty where there is no quote."""
    if answer.quote is None or answer.sale is None:
        return ""
    return "\n".join((*_facts(answer), f"{' '.join(_words(answer))} <<'{_END}'", answer.question.text.rstrip(), _END))


def _facts(answer: Answer) -> Iterator[str]:
    if answer.facts:
        yield f"cat > facts.json <<'{_END}'"
        yield answer.question.facts.strip()
        yield _END


def _words(answer: Answer) -> Iterator[str]:
    """The words of the command; whose catalogue it is, a reader has to say."""
    quoted, sale = answer.quote, answer.sale
    if quoted is None or sale is None:
        return
    yield "wan-rules quote -"
    if answer.question.host:
        yield f"--host {shlex.quote(answer.question.host)}"
    if answer.facts:
        yield "--facts facts.json"
    if sale.catalogue.head.accounts:
        yield "--catalogue CATALOGUE"
    for name, value in (("account", sale.account), ("environment", sale.environment), ("region", sale.region)):
        if value:
            yield f"--{name} {shlex.quote(value)}"
    for name, amount in sale.consumed_before.items():
        yield f"--consumed-before {shlex.quote(f'{name}={amount:f}')}"
    yield f"--at {sale.at.isoformat().replace('+00:00', 'Z')}"
