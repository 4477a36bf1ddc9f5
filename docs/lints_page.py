"""The page of the checks of a catalogue: each with its sentence, from the checks themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from tables import NOTE, page, table

from pricing.linting import CHECKS, Check
from pricing.lints.lint import describe

FAMILIES: Final = {"1": "Coverage", "2": "Entries", "3": "Amounts", "4": "Upkeep", "5": "Tests"}
"""By the first digit of an id."""
_HEAD: Final = """# Checks of a catalogue

What [`wan-rules cards check`](cli.md#wan-rules-cards-check) demands of a catalogue: that is what each sentence says. An
**error** ends it with 1, and a **warning** does with `--strict`. How to use it: [check a
catalogue](../how-to/check-a-catalogue.md). Each has a small catalogue that shows it, and nothing else, in
`tests/catalogues/bad/`."""


def write_lints_page() -> str:
    """The page."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield from (NOTE, "", _HEAD, "")
    yield from table(
        ("id", "name", "severity"), [(f"[{one.id}](#{one.name})", one.name, one.severity) for one in CHECKS]
    )
    for family, checks in groupby(CHECKS, key=lambda check: FAMILIES[check.id[3]]):
        yield from (f"## {family}", "")
        for check in checks:
            yield from _check(check)


def _check(check: Check) -> Iterator[str]:
    yield from (f"### {check.id} {check.name} {{ #{check.name} }}", "")
    for paragraph in describe(check).strip().split("\n\n"):
        yield from (" ".join(paragraph.split()), "")
    yield from (f"**{check.severity}** · [why](../{check.source.removeprefix('docs/')})", "")
