"""Every price of a card at one instant, through the layers of agreements, by meter, tier and what else counts."""

from __future__ import annotations

import decimal
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final, NamedTuple

from pricing.agreed_terms import Override
from pricing.cards import RateCard
from pricing.conditions import Conversion, convert_own
from pricing.contracts import OVERRIDDEN, Contract, Layer, Step, contract, find_fitting, say_tariff
from pricing.entries import Entry, Minimum, entry_id, to_tariff
from pricing.errors import UnwieldyPriceError
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey, spell_key
from pricing.meters import METERS
from pricing.money import EXACT, ONE, ZERO, count_decimals
from pricing.schemes import Scheme, Tariff, exchange, list_prices
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS

MAX_DECIMALS: Final = 12
"""Of a contracted unit price, so that price times quantity fits every engine."""
MAX_WHOLE_DIGITS: Final = 12
"""Of a contracted unit price, as of every number that is written."""


class Rate(NamedTuple):
    """The price of one meter at one tier. `list_unit_price` is `None` where only the agreement has a price.

    Both are of one unit, unless their scheme says otherwise; of a ladder they are the first band's. `steps` says what
    each term of the agreements did to the list price; `own` that the price is an agreement's; `note` is what the card
    says of the entry.
    """

    list_unit_price: Decimal | None
    contracted_unit_price: Decimal
    entry: str
    steps: tuple[Step, ...] = ()
    note: str | None = None
    confidence: str | None = None
    is_own: bool = False
    list_scheme: Scheme | None = None
    scheme: Scheme | None = None

    @property
    def listed(self) -> Tariff | None:
        """What the card asks."""
        return None if self.list_unit_price is None else Tariff(self.list_unit_price, self.list_scheme)

    @property
    def source(self) -> str:
        """The name of what says the price: the entry, or the override's own term."""
        own = [step.source for step in self.steps if step.said.startswith(OVERRIDDEN)]
        return own[-1] if self.is_own and own else self.entry

    @property
    def contracted(self) -> Tariff:
        """What the account pays."""
        return Tariff(self.contracted_unit_price, self.scheme)


class Offer(NamedTuple):
    """A card's entries in force, and the layers of agreements over it with the currency that they bill in."""

    card: RateCard
    entries: Mapping[EntryKey, Entry]
    layers: Sequence[Layer]
    conversion: Conversion | None


def price_all(offer: Offer) -> dict[EntryKey, Rate]:
    """The rate of every meter and tier that has one. Raises UnwieldyPriceError or ClashingTermsError."""
    named = {*offer.entries, *(h.term.key for layer in offer.layers for h in layer if isinstance(h.term, Override))}
    rates: dict[EntryKey, Rate] = {}
    ratios = ASPECT_RATIOS if any(key.ratio != ANY for key in named) else ()
    clips = (WITH_CLIPS, WITHOUT_CLIPS) if any(key.clips != ANY for key in named) else ()
    for key in list_keys(ratios, clips):
        rate = _price(offer, key)
        if rate is not None:
            rates[key] = rate
    return rates


def list_keys(ratios: Sequence[str] = (), clips: Sequence[str] = ()) -> Iterator[EntryKey]:
    """Every meter and tier, at any ratio and at each of these, with any clips and with each of those."""
    for names in product(METERS, RESOLUTIONS, (ANY, *ratios), (ANY, *clips)):
        yield EntryKey(*names)


def _price(offer: Offer, key: EntryKey) -> Rate | None:
    card = offer.card.card
    entry = find_fitting(offer.entries, key)
    listed = None if entry is None or isinstance(entry, Minimum) else to_tariff(entry)
    contracted = contract(listed, key, offer.layers)
    if contracted.tariff is None:
        return None
    name = entry_id(card.id, entry) if entry and listed else ""
    if contracted.own:
        name = f"{contracted.own.source.partition(':')[0]}:override/{spell_key(key)}"
    if contracted.is_lost:
        raise _unwieldy(name, contracted.steps[-1])
    listed, paid, steps = _convert(listed, contracted, offer, name)
    _check_digits(paid, name, steps)
    note, confidence = getattr(entry, "note", None), getattr(entry, "confidence", None) or card.confidence
    price = paid.unit_price.normalize(EXACT) if steps else paid.unit_price
    return Rate(
        listed.unit_price if listed else None,
        price,
        name,
        steps,
        note,
        confidence,
        is_own=contracted.own is not None,
        list_scheme=listed.scheme if listed else None,
        scheme=paid.scheme,
    )


def _convert(
    listed: Tariff | None, contracted: Contract, offer: Offer, name: str
) -> tuple[Tariff | None, Tariff, tuple[Step, ...]]:
    """The card's price and the contracted one in the currency that is billed, and the steps to it."""
    conversion, currency = offer.conversion, offer.card.card.currency
    paid, steps = contracted.tariff or _FREE, contracted.steps
    rate = convert_own(contracted.own, currency, conversion)
    if conversion is None:
        return listed, paid, steps
    if rate != ONE:
        try:
            paid = exchange(paid, rate)
        except decimal.Inexact:
            raise _unwieldy(name, Step("", f"exchange, {conversion.said}: {say_tariff(paid)} in it")) from None
        steps = (*steps, Step(conversion.source, f"exchange, {conversion.said}: {say_tariff(paid)}"))
    return exchange(listed, conversion.rate) if listed else None, paid, steps


_FREE: Final = Tariff(ZERO)


def _check_digits(tariff: Tariff, name: str, steps: tuple[Step, ...]) -> None:
    """What a card says has as many digits as every engine holds: it takes a step to have more."""
    if any(map(is_unwieldy, list_prices(tariff))):
        raise _unwieldy(name, steps[-1])


def _unwieldy(name: str, step: Step) -> UnwieldyPriceError:
    msg = f"{name}: {step.said} has more digits than a price can have. Agree on a price by an override"
    return UnwieldyPriceError(msg)


def is_unwieldy(price: Decimal) -> bool:
    """Whether the price has more digits than every engine holds."""
    return count_decimals(price) > MAX_DECIMALS or price.adjusted() >= MAX_WHOLE_DIGITS
