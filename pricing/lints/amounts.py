"""CAT3xx: prices that can be charged, and that look like what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from pricing.agreed_terms import Discount, Exchange, Markup, Surcharge, Term
from pricing.cards import RateCard
from pricing.contracts import Layer, say_tariff
from pricing.entries import Entry, Minimum, entry_key, to_tariff
from pricing.fields import spell_instant
from pricing.keys import EntryKey, name_key
from pricing.lints.lint import Check, Fault, differs, name_markets
from pricing.lints.needs import list_names
from pricing.lints.prices import Cause, Prices, Second, list_causes, list_seconds, reordering_layers
from pricing.lints.spans import Span, first_day, list_spans
from pricing.lints.survey import Holding, Pairing, Survey
from pricing.money import EXACT, ONE, ZERO, format_amount, format_decimal
from pricing.schemes import Ladder, Package, Tariff, list_prices
from wan_rules.request import Resolution

SOURCE: Final = "docs/explanation/checks.md#amounts"
UNITS: Final = {
    Decimal(60): "seconds and minutes are",
    Decimal(1000): "one and a thousand are",
    Decimal(3600): "seconds and hours are",
}
"""By how much a price is off whose unit was mistaken."""
NEAR: Final = Decimal("1.1")
"""How near a ratio comes to a unit's to be taken for it."""
_Tiers: TypeAlias = tuple[Resolution, Resolution]
_Time: TypeAlias = tuple[datetime, datetime | None]
_Inversion: TypeAlias = tuple[datetime, Second, Second]
LADDERS: Final[tuple[_Tiers, ...]] = (("720P", "1080P"), ("1080P-SR", "1440P-SR"))
"""Tiers of one kind, the smaller first."""
CHEAPER_WAY: Final[_Tiers] = ("1080P-SR", "1080P")


def _unwieldy(survey: Survey) -> Iterator[Fault]:
    """A contracted price has at most 12 digits before the point and 12 after it, as every engine holds.

    Percentages of percentages make more; a request in that time could not be quoted.
    """
    told: set[str] = set()
    for card, agreements, layers, holdings in survey.pairings:
        if not any(isinstance(held.term, _MULTIPLYING) for layer in layers for held in layer):
            continue
        name = agreements[-1].agreement.id
        for time, key, top in _too_wide(survey.prices(card, layers)):
            if name not in told and any(_meet(time, holding, first_day(card)) for holding in holdings):
                told.add(name)
                on = f"the entry from {spell_instant(top.entry.from_)} of {card.card.id!r}" if top else "an override"
                yield Fault(
                    survey.place(name),
                    f"Its price for {name_key(key)} has more digits than a price can have, on top of {on}. Agree on "
                    "that price by an override.",
                )


def _too_wide(prices: Prices) -> Iterator[tuple[_Time, EntryKey, Span | None]]:
    """Each price that the terms turn into one with too many digits, when it is in force, and on top of which entry."""
    for key in prices.keys():  # noqa: SIM118 - it is no mapping of values that are there
        ends = [one.begin for one in prices[key][1:]]
        for one, end in zip_longest(prices[key], ends):
            if one.wide:
                yield (one.begin, end), key, one.span


_MULTIPLYING: Final = (Markup, Discount, Surcharge, Exchange)


def _meet(time: _Time, holding: Holding, first: datetime) -> bool:
    """Whether the price is in force at some time of the holding, from the card's first day on."""
    begin = max(time[0], holding.begin, first)
    return holding.reaches(begin) and (time[1] is None or begin < time[1])


