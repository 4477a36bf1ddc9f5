"""What a test expects against what came out: where they differ, and what it would have to expect to pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from pricing.adjustments import Adjustment
from pricing.catalogue_tests import AdjustmentExpected, Expectation, LineExpected, RefusalCode
from pricing.fields import Part
from pricing.lines import Line
from pricing.money import format_amount, format_decimal
from pricing.quotes import Quote

AMOUNTS: Final = frozenset({"total", "total_min", "amount"})
"""What is written with the minor units of its currency."""
UNBOUNDED: Final = "without a bound"


class Refusal(NamedTuple):
    """Why there is no quote: a code to expect, and the words."""

    code: RefusalCode
    message: str


Outcome: TypeAlias = Quote | Refusal
Path: TypeAlias = tuple[str | int, ...]
Table: TypeAlias = dict[str, object]


class Difference(NamedTuple):
    """One thing that is not as expected: its path from `expect`, and both as text."""

    path: Path
    expected: str
    got: str

    @property
    def key(self) -> str:
        """The path as people read it."""
        return ".".join(map(str, self.path))


def compare(expect: Expectation, outcome: Outcome) -> Iterator[Difference]:
    """Everything that is named and came out otherwise, in the order of a quote."""
    if isinstance(outcome, Refusal):
        if expect.error != outcome.code:
            yield Difference(("error",), expect.error or "a quote", f"{outcome.code}: {outcome.message}")
    elif expect.error is not None:
        yield Difference(("error",), expect.error, f"a quote: {_say_total(outcome)}")
    else:
        yield from _compare(expect, _describe(outcome), (), outcome.currency)


def _say_total(quote: Quote) -> str:
    return f"{_spell('total', quote.total, quote.currency)} {quote.currency}"


def _compare(expect: Part, got: Part, path: Path, currency: str) -> Iterator[Difference]:
    for key, wanted in _said(expect).items():
        found: object = getattr(got, key)
        if isinstance(wanted, tuple) and isinstance(found, tuple):
            yield from _compare_all(wanted, found, (*path, key), currency)
        elif wanted != found:
            yield Difference((*path, key), _spell(key, wanted, currency), _spell(key, found, currency))


def _compare_all(wanted: Sequence[Part], found: Sequence[Part], path: Path, currency: str) -> Iterator[Difference]:
    for index, (one, other) in enumerate(zip(wanted, found, strict=False)):
        yield from _compare(one, other, (*path, index), currency)
    if len(wanted) != len(found):
        beyond = [_say(part, currency) for part in found[len(wanted) :]]
        yield Difference(path, str(len(wanted)), f"{len(found)}{': also ' if beyond else ''}{'; '.join(beyond)}")


def _say(part: Part, currency: str) -> str:
    return ", ".join(f"{key} {_spell(key, value, currency)}" for key, value in _said(part).items())


def _said(part: Part) -> Mapping[str, object]:
    """What is named, in the order of the model."""
    named = {key: getattr(part, key) for key in type(part).model_fields if key in part.model_fields_set}
    return {key: value for key, value in named.items() if value is not None}


def _spell(key: str, value: object, currency: str) -> str:
    if not isinstance(value, Decimal):
        return UNBOUNDED if value is None else str(value)
    return format_amount(value, currency) if key in AMOUNTS else format_decimal(value)


def _describe(quote: Quote) -> Expectation:
    """The expectation that names all there is to name of the quote."""
    charged = quote.priced.charged
    return Expectation.model_construct(
        kind=quote.kind,
        currency=quote.currency,
        total=quote.total,
        total_min=quote.total_min,
        lines=tuple(_describe_line(line) for line in charged.lines),
        adjustments=tuple(_describe_adjustment(adjustment) for adjustment in charged.adjustments),
    )


def _describe_line(line: Line) -> LineExpected:
    quantity = line.quantity
    return LineExpected.model_construct(
        meter=quantity.meter,
        resolution=quantity.resolution,
        pricing_quantity=quantity.pricing,
        amount=line.amount,
        entry=line.rate.entry,
    )


def _describe_adjustment(adjustment: Adjustment) -> AdjustmentExpected:
    return AdjustmentExpected.model_construct(kind=adjustment.kind, amount=adjustment.amount)


def renew(expect: Expectation, outcome: Outcome) -> Table:
    """The `expect` table with which the test passes, as TOML holds it: the same keys where it expected alike.

    One that expected nothing that there is, or an error where there is a quote, names all that there is to name.
    """
    if isinstance(outcome, Refusal):
        return {"error": outcome.code}
    whole = _describe(outcome)
    if expect.error is None and (kept := _alike(expect, whole, outcome.currency)):
        return kept
    table = _alike(whole, whole, outcome.currency)
    idle = {"total_min": outcome.kind == "exact", "adjustments": not outcome.priced.charged.adjustments}
    return {key: value for key, value in table.items() if not idle.get(key)}


def _alike(shape: Part, got: Part, currency: str) -> Table:
    """What came out, by the keys that `shape` names; what nothing bounds is left out."""
    table: Table = {}
    for key, wanted in _said(shape).items():
        found: object = getattr(got, key)
        if isinstance(wanted, tuple) and isinstance(found, tuple):
            shapes = [*wanted[: len(found)], *found[len(wanted) :]]
            table[key] = [_alike(one, other, currency) for one, other in zip(shapes, found, strict=True)]
        elif found is not None:
            table[key] = _spell(key, found, currency)
    return table
