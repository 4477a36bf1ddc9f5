"""Why an invoice differs from what was expected: each difference split into breaks, each with one cause and its money.

The law: in each currency what was expected, all breaks and what was tolerated sum to what was invoiced, whatever the
invoice says. The order of rows and of lines changes nothing. (docs/adr/0021-attribution.md)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.breaks import Break
from pricing.catalogue import Catalogue
from pricing.invoices import Matched
from pricing.reconciliations import Tolerance

NO_TOLERANCES: Final[Mapping[str, Tolerance]] = MappingProxyType({})


class Context(NamedTuple):
    """What matched rows and lines are compared under. A currency without a tolerance tolerates nothing.

    `period` is the invoice's, from and until (exclusive). Usage outside it is expected on another invoice: nothing is
    expected of it on this one.
    """

    catalogue: Catalogue
    tolerances: Mapping[str, Tolerance] = NO_TOLERANCES
    period: tuple[datetime, datetime] | None = None


class Attributed(NamedTuple):
    """What becomes of one match. By currency: what was expected on this invoice, invoiced, and tolerated.

    `expected` leaves out rows that are not due on this invoice. In each currency expected, breaks and tolerated sum to
    invoiced.
    """

    breaks: tuple[Break, ...]
    expected: dict[str, Decimal]
    invoiced: dict[str, Decimal]
    tolerated: dict[str, Decimal]


class Attributor:
    """Attributes matches one after the other; it remembers what explained the last of them."""

    def __init__(self, context: Context) -> None:
        """Nothing is looked up before the first match."""
        self._context = context

    def attribute(self, matched: Matched) -> Attributed:
        """The breaks of the match in the order of CAUSES, and its sums by currency."""
        raise NotImplementedError


def attribute(matched: Matched, context: Context) -> Attributed:
    """The breaks of one match: as an attributor's, which is quicker for many."""
    return Attributor(context).attribute(matched)