class _Step(NamedTuple):
    """A price and the one before it, of one meter and tier: each by the unit or by the package; and of which band."""

    position: int
    entry: Entry
    before: Tariff
    after: Tariff
    band: str

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Both prices of a unit, times the sizes of both packages: what is compared is never divided."""
        one, other = self.before, self.after
        return EXACT.multiply(one.unit_price, _size(other)), EXACT.multiply(other.unit_price, _size(one))


def _size(tariff: Tariff) -> Decimal:
    return tariff.scheme.size if isinstance(tariff.scheme, Package) else ONE


def _steps(card: RateCard) -> Iterator[_Step]:
    """Every change from one price to another; what is free or named absent is passed over."""
    known: dict[EntryKey, Tariff] = {}
    for entry, position, *_ in list_spans(card):
        tariff = None if isinstance(entry, Minimum) else to_tariff(entry)
        if tariff and any(list_prices(tariff)):
            key = entry_key(entry)
            for before, after, band in _pair(known.get(key, tariff), tariff):
                if before.unit_price and after.unit_price:
                    yield _Step(position, entry, before, after, band)
            known[key] = tariff


def _pair(before: Tariff, after: Tariff) -> Iterator[tuple[Tariff, Tariff, str]]:
    """Both prices, and of which band: of bands that end alike each, else the first."""
    one, other = before.scheme, after.scheme
    if isinstance(one, Ladder) and isinstance(other, Ladder) and _list_ends(one) == _list_ends(other):
        begins = ("", *(f" beyond {format_decimal(end)}" for end in _list_ends(other) if end is not None))
        for (_, price), (_, changed), begin in zip(one.bands, other.bands, begins, strict=True):
            yield Tariff(price), Tariff(changed), begin
    else:
        yield _of_one(before), _of_one(after), ""


def _list_ends(ladder: Ladder) -> list[Decimal | None]:
    return [up_to for up_to, _ in ladder.bands]


def _of_one(tariff: Tariff) -> Tariff:
    return tariff if isinstance(tariff.scheme, Package) else Tariff(tariff.unit_price)


def _unit_of(step: _Step) -> str | None:
    """The words for the units that were mistaken, if the change looks like it."""
    small, large = sorted(step.ends)
    found = (words for factor, words in UNITS.items() if not differs(large, EXACT.multiply(factor, small), NEAR))
    return next(found, None)


def _jumps(survey: Survey) -> Iterator[Fault]:
    """A price changes by no more than a factor, 2 unless `--max-ratio` says another, from the entry before."""
    for card in survey.cards:
        for step in _steps(card):
            if differs(*step.ends, survey.bounds.max_ratio) and _unit_of(step) is None:
                most = f"a change by more than a factor of {survey.bounds.max_ratio}"
                mend = "Mend the slip, or check with a larger --max-ratio if it is meant"
                yield _changed(survey, card, step, f"{most}. {mend}.")


def _unit_slips(survey: Survey) -> Iterator[Fault]:
    """No price is near 60, 1000 or 3600 times the entry before, or that part of it: then a unit was mistaken."""
    for card in survey.cards:
        for step in _steps(card):
            unit = _unit_of(step)
            if unit is not None:
                yield _changed(survey, card, step, f"as far apart as {unit}. {_demand(step)}.")


def _demand(step: _Step) -> str:
    if step.before.scheme or step.after.scheme:
        return "The price of a package is for its `size`, any other for one second or one request: write it so"
    return "A price is for one second, or for one request: write it so"


def _changed(survey: Survey, card: RateCard, step: _Step, said: str) -> Fault:
    currency = card.card.currency
    before = say_tariff(step.before, lambda price: format_amount(price, currency))
    after = say_tariff(step.after, lambda price: f"{format_amount(price, currency)} {currency}")
    place = survey.place(card.card.id, "entry", step.position, "price")
    what = f"{name_key(entry_key(step.entry))}{step.band} goes from {before} to {after}"
    return Fault(place, f"{what} on {spell_instant(step.entry.from_)}: {said}")


def _tier_inversions(survey: Survey) -> Iterator[Fault]:
    """A second of a larger tier costs at least as much as one of a smaller tier of the same kind."""
    yield from _inversions(survey, LADDERS, "the larger tier costs less. Mend the price that is wrong.")


def _dear_upscaling(survey: Survey) -> Iterator[Fault]:
    """A second of 1080P-SR costs no more than one of 1080P, since upscaling is meant as the cheaper way."""
    said = "upscaling is meant as the cheaper way. Mend the price, or acknowledge it where the host asks for it."
    yield from _inversions(survey, (CHEAPER_WAY,), said)


def _inversions(survey: Survey, pairs: tuple[_Tiers, ...], said: str) -> Iterator[Fault]:
    """The first time that the first of two tiers costs more than the second, for each card and kind of terms."""
    for pairings in _group(survey):
        card, counting = pairings[0].card, reordering_layers(pairings[0].layers)
        prices, times = survey.prices(card, counting), tuple(_times(pairings))
        names = list_names(card, counting, survey.hosts[card.card.host])
        for pair in pairs:
            if not set(pair) <= set(survey.tiers(card.card.host)):
                continue
            seconds = ([list_seconds(card, prices, tier, named) for tier in pair] for named in names)
            inverted = [found for low, high in seconds if (found := _inverted(low, high, times))]
            if inverted:
                begin, *both = min(inverted, key=itemgetter(0))
                cause = _find_cause(pairings[0], counting, both)
                amounts = (format_amount(second.price or ZERO, prices.currency) for second in both)
                costs = " and ".join(f"{amount} at {tier}" for amount, tier in zip(amounts, pair, strict=True))
                costs += both[0].named
                markets = name_markets(market for pairing in pairings for market in pairing.markets)
                yield Fault(
                    survey.place(cause.part, *cause.path),
                    f"From {spell_instant(begin)} a second costs {costs}, in {prices.currency} ({markets}): {said}",
                )


def _group(survey: Survey) -> Iterable[list[Pairing]]:
    """Those of a card whose terms put its prices into the same order."""
    groups: dict[tuple[str, tuple[tuple[Term, ...], ...]], list[Pairing]] = {}
    for pairing in survey.pairings:
        terms = tuple(tuple(held.term for held in layer) for layer in reordering_layers(pairing.layers))
        groups.setdefault((pairing.card.card.id, terms), []).append(pairing)
    return groups.values()


def _find_cause(pairing: Pairing, counting: tuple[Layer, ...], both: list[Second]) -> Cause:
    """The latest of the lines that the two prices come from: an entry, or a term that counts."""
    terms = {(held.agreement, ("term", held.position)) for layer in counting for held in layer}
    causes = (cause for second in both for cause in list_causes(pairing.card, pairing.agreements, second))
    return max(cause for cause in causes if not cause.agreed or (cause.part, cause.path) in terms)


def _times(pairings: list[Pairing]) -> Iterator[_Time]:
    """Each time, from the card's first day on, at which one of the pairings holds."""
    first = first_day(pairings[0].card)
    holdings = (holding for pairing in pairings for holding in pairing.holdings)
    yield from dict.fromkeys((max(holding.begin, first), holding.end) for holding in holdings)


