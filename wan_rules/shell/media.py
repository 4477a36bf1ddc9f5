"""Measures media: what their own headers say, from files, `data:` URLs and servers; and why something is not known.

Nothing that is wrong with a medium is raised: what can't be measured comes back with the reason, as `unverified`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple, TypeAlias

from wan_rules.media_facts import MediaFacts
from wan_rules.shell.fact_cache import FactCache, find_fact, keep_fact, make_key
from wan_rules.shell.found import Found, LengthName, UnreadableError
from wan_rules.shell.found_texts import read_found, write_found
from wan_rules.shell.lengths import BILLS, NO_LENGTH, Judged, judge, tell_doubt
from wan_rules.shell.looking import Looked, Sight, look
from wan_rules.shell.readers.kinds import read_header
from wan_rules.shell.sources import Policy, Source, open_file, open_url
from wan_rules.urls import redact

AT_ONCE: Final = 5
"""Media that are measured at the same time: as many as a request has."""
ALL_SECONDS: Final = 10.0


class Ways(NamedTuple):
    """How to measure: where media may be fetched and at what cost, whose word on lengths is taken, seconds in all.

    With a cache, what was found at a URL is kept for as long as its server says that the file is the same. With sight,
    subjects are counted too, for which the whole of a picture is read.
    """

    policy: Policy = Policy()
    bills: Sequence[LengthName] = BILLS
    seconds: float = ALL_SECONDS
    cache: FactCache | None = None
    sight: Sight | None = None


PLAIN: Final = Ways()


class Measured(NamedTuple):
    """One medium: its facts as far as they are known, what its header says, and in a sentence what is not known, why.

    `where` is as it may be shown: without credentials, a query or the body of a `data:` URL.
    """

    where: str
    facts: MediaFacts
    found: Found | None = None
    judged: Judged = NO_LENGTH
    unverified: str | None = None
    requests: int = 0
    bytes_read: int = 0
    looked: Looked | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all that was asked is known."""
        return self.unverified is None and (self.looked is None or self.looked.subjects.answer != "unknown")


class _Place(NamedTuple):
    """Where a medium lies: as it may be shown, and its URL if that may be kept, or its path."""

    where: str
    url: str | None = None
    path: Path | None = None


NOTHING_KNOWN: Final = MediaFacts()
Measurer: TypeAlias = Callable[[str, Ways, float | None], Measured]


def measure(url: str, ways: Ways = PLAIN, deadline: float | None = None) -> Measured:
    """What can be known of the medium at a URL. No local file is opened: a URL may come from anyone.

    `deadline` is an instant of `time.monotonic()`. Raises UnusableInputError where an extra is missing.
    """
    kept_for = url if url[:4].lower() == "http" else None  # what lies in memory is read as fast as a cache
    return _open(_Place(redact(url), kept_for), lambda: open_url(url, ways.policy, deadline), ways)


def measure_file(path: Path, ways: Ways = PLAIN) -> Measured:
    """What can be known of a local file."""
    return _open(_Place(str(path), path=path), lambda: open_file(path), ways)


def _open(place: _Place, open_source: Callable[[], AbstractContextManager[Source]], ways: Ways) -> Measured:
    try:
        with open_source() as source:
            return _measure(place, source, ways)
    except UnreadableError as error:
        return Measured(place.where, NOTHING_KNOWN, unverified=error.reason)


def _measure(place: _Place, source: Source, ways: Ways) -> Measured:
    """What is known, with what reading cost even where it failed."""
    try:
        found = _find(source, ways.cache, place.url)
    except UnreadableError as error:
        told = Measured(place.where, NOTHING_KNOWN, unverified=error.reason)
        return told._replace(requests=source.requests, bytes_read=source.bytes_read)
    judged = judge(found, ways.bills)
    looked = None if ways.sight is None else look(ways.sight, found, source, place.path)
    facts = find_facts(found, judged, source.size)
    if ways.sight is not None and looked is not None:
        facts = MediaFacts.model_validate({**facts.__dict__, **looked.to_facts(ways.sight)})
    unverified = tell_doubt(found, judged)
    cost = source.requests, source.bytes_read
    return Measured(place.where, facts, found, judged, unverified, *cost, looked)


def _find(source: Source, cache: FactCache | None, url: str | None) -> Found:
    """What the header says, read or kept from another time. Raises UnreadableError."""
    identity = source.identify() if cache is not None and url is not None else None
    if cache is None or identity is None:
        return read_header(source)
    key, now = make_key(identity, url), datetime.now(UTC)
    kept = find_fact(cache, key, now)
    found = None if kept is None else read_found(kept)
    if found is None:
        found = read_header(source)
        keep_fact(cache, key, write_found(found), now)
    return found


def find_facts(found: Found, judged: Judged, size: int | None) -> MediaFacts:
    """The facts, as rules and quotes want them."""
    return MediaFacts(
        kind=found.kind,
        format=found.container,
        bytes=size,
        width_px=found.width_px,
        height_px=found.height_px,
        duration_s=judged.seconds,
        has_alpha=found.has_alpha,
        duration_min_s=judged.low,
        duration_max_s=judged.high,
    )


def measure_all(
    places: Iterable[str], ways: Ways = PLAIN, measure_one: Measurer = measure
) -> Iterator[tuple[str, Measured]]:
    """Each medium once, as it is done, `AT_ONCE` of them together; what is not done within the seconds says so."""
    deadline = monotonic() + ways.seconds
    with ThreadPoolExecutor(AT_ONCE, "measure") as threads:
        asked = {threads.submit(measure_one, place, ways, deadline): place for place in dict.fromkeys(places)}
        for done in as_completed(asked):
            yield asked[done], done.result()
