"""What can be agreed on top of a card: the kinds of terms, and what may be said of each.

Terms that are about prices are folded into contracted unit prices (`contracts`); those about a request or a month are
adjustments of their own (`adjustments`). A term with `from` and `until` of its own is a promotion: it lapses.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from pricing.cards import Outcome, Owed
from pricing.entries import BandPart, Selecting, check_bands, check_price, selecting_key
from pricing.fields import Amount, Currency, Free, Instant, Name, Part, Positive, Quantity, Text
from pricing.keys import EntryKey, name_key
from pricing.meters import MeterId
from pricing.money import HUNDRED
from pricing.schemes import CountedBy
from wan_rules.request import Resolution

Per: TypeAlias = Literal["request", "month"]


class _Term(Part):
    """`from` (inclusive) and `until` (exclusive) keep a term to a part of the agreement's time."""

    from_: Annotated[Instant | None, Field(alias="from")] = None
    until: Instant | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        check_time(self.from_, self.until)
        return self

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in the term's time."""
        return is_within(at, self.from_, self.until)


def is_within(at: datetime, begin: datetime | None, until: datetime | None) -> bool:
    """Whether the instant lies in a time that begins at `begin` (inclusive) and ends at `until` (exclusive)."""
    return (begin is None or begin <= at) and (until is None or at < until)


def check_time(begin: datetime | None, until: datetime | None) -> None:
    """Raises ValueError for a time that ends before it begins."""
    if begin is not None and until is not None and until <= begin:
        msg = f"until {until.isoformat()} is not after from {begin.isoformat()}"
        raise ValueError(msg)


class Override(_Term, Selecting):
    """A price of the account's own instead of the card's: one price, a package's, bands, or `free = true`.

    `currency` is said where the agreement bills in another one than the card's.
    """

    kind: Literal["override"]
    meter: MeterId
    model: Literal["per_unit", "package", "graduated", "volume"] = "per_unit"
    price: Amount | None = None
    free: Free | None = None
    size: Quantity | None = None
    by: CountedBy = "units"
    bands: tuple[BandPart, ...] = ()
    currency: Currency | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if self.model in ("graduated", "volume"):
            if not self.bands or self.price is not None or self.free:
                msg = f"a {self.model} override has bands, and no price beside them"
                raise ValueError(msg)
            check_bands(self.bands, self.model, self.by)
            return self
        if self.bands or (self.price is None) == (self.free is None):
            msg = "an override has a price, or says free = true"
            raise ValueError(msg)
        if (self.model == "package") != (self.size is not None):
            msg = 'a package has a size, and nothing else has: write model = "package" and size'
            raise ValueError(msg)
        check_price(self.price, free=self.free)
        return self

    @property
    def key(self) -> EntryKey:
        """What it prices."""
        return selecting_key(self.meter, self)


class _Percentage(_Term):
    percent: Amount
    meters: tuple[MeterId, ...] = ()
    resolutions: tuple[Resolution, ...] = ()

    def selects(self, key: EntryKey) -> bool:
        """Whether the term is about that meter and tier; nothing named means all of them."""
        return (not self.meters or key.meter in self.meters) and (
            not self.resolutions or key.resolution in self.resolutions
        )


class Markup(_Percentage):
    """So many percent on top of the card's price, whatever a layer below has made of it."""

    kind: Literal["markup"]


class Discount(_Percentage):
    """So many percent off; never below zero."""

    kind: Literal["discount"]

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if self.percent > HUNDRED:
            msg = f"a discount of {self.percent} percent: at most 100"
            raise ValueError(msg)
        return self


class Surcharge(_Percentage):
    """So many percent on top."""

    kind: Literal["surcharge"]


class Exchange(_Term):
    """The currency that the account is billed in, and what one unit of the card's is in it, by a day and a source."""

    kind: Literal["exchange"]
    currency: Currency
    rate: Positive
    of: Currency | None = None
    date: date
    source: Text


class Allowance(_Term):
    """So many units of a meter a month that are not charged for, the first that are used."""

    kind: Literal["allowance"]
    meter: MeterId
    resolution: Resolution | Literal["any"] = "any"
    units: Quantity

    @property
    def key(self) -> EntryKey:
        """What it is about, and what it counts."""
        return EntryKey(self.meter, self.resolution)


class OfMoney(_Term):
    """A term with an amount, in the card's currency or the one that is billed."""

    amount: Positive
    currency: Currency | None = None


class Rebate(OfMoney):
    """So much off each request; the total stops at zero."""

    kind: Literal["rebate"]


class LeastCharge(OfMoney):
    """The least that a request costs, instead of the card's minimum; or the least that a month comes to."""

    kind: Literal["minimum"]
    per: Per = "request"


class Cap(OfMoney):
    """The most that a request costs, or that a month comes to."""

    kind: Literal["cap"]
    per: Per = "request"


class Commitment(OfMoney):
    """So much a month that is owed in any case; what goes beyond it costs `overage_percent` more."""

    kind: Literal["commitment"]
    overage_percent: Amount = Decimal(0)


class Credit(OfMoney):
    """Money granted beforehand, by a name to count it by: totals are taken from it until it is used up or lapses."""

    kind: Literal["credit"]
    name: Name


class Settled(_Term):
    """What jobs that did not succeed cost this account, instead of the card's word."""

    kind: Literal["unfinished"]
    outcome: Outcome
    owed: Owed


Term: TypeAlias = (
    Override
    | Markup
    | Discount
    | Surcharge
    | Exchange
    | Allowance
    | Rebate
    | LeastCharge
    | Cap
    | Commitment
    | Credit
    | Settled
)


def identify(term: Term) -> tuple[str, ...]:
    """What can be said only once at a time; nothing for what adds up."""
    match term:
        case Override() | Allowance():
            return (term.kind, name_key(term.key))
        case LeastCharge() | Cap():
            return (term.kind, f"a {term.per}")
        case Settled():
            return (term.kind, term.outcome)
        case Credit():
            return (term.kind, term.name)
        case Exchange() | Commitment():
            return (term.kind,)
        case _:
            return ()


def speaks_of_currency(term: Term) -> bool:
    """Whether the term names a currency, so that it could be another than the card's."""
    return isinstance(term, Exchange) or getattr(term, "currency", None) is not None


def counts_months(term: Term) -> bool:
    """Whether the term needs to know what was used in the calendar month before."""
    match term:
        case Override():
            return term.model in ("graduated", "volume")
        case Allowance() | Commitment():
            return True
        case LeastCharge() | Cap():
            return term.per == "month"
        case _:
            return False
