"""Amounts by name from words of the command line and of a page, such as `spend=80.50`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from pricing.money import parse_amount
from wan_rules.payloads import UnusableInputError


def read_amounts(texts: Iterable[str], *, what: str, form: str) -> Mapping[str, Decimal]:
    """The amounts, each name once. Raises UnusableInputError, which says `what` has the fault and shows the `form`."""
    found: dict[str, Decimal] = {}
    for text in texts:
        name, equals, amount = text.partition("=")
        if not name or not equals or name in found:
            wanted = "say it once" if name in found else f"write {form}"
            raise UnusableInputError(what, f"{text[:64]!r}: {wanted}")
        try:
            found[name] = parse_amount(amount)
        except ValueError as error:
            raise UnusableInputError(what, f"{name[:64]}: {error}") from None
    return MappingProxyType(found)
