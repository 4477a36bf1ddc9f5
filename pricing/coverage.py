"""How much of a catalogue its tests cover: the parts that count for a passing test, of those that could count at all.

Whether a part could is asked of sample requests: every tier and ratio of its host, the shortest, the one after it and
the longest, with and without clips and a first frame, in every market, at every change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.agreed import index_agreements, list_agreed
from pricing.agreements import list_bounds
from pricing.catalogue import Catalogue, Market, Place
from pricing.catalogue_tests import RequestAsked, parse_tests
from pricing.expectations import Refusal
from pricing.money import EXACT, HUNDRED
from pricing.parts import Inventory, Part, find_used, place_of, take_inventory
from pricing.periods import list_markets
from pricing.trials import Occasion, Trial, check_request, occasion_of, try_tests
from wan_rules.hosts import HOSTS, Hosts
from wan_rules.hosts.host import Host
from wan_rules.limits import Range
from wan_rules.validation import ValidRequest

ANY_CLIP: Final = Range(1, 30)
"""Seconds of sample clips at a host that does not limit them."""
PART_SECOND: Final = Decimal("0.777777")
"""What a sample clip has beyond whole seconds: a rounding may count for such clips alone."""


class _Sample(NamedTuple):
    """Media of sample requests, and the lengths of output that they are asked with."""

    lengths: tuple[int, ...]
    images: int = 0
    clips: tuple[Decimal, ...] = ()
    first_frame: bool = False


class Untested(NamedTuple):
    """A part that counts for no passing test: where it stands, and its name."""

    place: Place
    name: str


class Coverage(NamedTuple):
    """How many parts could count, and those that no passing test depends on, in the order of the files."""

    parts: int
    untested: tuple[Untested, ...]

    @property
    def tested(self) -> int:
        """How many parts a passing test depends on."""
        return self.parts - len(self.untested)

    def reaches(self, percent: Decimal) -> bool:
        """Whether so many percent of the parts are tested; of none all are."""
        return EXACT.multiply(HUNDRED, Decimal(self.tested)) >= EXACT.multiply(percent, Decimal(self.parts))


class Tried(NamedTuple):
    """What the tests of a catalogue came to, and what they cover."""

    trials: tuple[Trial, ...]
    coverage: Coverage


NOT_TRIED: Final = Tried((), Coverage(0, ()))


def try_catalogue(catalogue: Catalogue, *, hosts: Hosts = HOSTS) -> Tried:
    """Every test in the catalogue, run. Raises CardError for one that can't be read."""
    trials = try_tests(parse_tests(catalogue.tests, hosts=hosts), catalogue, hosts=hosts)
    return Tried(trials, cover(catalogue, trials, hosts=hosts))


def cover(catalogue: Catalogue, trials: Sequence[Trial], *, hosts: Hosts = HOSTS) -> Coverage:
    """What the passing ones of the trials cover. What stands in included files is not counted."""
    inventory = take_inventory(catalogue)
    tested = {part for trial in trials for part in _used_by(trial, inventory)}
    left = {key: part for key, part in inventory.known.items() if part not in tested}
    usable = _find_usable(left, inventory, hosts)
    untested = tuple(Untested(place_of(part, catalogue), part.name) for part in left.values() if part in usable)
    return Coverage(len(tested) + len(untested), untested)


def _used_by(trial: Trial, inventory: Inventory) -> Iterator[Part]:
    if trial.passed and trial.valid is not None:
        yield from find_used(inventory.known, inventory, occasion_of(trial.test.test), [trial.valid])


def _find_usable(left: Mapping[int, Part], inventory: Inventory, hosts: Hosts) -> set[Part]:
    """The parts that count for some sample request; each is looked for until it is found."""
    usable: set[Part] = set()
    for name in sorted({_host_of(part, inventory.catalogue) for part in left.values()}):
        requests = list_samples(hosts[name])
        missing = dict(left)
        for occasion in _occasions(inventory, name, hosts):
            found = set(find_used(missing, inventory, occasion, requests))
            if found:
                missing = {key: part for key, part in missing.items() if part not in found}
                usable |= found
    return usable


def _host_of(part: Part, catalogue: Catalogue) -> str:
    if part.owner in catalogue.cards:
        return catalogue.cards[part.owner].card.host
    return catalogue.agreements[part.owner].agreement.host


def _occasions(inventory: Inventory, host: str, hosts: Hosts) -> Iterator[Occasion]:
    """Every market of the host at every change, also of the card that a name leads to.

    Accounts without an agreement of their own there share theirs.
    """
    agreed = index_agreements(inventory.catalogue)
    groups: dict[Market, Market] = {}
    for market in list_markets(inventory.catalogue, hosts):
        if market.host == host:
            has_own = (host, market.account) in agreed
            groups.setdefault(market if has_own else market._replace(account=None), market)
    cards = [card for card in inventory.catalogue.cards.values() if card.card.host == host]
    dates = {part.from_ for card in cards for part in (*card.entry, *card.reference_video, *card.rounding)}
    dates |= {alias.from_ for alias in inventory.catalogue.aliases}
    for market in groups.values():
        for instant in sorted(dates | _changes(inventory.catalogue, market)):
            yield Occasion(market, instant, {})


def _changes(catalogue: Catalogue, market: Market) -> set[datetime]:
    """When an agreement of the market's account, or of everyone, or a term of one, begins or ends."""
    agreed = list_agreed(catalogue, market.host, market.account)
    return {instant for one in agreed.values() for instant in list_bounds(one)}


def list_samples(host: Host) -> tuple[ValidRequest, ...]:
    """Requests of every ratio and tier of a host, the shortest and the longest, without clips, with one, with many.

    Tiers change from one to the next: what counts for any of them is found soon.
    """
    limits = host.limits
    asked = [
        RequestAsked(
            resolution=tier,
            ratio=ratio,
            duration_s=seconds,
            images=sample.images,
            clips_s=sample.clips,
            first_frame=sample.first_frame,
        )
        for ratio in limits.ratios.value
        for sample in _media(host)
        for seconds in sample.lengths
        for tier in limits.resolutions.value
    ]
    checked = [check_request(one, host) for one in asked]
    return tuple(one for one in checked if not isinstance(one, Refusal))


def _media(host: Host) -> Iterator[_Sample]:
    """How many images, which clips, whether a first frame, and the lengths of output that go with them.

    Of two lengths that follow each other one is rounded, if any is.
    """
    limits = host.limits
    low, high = limits.video_seconds.value or ANY_CLIP
    many = min(limits.videos_max.value, limits.references.value.high)
    shortest, longest = limits.duration_s.value
    shortest_with, longest_with = limits.duration_with_video_s.value
    yield _Sample((shortest, shortest + 1, longest), images=1)
    yield _Sample((shortest_with, longest_with), clips=(Decimal(low),))
    yield _Sample((shortest_with, longest_with), clips=(Decimal(high),) * many)
    yield _Sample((shortest_with + 1,), clips=(EXACT.add(Decimal(low), PART_SECOND),))
    if limits.first_frames_max.value:
        yield _Sample((shortest,), images=1, first_frame=True)
