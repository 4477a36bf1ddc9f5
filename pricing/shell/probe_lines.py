"""What was measured, for people to read."""

from __future__ import annotations

from collections.abc import Iterator

from pricing.shell.probing import Probed
from pricing.shell.text import count, plain
from wan_rules.shell.lengths import SAID_BY
from wan_rules.shell.media import Measured
from wan_rules.urls import shorten


def measured_lines(measured: Measured) -> Iterator[str]:
    """One medium: what it is, its length and every other claim on it, what is odd, what is not known and why."""
    yield plain(shorten(measured.where))
    yield from (f"  {line}" for line in _lines(measured))


def probed_lines(probed: tuple[Probed, ...]) -> Iterator[str]:
    """The media of a payload, and where a fact is declared otherwise than it is measured."""
    yield "Measured (--probe):"
    for one in probed:
        yield f"  {plain(one.medium.at)}: {plain(shorten(one.medium.url))}"
        yield from (f"    {line}" for line in _lines(one.measured))
        declared = [name for name, origin in one.origins.items() if origin == "declared"]
        if declared:
            yield f"    declared, and so not taken from it: {', '.join(declared)}"
        for each in one.contradictions:
            yield f"    contradicted: {each.fact} is declared {each.declared} and measured {each.measured}"


def _lines(measured: Measured) -> Iterator[str]:
    found, judged = measured.found, measured.judged
    if found is not None:
        yield ", ".join(_describe(measured))
    if judged.by is not None and found is not None:
        others = [f"{length.name} {length.seconds}" for length in found.lengths if length.name != judged.by]
        also = f" ({', '.join(others)})" if others else ""
        yield f"{judged.seconds} s by {SAID_BY[judged.by]}{also}"
    if found is not None:
        yield from map(plain, found.notes)
    if measured.unverified is not None:
        word = "not measured" if found is None else "disputed" if judged.is_disputed else "not all is known"
        yield f"{word}: {plain(measured.unverified)}"
    if measured.looked is not None:
        subjects = measured.looked.subjects
        yield plain(f"subjects not known: {subjects.reason}" if subjects.answer == "unknown" else subjects.reason)
    if measured.requests and measured.where.startswith("http"):
        yield f"read: {measured.bytes_read:,} bytes in {count(measured.requests, 'request')}"


def _describe(measured: Measured) -> Iterator[str]:
    facts, found = measured.facts, measured.found
    if found is None:
        return
    yield found.kind
    yield found.container if found.codec in (None, found.container) else f"{found.container} {plain(found.codec or '')}"
    if facts.width_px:
        turned = f", turned by {found.rotation_deg} degrees" if found.rotation_deg else ""
        yield f"{facts.width_px} x {facts.height_px}{turned}"
    if facts.has_alpha is not None:
        yield "with alpha" if facts.has_alpha else "no alpha"
    if facts.bytes is not None:
        yield f"{facts.bytes:,} bytes"