def _inverted(low: list[Second], high: list[Second], times: tuple[_Time, ...]) -> _Inversion | None:
    """The first time at which the low one is above the high one, and what both cost then."""
    for begin, end, cheap, dear in _together(low, high):
        if cheap.price is not None and dear.price is not None and cheap.price > dear.price:
            meets = (max(begin, start) for start, stop in times if _overlap((begin, end), (start, stop)))
            first = min(meets, default=None)
            if first is not None:
                return first, cheap, dear
    return None


def _overlap(one: _Time, other: _Time) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def _together(low: list[Second], high: list[Second]) -> Iterator[tuple[datetime, datetime | None, Second, Second]]:
    """Every stretch of time in which neither changes, in order, once both have begun."""
    cheap = dear = None
    changes = sorted([(one.begin, False, one) for one in low] + [(one.begin, True, one) for one in high], key=_by_time)
    for index, (begin, is_high, one) in enumerate(changes):
        cheap, dear = (cheap, one) if is_high else (one, dear)
        end = changes[index + 1][0] if index + 1 < len(changes) else None
        if cheap is not None and dear is not None and begin != end:
            yield begin, end, cheap, dear


def _by_time(change: tuple[datetime, bool, Second]) -> datetime:
    return change[0]


UNWIELDY: Final = Check(id="CAT301", name="unwieldy-price", severity="error", source=SOURCE, find=_unwieldy)
JUMP: Final = Check(id="CAT302", name="jump", severity="warning", source=SOURCE, find=_jumps)
UNIT_SLIP: Final = Check(id="CAT303", name="unit-slip", severity="warning", source=SOURCE, find=_unit_slips)
INVERSION: Final = Check(id="CAT304", name="tier-inversion", severity="warning", source=SOURCE, find=_tier_inversions)
DEAR_UPSCALING: Final = Check(
    id="CAT305", name="dear-upscaling", severity="warning", source=SOURCE, find=_dear_upscaling
)

AMOUNTS: Final = (UNWIELDY, JUMP, UNIT_SLIP, INVERSION, DEAR_UPSCALING)
