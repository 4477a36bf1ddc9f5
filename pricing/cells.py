"""An algebra of numbers that can't be looked at, as columns of a table can't: what runs in it runs over columns.

A cell has a value, and no operator: whoever adds two with `+`, or asks one of them in an `if`, is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NoReturn

from pricing.algebra import DECIMALS, Algebra


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A number of which nothing can be asked but by the algebra."""

    value: Decimal

    def __bool__(self) -> NoReturn:
        """Nobody may ask."""
        msg = "no `if` can be decided by a column"
        raise TypeError(msg)

    def __eq__(self, other: object) -> NoReturn:
        """Nobody may ask."""
        msg = "columns are compared by the algebra's `less`"
        raise TypeError(msg)

    __hash__ = None  # type: ignore[assignment]  # what can't be compared has none


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that only the algebra's `where` can look at."""

    holds: bool

    def __bool__(self) -> NoReturn:
        """Nobody may ask."""
        msg = "no `if` can be decided by a condition on columns: use the algebra's `where`"
        raise TypeError(msg)


def _lift(run: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Cell, Cell], Cell]:
    return lambda a, b: Cell(run(a.value, b.value))


class _Cells:
    """Each operation is that of the Decimals, on the cells' values."""

    number = staticmethod(Cell)
    add = staticmethod(_lift(DECIMALS.add))
    sub = staticmethod(_lift(DECIMALS.sub))
    mul = staticmethod(_lift(DECIMALS.mul))
    least = staticmethod(_lift(DECIMALS.least))
    greatest = staticmethod(_lift(DECIMALS.greatest))

    @staticmethod
    def mod(a: Cell, b: Decimal) -> Cell:
        return Cell(DECIMALS.mod(a.value, b))

    @staticmethod
    def count(a: Cell, b: Decimal) -> Cell:
        return Cell(DECIMALS.count(a.value, b))

    @staticmethod
    def less(a: Cell, b: Cell) -> Condition:
        return Condition(DECIMALS.less(a.value, b.value))

    @staticmethod
    def where(condition: Condition, a: Cell, b: Cell) -> Cell:
        return a if condition.holds else b


CELLS: Final[Algebra[Cell, Condition]] = _Cells()
