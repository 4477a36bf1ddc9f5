"""Facts measured for one payload, beside those that were declared: which holds, and where each one came from.

What is declared comes before what is measured: whoever states a fact may know better than a header, and is answerable
for it. Where both say something and not the same, that is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from pricing.shell import jobs
from pricing.shell.asked_values import Measuring
from pricing.shell.progress import Steps
from wan_rules.facts import Facts
from wan_rules.hosts.reading import Reading
from wan_rules.media_facts import MediaFacts
from wan_rules.payloads import JsonObject
from wan_rules.request import Evidence
from wan_rules.shell.fact_cache import FactCache, default_folder
from wan_rules.shell.lengths import BILLS
from wan_rules.shell.looking import Sight
from wan_rules.shell.media import Measured, Ways, measure_all
from wan_rules.shell.sources import Policy, read_allowed

Origin: TypeAlias = Literal["declared", "measured"]
FACTS: Final = ("kind", "format", "bytes", "width_px", "height_px", "has_alpha", "subjects")
"""Facts that contradict each other where they differ; lengths do where they can't be the same."""
ENDS: Final = ("duration_min_s", "duration_max_s")
LENGTH: Final = frozenset({"duration_s", *ENDS})
COUNT: Final = frozenset({"subjects", "detected"})
"""Facts that are declared or measured together: of a count that is declared no detector is to be named."""


class Medium(NamedTuple):
    """One medium of a payload: where it stands, its URL, and what was declared of it."""

    at: str
    url: str
    declared: MediaFacts | None


class Contradiction(NamedTuple):
    """A fact that is declared otherwise than it is measured; the declared one holds."""

    fact: str
    declared: object
    measured: object


class Probed(NamedTuple):
    """One medium measured: the facts that hold, where each came from, and what contradicts what."""

    medium: Medium
    measured: Measured
    facts: MediaFacts
    origins: Mapping[str, Origin]
    contradictions: tuple[Contradiction, ...]


PICTURE_BYTES_MAX: Final = 24 * 1024 * 1024
"""Bytes that are read of a remote medium where its subjects are counted: a host takes pictures of 20 MB."""


@contextmanager
def open_ways(measuring: Measuring) -> Iterator[Ways]:
    """How to measure, until the block ends. Raises UnusableInputError for a host that is none, or bad weights."""
    ways = to_ways(measuring)
    if not measuring.subjects:
        yield ways
        return
    from wan_rules.shell.detection.detector import Detector
    from wan_rules.shell.detection.weights import find_weights

    with Detector(find_weights(os.environ, measuring.weights)) as detector:
        detector.start()
        policy = ways.policy._replace(bytes_max=PICTURE_BYTES_MAX, seconds=measuring.seconds)
        yield ways._replace(sight=Sight(detector, measuring.trust_subjects), policy=policy)


def to_ways(measuring: Measuring) -> Ways:
    """How to measure, without counting. Raises UnusableInputError for a host that is none."""
    first = [name for name in BILLS if name == measuring.bills]
    bills = (*first, *(name for name in BILLS if name != measuring.bills))
    cache = FactCache(default_folder()) if measuring.cache else None
    return Ways(Policy(allow=read_allowed(measuring.allow)), bills, measuring.seconds, cache)


def probe_payload(payload: JsonObject, host: str | None, facts: Facts, measuring: Measuring) -> tuple[Probed, ...]:
    """Every medium of a payload, measured, beside what is declared. Raises UnusableInputError."""
    reading = jobs.read_request(payload, host, facts)
    with open_ways(measuring) as ways:
        return probe(reading, ways)


def list_media(reading: Reading) -> Iterator[Medium]:
    """The references, first frames and voices of a payload that name a URL, in the order of the report."""
    draft, places = reading.draft, reading.places
    media = draft.references + draft.first_frames
    evidence = draft.evidence or (_NO_EVIDENCE,) * len(media)
    for (_, url, voice), known, at, voice_at in zip(media, evidence, places.urls, places.voices, strict=False):
        if isinstance(url, str):
            yield Medium(at, url, known.medium)
        if isinstance(voice, str):
            yield Medium(voice_at, voice, known.voice)
    if isinstance(draft.voice, str):
        yield Medium(reading.pointer("voice"), draft.voice, draft.voice_facts)


_NO_EVIDENCE: Final = Evidence(None, None)


def probe(reading: Reading, ways: Ways) -> tuple[Probed, ...]:
    """Every medium of the payload, measured; a line on a terminal says how many are done."""
    media = tuple(list_media(reading))
    found: dict[str, Measured] = {}
    with Steps() as steps:
        urls = dict.fromkeys(medium.url for medium in media)
        steps.begin("measuring media", len(urls))
        for number, (url, measured) in enumerate(measure_all(urls, ways), start=1):
            found[url] = measured
            steps.tell(number)
    return join(media, found)


def join(media: Sequence[Medium], found: Mapping[str, Measured]) -> tuple[Probed, ...]:
    """Each medium with what was measured at its URL, beside what is declared."""
    return tuple(_join(medium, found[medium.url]) for medium in media)


def _join(medium: Medium, measured: Measured) -> Probed:
    declared, facts = _say(medium.declared), _say(measured.facts)
    idle = {*(LENGTH if declared.keys() & LENGTH else ()), *(COUNT if "subjects" in declared else ())}
    both = {name: value for name, value in facts.items() if name not in idle} | declared
    origins: dict[str, Origin] = {name: "declared" if name in declared else "measured" for name in both}
    found = tuple(_contradict(declared, facts))
    return Probed(medium, measured, MediaFacts.model_validate(both), origins, found)


def _contradict(declared: Mapping[str, object], facts: Mapping[str, object]) -> Iterator[Contradiction]:
    """Where both say something, and not what could be the same."""
    for name in FACTS:
        if name in declared and name in facts and declared[name] != facts[name]:
            yield Contradiction(name, declared[name], facts[name])
    ours, theirs = _read_length(declared), _read_length(facts)
    if ours and theirs and ours != theirs and (ours[0] > theirs[1] or theirs[0] > ours[1]):
        yield Contradiction("duration_s", _show_length(ours), _show_length(theirs))


def _read_length(facts: Mapping[str, object]) -> tuple[Decimal, Decimal] | None:
    """The ends between which a length lies, the same twice where it is known; `None` where nothing is said of it."""
    if not facts.keys() & LENGTH:
        return None
    low, high = (facts.get("duration_s", facts.get(name)) for name in ENDS)
    return Decimal(str(low or 0)), Decimal(str(high)) if high is not None else Decimal("Infinity")


def _show_length(ends: tuple[Decimal, Decimal]) -> str:
    low, high = ends
    if low == high:
        return format(low, "f")
    return f"{low:f} or more" if high.is_infinite() else f"{low:f} to {high:f}"


def _say(facts: MediaFacts | None) -> dict[str, object]:
    """What the facts say."""
    return {} if facts is None else {name: value for name, value in facts.__dict__.items() if value is not None}


def to_facts(probed: Sequence[Probed]) -> Facts:
    """The facts that hold, by the place of each medium."""
    return {one.medium.at: one.facts for one in probed}
