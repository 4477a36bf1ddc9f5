"""What an account has agreed on top of a card, for some environments and for a time: overrides, percentages, minimum.

An overridden price is final: percentages change only prices that no override touches. Percentages apply in the order
of the file, and are folded into the contracted unit price when the catalogue is loaded.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from pricing.cards import Amount, CardError, EntryKey, Free, Instant, Name, Text, _Part, parse_part, parse_toml
from pricing.meters import MeterId
from pricing.money import EXACT
from pricing.positions import find_line
from wan_rules.request import Resolution

HUNDRED: Final = Decimal(100)


class _Selecting(_Part):
    meters: tuple[MeterId, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    note: Text | None = None

    def selects(self, key: EntryKey) -> bool:
        """Whether the term is about that meter and tier; nothing named means all of them."""
        meter, resolution = key
        return (not self.meters or meter in self.meters) and (not self.resolutions or resolution in self.resolutions)


class Override(_Part):
    """A price of the account's own for one meter and tier, instead of the card's; or `free = true`."""

    kind: Literal["override"]
    meter: MeterId
    resolution: Resolution | Literal["any"] = "any"
    price: Amount | None = None
    free: Free | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Override:
        if (self.price is None) == (self.free is None):
            msg = "an override has a price, or says free = true"
            raise ValueError(msg)
        if self.price == 0:
            msg = "a price of zero is written free = true"
            raise ValueError(msg)
        return self


class Discount(_Selecting):
    """So many percent off the card's price; never below zero."""

    kind: Literal["discount"]
    percent: Amount

    @model_validator(mode="after")
    def _at_most_all(self) -> Discount:
        if self.percent > HUNDRED:
            msg = f"a discount of {self.percent} percent: at most 100"
            raise ValueError(msg)
        return self


class Surcharge(_Selecting):
    """So many percent on top of the card's price."""

    kind: Literal["surcharge"]
    percent: Amount


class LeastCharge(_Part):
    """The least that a request of this account costs, instead of the card's minimum."""

    kind: Literal["minimum"]
    amount: Amount


Term: TypeAlias = Override | Discount | Surcharge | LeastCharge


class AgreementHead(_Part):
    """Whose terms these are, over which card, where and when. `until` is exclusive.

    Without `account` they are every account's; `environments` empty means any; without `card` they stand on whichever
    card holds for `host`.
    """

    id: Name
    title: Text
    account: Name | None = None
    environments: tuple[Name, ...] = ()
    host: Name
    region: Name | None = None
    card: Name | None = None
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _some_time(self) -> AgreementHead:
        if self.until is not None and self.until <= self.from_:
            msg = f"until {self.until.isoformat()} is not after from {self.from_.isoformat()}"
            raise ValueError(msg)
        return self


class Agreement(_Part):
    """An agreement with its terms, in the order of its file."""

    schema_version: Literal["1"]
    agreement: AgreementHead
    term: tuple[Annotated[Override | Discount | Surcharge | LeastCharge, Field(discriminator="kind")], ...] = ()


def contract(price: Decimal, key: EntryKey, terms: tuple[Term, ...]) -> tuple[Decimal, tuple[str, ...]]:
    """The contracted unit price of one meter and tier, and what each term did to it, in order."""
    own = _override(key, terms)
    if own is not None:
        return own, ("override: free" if not own else f"override: {own:f}",)
    steps = []
    for term in terms:
        if isinstance(term, Discount | Surcharge) and term.selects(key):
            sign = -1 if isinstance(term, Discount) else 1
            factor = EXACT.add(HUNDRED, EXACT.multiply(term.percent, Decimal(sign)))
            price = EXACT.multiply(price, factor).scaleb(-2, EXACT)
            steps.append(f"{term.kind} {term.percent} percent: {price.normalize(EXACT):f}")
    return price, tuple(steps)


def is_overridden(steps: tuple[str, ...]) -> bool:
    """Whether steps of `contract` say that the agreement has a price of its own."""
    return bool(steps) and steps[0].startswith("override")


def _override(key: EntryKey, terms: tuple[Term, ...]) -> Decimal | None:
    for wanted in (key, (key[0], "any")):
        for term in terms:
            if isinstance(term, Override) and (term.meter, term.resolution) == wanted:
                return Decimal(0) if term.free else term.price
    return None


def parse_agreement(text: str, *, file: str = "agreement") -> Agreement:
    """The agreement that a TOML text holds. Raises CardError that names file, line and key."""
    agreement = parse_part(Agreement, parse_toml(text, file=file), text, file=file)
    seen: set[tuple[str, ...]] = set()
    for index, term in enumerate(agreement.term):
        key = _once(term)
        if key in seen:
            reason = f"a second {' for '.join(key)}: which one counts?"
            raise CardError(reason, file=file, line=find_line(text, ("term", index)), key=f"term.{index}")
        seen |= {key} if key else set()
    return agreement


def _once(term: Term) -> tuple[str, ...]:
    """What can be said only once; nothing for percentages, which apply one after the other."""
    match term:
        case Override():
            return ("override", f"{term.meter} at {term.resolution}")
        case LeastCharge():
            return ("minimum",)
        case _:
            return ()
