"""The algebra that formulas are written in: what they need of their numbers, and exact Decimals as the one at hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Protocol, TypeVar

from pricing.money import EXACT, RoundingMode

T = TypeVar("T")
C = TypeVar("C")


class Algebra(Protocol[T, C]):
    """What a formula needs of its numbers `T` and conditions `C`. All is exact; only `count` divides."""

    def number(self, value: Decimal) -> T:
        """A constant."""

    def add(self, a: T, b: T) -> T:
        """`a + b`."""

    def sub(self, a: T, b: T) -> T:
        """`a - b`."""

    def mul(self, a: T, b: T) -> T:
        """`a * b`."""

    def mod(self, a: T, b: Decimal) -> T:
        """What is left of `a` after whole multiples of the constant `b`; neither is negative."""

    def count(self, a: T, b: Decimal) -> T:
        """How many whole multiples of the constant `b`, of six decimals at most, are in `a`; neither is negative."""

    def least(self, a: T, b: T) -> T:
        """The smaller."""

    def greatest(self, a: T, b: T) -> T:
        """The larger."""

    def less(self, a: T, b: T) -> C:
        """Whether `a < b`."""

    def where(self, condition: C, a: T, b: T) -> T:
        """`a` where the condition holds, else `b`."""


class _Decimals:
    """Exact Decimals: a digit that would be lost raises decimal.Inexact."""

    add = staticmethod(EXACT.add)
    sub = staticmethod(EXACT.subtract)
    mul = staticmethod(EXACT.multiply)
    mod = staticmethod(EXACT.remainder)
    count = staticmethod(EXACT.divide_int)
    least = staticmethod(min)
    greatest = staticmethod(max)

    @staticmethod
    def number(value: Decimal) -> Decimal:
        return value

    @staticmethod
    def less(a: Decimal, b: Decimal) -> bool:
        return a < b

    @staticmethod
    def where(condition: bool, a: Decimal, b: Decimal) -> Decimal:  # noqa: FBT001 - the port's own signature
        return a if condition else b


DECIMALS: Final[Algebra[Decimal, bool]] = _Decimals()


def round_to(a: Algebra[T, C], value: T, step: Decimal, mode: RoundingMode) -> T:
    """The value, not negative, to a multiple of the step."""
    rest = a.mod(value, step)
    down = a.sub(value, rest)
    up = a.add(down, a.number(step))
    zero = a.number(Decimal(0))
    if mode == "down":
        return down
    if mode == "up":
        return a.where(a.less(zero, rest), up, value)
    twice = a.add(rest, rest)
    is_below, is_above = a.less(twice, a.number(step)), a.less(a.number(step), twice)
    if mode == "half-up":
        return a.where(is_below, down, up)
    is_odd = a.less(zero, a.mod(down, EXACT.add(step, step)))
    return a.where(is_below, down, a.where(is_above, up, a.where(is_odd, up, down)))
