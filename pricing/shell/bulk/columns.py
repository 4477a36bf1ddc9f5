"""The algebra of `pricing.formulas` on table columns: ibis expressions, each with the bounds of what it can come to.

The law: no digit is lost. Each result is DECIMAL with just the digits that its bounds and decimals need, so that
products stay narrow, which is what makes them fast; a number beyond the bounds is an error of the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Any, Final, NamedTuple, TypeAlias

import ibis

from pricing.errors import PricingError
from pricing.money import EXACT, ZERO

Expression: TypeAlias = Any  # ibis has no types of its own
MAX_DIGITS: Final = 38
MAX_PLACES: Final = 24
"""Of a product: more decimals than any two numbers here have together."""
MILLIONTHS: Final = Decimal(10**6)
NARROW_DIGITS: Final = 18
"""Of numbers in 64 bits: of two such DuckDB makes a third, and an error of one that needs more, whatever its cast."""


class WidthError(PricingError):
    """Numbers with more digits than any engine keeps."""


class Column(NamedTuple):
    """An expression; its numbers lie from `low` to `high`, and have so many decimal places."""

    expression: Expression
    low: Decimal
    high: Decimal
    places: int

    @property
    def digits(self) -> int:
        """How many digits hold all of its numbers. Raises WidthError for more than any engine keeps."""
        most = max(EXACT.abs(self.low), EXACT.abs(self.high))
        whole = max(most.adjusted() + 1, 0) if most else 0
        if self.places > MAX_PLACES or whole + self.places > MAX_DIGITS:
            msg = f"numbers of {whole} digits before and {self.places} after the point: no engine keeps them"
            raise WidthError(msg)
        return max(whole + self.places, 1)

    @property
    def kind(self) -> str:
        """The narrowest type that holds all of its numbers."""
        return f"decimal({self.digits}, {self.places})"


def column(expression: Expression, low: Decimal, high: Decimal, places: int) -> Column:
    """The expression, cast to the narrowest type for what it is said to come to."""
    bare = Column(expression, low, high, places)
    return bare._replace(expression=expression.cast(bare.kind))


class Columns:
    """Exact columns. Every result is cast at once: ibis and the engines disagree on the type of a product."""

    def number(self, value: Decimal) -> Column:
        """A constant with just its own digits."""
        shown = value.normalize(EXACT)
        bare = Column(None, shown, shown, max(-int(shown.as_tuple().exponent), 0))
        return bare._replace(expression=ibis.literal(shown, bare.kind))

    def add(self, a: Column, b: Column) -> Column:
        """`a + b`."""
        low, high = EXACT.add(a.low, b.low), EXACT.add(a.high, b.high)
        left, right = _alike(a, b, room=(low, high))
        return column(left.expression + right.expression, low, high, left.places)

    def sub(self, a: Column, b: Column) -> Column:
        """`a - b`."""
        low, high = EXACT.subtract(a.low, b.high), EXACT.subtract(a.high, b.low)
        left, right = _alike(a, b, room=(low, high))
        return column(left.expression - right.expression, low, high, left.places)

    def mul(self, a: Column, b: Column) -> Column:
        """`a * b`."""
        ends = [EXACT.multiply(x, y) for x, y in product((a.low, a.high), (b.low, b.high))]
        found = Column(None, min(ends), max(ends), a.places + b.places)
        finer, other = sorted((a, b), key=lambda one: one.places, reverse=True)
        digits = _hull(a, b)._replace(places=finer.places).digits  # ibis wants one to hold the other
        if found.digits > NARROW_DIGITS:
            digits = max(digits, NARROW_DIGITS + 1)
        wide = finer.expression.cast(f"decimal({digits}, {finer.places})")
        return column(wide * other.expression, found.low, found.high, found.places)

    def mod(self, a: Column, b: Decimal) -> Column:
        """What is left of whole multiples of `b`."""
        left, right = _alike(a, self.number(b))
        return column(left.expression % right.expression, ZERO, b, max(a.places, right.places))

    def count(self, a: Column, b: Decimal) -> Column:
        """In whole millionths: what remains is taken off first, so that DOUBLE, by which ibis divides, is exact."""
        size = int(EXACT.multiply(b, MILLIONTHS))
        most = EXACT.multiply(a.high, MILLIONTHS)
        if most >= 2**53:
            msg = f"{a.high} in millionths is more than a double counts"
            raise WidthError(msg)
        units = column(self.mul(a, self.number(MILLIONTHS)).expression, ZERO, most, 0).expression.cast("int64")
        whole = ((units - units % size) / size).cast("int64")
        return column(whole, ZERO, EXACT.divide_int(a.high, b), 0)

    def least(self, a: Column, b: Column) -> Column:
        """The smaller."""
        left, right = _alike(a, b)
        return column(
            ibis.least(left.expression, right.expression), min(a.low, b.low), min(a.high, b.high), left.places
        )

    def greatest(self, a: Column, b: Column) -> Column:
        """The larger."""
        left, right = _alike(a, b)
        shown = ibis.greatest(left.expression, right.expression)
        return column(shown, max(a.low, b.low), max(a.high, b.high), left.places)

    def less(self, a: Column, b: Column) -> Expression:
        """Whether `a < b`."""
        left, right = _alike(a, b)
        return left.expression < right.expression

    def where(self, condition: Expression, a: Column, b: Column) -> Column:
        """`a` where the condition holds, else `b`."""
        left, right = _alike(a, b)
        return left._replace(expression=ibis.ifelse(condition, left.expression, right.expression))


COLUMNS: Final = Columns()


def _alike(*columns: Column, room: tuple[Decimal, ...] = ()) -> tuple[Column, ...]:
    """All of one type, which holds each of them, and what they come to together."""
    _, low, high, places = _hull(*columns)
    return tuple(column(one.expression, min((low, *room)), max((high, *room)), places) for one in columns)


def _hull(*columns: Column) -> Column:
    """The bounds and decimals that hold each of them; no expression."""
    low, high = min(one.low for one in columns), max(one.high for one in columns)
    return Column(None, low, high, max(one.places for one in columns))


def choose(key: Expression, options: Sequence[Column]) -> Column:
    """The option whose place the key has; the only one whatever the key is."""
    if len(options) == 1:
        return options[0]
    alike = _alike(*options)
    cases = [(key == place, one.expression) for place, one in enumerate(alike[:-1])]
    return alike[-1]._replace(expression=ibis.cases(*cases, else_=alike[-1].expression))
