"""Three answers about one row held against each other, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from pricing.charges import Charged
from pricing.rates import Rate
from pricing.shell.bulk.folds import write_charged
from tests.bulk.agreement import COMPARED
from tests.differential.ways import Tabled
from tests.oracle.rating import Rated
from tests.scalar_rating import Priced, Told


class Answers(NamedTuple):
    """What each way says of a row."""

    scalar: Told
    tables: Tabled | str
    oracle: Rated | str


def find_differences(answers: Answers) -> list[str]:
    """What the three say differently of the row; nothing where they agree."""
    scalar, tables, oracle = answers
    if is_wider(answers):
        return []
    if isinstance(scalar, str) or isinstance(tables, str) or isinstance(oracle, str):
        said = [one if isinstance(one, str) else "rated" for one in answers]
        return [] if len(set(said)) == 1 else [f"scalar {said[0]}, tables {said[1]}, oracle {said[2]}"]
    return [*_beside_tables(scalar, tables), *_beside_oracle(scalar, oracle)]


def is_wider(answers: Answers) -> bool:
    """Whether both engines leave open what the oracle, looking at the two ends alone, does not: bounds may be wider."""
    scalar, tables, oracle = answers
    return scalar == tables == "bounded" and isinstance(oracle, Rated) and oracle.is_open


def _beside_tables(scalar: Priced, tables: Tabled) -> Iterator[str]:
    cells = write_charged(scalar.charged)
    cells["currency"] = scalar.pricing.terms.currency
    for name, found in zip(COMPARED, tables.cells, strict=True):
        if cells.get(name) != found:
            yield f"{name}: scalar {cells.get(name)}, tables {found}"
    if tables.pricing is not scalar.pricing:
        own = scalar.pricing.terms.rates
        theirs = tables.pricing.terms.rates
        keys = [key for line in scalar.charged.lines for key, rate in own.items() if rate is line.rate]
        for key in keys:
            if own[key].entry != theirs[key].entry:
                yield f"entry of {key}: scalar {own[key].entry}, tables {theirs[key].entry}"


def _beside_oracle(scalar: Priced, oracle: Rated) -> Iterator[str]:
    charged, bill = scalar.charged, oracle.bill
    if scalar.pricing.terms.currency != oracle.currency:
        yield f"currency: scalar {scalar.pricing.terms.currency}, oracle {oracle.currency}"
    if len(charged.lines) != len(bill.lines):
        yield f"lines: scalar {len(charged.lines)}, oracle {len(bill.lines)}"
        return
    for number, (line, expected) in enumerate(zip(charged.lines, bill.lines, strict=True)):
        quantity = line.quantity
        said = (quantity.meter, quantity.priced_by, quantity.resolution)
        pairs: list[tuple[str, object, object]] = [
            ("meter", said, (expected.meter, expected.key.meter, expected.key.tier)),
            ("unit price", _one_price(line.rate), oracle.unit_prices[number]),
        ]
        if oracle.least is bill:
            pairs += [
                ("quantity", quantity.pricing, expected.charged),
                ("amount", line.amount, expected.amount),
                ("list amount", line.list_amount, expected.list_amount),
            ]
        for name, found, wanted in pairs:
            if not is_equal(found, wanted):
                yield f"{expected.meter} {name}: scalar {found}, oracle {wanted}"
        if not is_named(line.rate.entry, oracle.origins[number]):
            yield f"{expected.meter} entry: scalar {line.rate.entry}, oracle {oracle.origins[number]}"
    yield from _totals_beside(scalar, oracle) if oracle.least is bill else _beside_both(charged, oracle)


def _beside_both(charged: Charged, oracle: Rated) -> Iterator[str]:
    """Where clips may be billed or not and the total is the same: that, and each bill lies between the ends."""
    for bill in (oracle.bill, oracle.least):
        if not is_equal(charged.total, bill.total):
            yield f"total: scalar {charged.total}, oracle {bill.total}"
        for line, expected in zip(charged.lines, bill.lines, strict=True):
            spans = (
                ("amount", line.amount_min, expected.amount, line.amount),
                ("list amount", line.list_amount_min, expected.list_amount, line.list_amount),
            )
            for name, low, amount, high in spans:
                if amount is None or low is None or high is None:
                    if {amount, low, high} != {None}:
                        yield f"{expected.meter} {name}: scalar {low} to {high}, oracle {amount}"
                elif not Fraction(low) <= amount <= Fraction(high):
                    yield f"{expected.meter} {name}: scalar {low} to {high}, oracle {amount}"


def _totals_beside(scalar: Priced, oracle: Rated) -> Iterator[str]:
    charged, bill = scalar.charged, oracle.bill
    added: dict[str, Decimal] = {}
    for one in charged.adjustments:
        added[one.kind] = added.get(one.kind, Decimal(0)) + (one.amount or 0)
    for kind in {**added, **bill.added}:
        if not is_equal(added.get(kind, Decimal(0)), bill.added.get(kind, Fraction(0))):
            yield f"{kind}: scalar {added.get(kind)}, oracle {bill.added.get(kind)}"
    for name, found, wanted in (
        ("total", charged.total, bill.total),
        ("list total", charged.list_total, bill.list_total),
    ):
        if not is_equal(found, wanted):
            yield f"{name}: scalar {found}, oracle {wanted}"


def _one_price(rate: Rate) -> Decimal | None:
    return None if hasattr(rate.scheme, "bands") else rate.contracted_unit_price


def is_equal(found: object, wanted: object) -> bool:
    """Whether an exact decimal is the fraction; anything else as it is."""
    if isinstance(found, Decimal) and isinstance(wanted, Fraction):
        numerator, denominator = found.as_integer_ratio()
        return numerator == wanted.numerator and denominator == wanted.denominator
    return found == wanted


def is_named(entry: str, origin: str) -> bool:
    """Whether it is the card's entry; of an override, that of its agreement and meter."""
    return entry == origin or (":override/" in origin and entry.startswith(f"{origin}/"))
