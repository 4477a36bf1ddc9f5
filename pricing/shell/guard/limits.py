"""Limits of spending: so much a call, a day and a run, each in a currency; and which of them a call would pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from pricing.money import EXACT, format_amount
from pricing.shell.named_amounts import read_amounts

Scope = Literal["call", "day", "run"]
SCOPES: Final[tuple[Scope, ...]] = ("call", "day", "run")
NOTHING: Final[Mapping[str, Decimal]] = MappingProxyType({})


class Limits(NamedTuple):
    """The most that may be spent, by currency. An empty one limits nothing."""

    call: Mapping[str, Decimal] = NOTHING
    day: Mapping[str, Decimal] = NOTHING
    run: Mapping[str, Decimal] = NOTHING


class Limit(NamedTuple):
    """A limit that a call would pass: `used` is spent or held already, `wanted` what the call may cost.

    `most` is `None` where there are limits, and none of them is in the currency of the call.
    """

    scope: Scope
    currency: str
    most: Decimal | None
    used: Decimal
    wanted: Decimal

    def __str__(self) -> str:
        """As it is told."""
        wanted = f"{format_amount(self.wanted, self.currency)} {self.currency}"
        if self.most is None:
            return f"it may cost {wanted}, and no limit per {self.scope} is in {self.currency}: set one"
        most = f"{format_amount(self.most, self.currency)} {self.currency} per {self.scope}"
        if self.scope == "call":
            return f"it may cost {wanted}, more than {most}"
        return f"it may cost {wanted}; {format_amount(self.used, self.currency)} of {most} is spent or held"


def find_passed(limits: Limits, currency: str, wanted: Decimal, used: Callable[[Scope, str], Decimal]) -> Limit | None:
    """The first limit that the call would pass. `used` says what is spent or held in a scope."""
    for scope in SCOPES:
        stated: Mapping[str, Decimal] = getattr(limits, scope)
        if not stated:
            continue
        so_far = Decimal(0) if scope == "call" else used(scope, currency)
        most = stated.get(currency)
        if most is None or EXACT.add(so_far, wanted) > most:
            return Limit(scope, currency, most, so_far, wanted)
    return None


def read_limits(texts: Iterable[str], *, what: str) -> Mapping[str, Decimal]:
    """Limits from texts as `USD=5`. Raises UnusableInputError."""
    return read_amounts(texts, what=what, form="CURRENCY=AMOUNT, such as USD=5")
