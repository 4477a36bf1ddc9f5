"""Charges as expressions: what each row of usage comes to, from the very formulas of the core, on joined columns.

The steps are those of a quote: seconds of clips, lines, what is added to them as a whole, rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Final, NamedTuple

import ibis

from pricing.adjustments import ORDER, Adjuster, find_difference
from pricing.algebra import round_to
from pricing.clips import ClipRule, Clips, clip_seconds
from pricing.formulas import charge, charge_graduated, count_packages, find_price_at, leave_of, take_allowance
from pricing.money import ZERO
from pricing.schemes import Ladder, Package
from pricing.shell.bulk.columns import COLUMNS, Column, Expression, choose, column
from pricing.shell.bulk.dated_rates import DatedRates, Way

ONE: Final = Decimal(1)
NOTHING: Final = COLUMNS.number(ZERO)
MOST_SECONDS: Final = Decimal("999999.999999")
MOST_COUNTED: Final = Decimal(10) ** 12
"""Of a running total of one market in one month."""


class Asked(NamedTuple):
    """What rows of usage say that is charged for."""

    seconds: Column
    clips: Sequence[Column]
    count: Expression
    references: Column
    billed_clips: Column | None


class Line(NamedTuple):
    """One line of every row; all is null where a row has no such line."""

    used: Column
    quantity: Column
    unit_price: Expression
    amount: Column


class Charge(NamedTuple):
    """Lines by prefix, what each kind of adjustment adds, and the totals; `listed` is null without a list price."""

    lines: Mapping[str, Line]
    adjustments: Mapping[str, Column]
    total: Column
    listed: Column


class Steps:
    """A table of usage that is joined with its rates, and what was worked out on it so far, as columns of their own.

    A column that is used again is named first: an expression would else be written out at each of its uses.
    """

    def __init__(self, table: Expression, rates: DatedRates) -> None:
        """Nothing is worked out yet."""
        self.table, self.rates = table, rates

    def keep(self, name: str, value: Column) -> Column:
        """The value as a column of the table."""
        self.table = self.table.mutate(**{name: value.expression})
        return value._replace(expression=self.table[name])


def find_used(steps: Steps, asked: Asked) -> dict[str, Column]:
    """What each line used, by prefix: before packages and what a month includes."""
    rates = steps.rates
    found = {"output": asked.seconds, "super_resolution": asked.seconds, "requests": COLUMNS.number(ONE)}
    if "reference" in rates.meters:
        found["reference"] = steps.keep("clip_seconds", _find_clips(steps.table, asked, rates.clip_rules.options))
    return {prefix: found[prefix] for prefix in rates.meters}


def _find_clips(table: Expression, asked: Asked, rules: Sequence[ClipRule]) -> Column:
    found = choose(table.clip_rule, [_by_count(asked, rule) for rule in rules])
    if asked.billed_clips is None:
        return found
    return COLUMNS.where(table.billed_clips_s.notnull(), asked.billed_clips, found)


def _by_count(asked: Asked, rule: ClipRule) -> Column:
    """The seconds of clips by how many there are, since most rows have few and need not look for more."""
    counted = [
        clip_seconds(COLUMNS, Clips(asked.clips[:count], COLUMNS.number(Decimal(count)), asked.references), rule)
        for count in range(len(asked.clips) + 1)
    ]
    return choose(asked.count, counted)


def charge_rows(steps: Steps, used: Mapping[str, Column], before: Mapping[str, Column]) -> Charge:
    """The charge of each row; of one that is refused it means nothing.

    `before` has each running total before the row, by its name. Earlier lines of the same row count for later ones.
    """
    rates = steps.rates
    lines: dict[str, Line] = {}
    listed: dict[str, Column] = {}
    sofar = dict(before)
    for prefix in rates.meters:
        lines[prefix] = _draw(steps, prefix, used[prefix], sofar)
        if f"{prefix}_list" in rates.ways:
            listed[f"{prefix}_list"] = _draw(steps, f"{prefix}_list", used[prefix], sofar).amount
        for place, name in enumerate(rates.counters):
            counted = count_used(steps.table, prefix, place, used[prefix])
            sofar[name] = steps.keep(f"before_{place}_after_{prefix}", COLUMNS.add(sofar[name], counted))
    contracted = steps.keep("contracted", _sum(rates, {prefix: line.amount for prefix, line in lines.items()}))
    adjustments, adjusted = _adjust(steps, contracted)
    rounded = _round(steps, "rounded", adjusted, "quote")
    if rounded is not adjusted:
        adjustments["rounding"] = COLUMNS.sub(rounded, adjusted)
    total = _sum(rates, listed)
    known = total._replace(expression=ibis.ifelse(steps.table.listed, total.expression, ibis.null(total.kind)))
    owed = {kind: _free(steps, amount) for kind, amount in adjustments.items()}
    return Charge(lines, owed, _free(steps, rounded), _free(steps, known))


def total_rows(steps: Steps, used: Mapping[str, Column]) -> Column:
    """What each row comes to, where no running total counts; of one that is free or refused it means nothing.

    Lines at one price are added up before they are priced.
    """
    drawn = {prefix: _draw(steps, prefix, quantity, {}).amount for prefix, quantity in _join_alike(steps, used).items()}
    contracted = _sum(steps.rates, drawn)
    if any(steps.rates.adjusters.options):  # of null and a cap engines take the cap, which may not fit as a total
        contracted = _or_nothing(contracted)
    _, adjusted = _adjust(steps, steps.keep("contracted", contracted))
    return _round(steps, "rounded", adjusted, "quote")


def _join_alike(steps: Steps, used: Mapping[str, Column]) -> dict[str, Column]:
    """What is used of each line; of those at one price together, where price times quantity is all there is."""
    rates = steps.rates
    if any(option and option.place == "line" for option in rates.roundings.options):
        return dict(used)
    found: dict[str, Column] = {}
    for prefix, quantity in used.items():
        price = rates.layout.find(f"{prefix}_price").removesuffix("_price")
        is_plain = price in found and rates.is_plain(price) and rates.is_plain(prefix)
        found[price if is_plain else prefix] = COLUMNS.add(found[price], quantity) if is_plain else quantity
    return found


def count_used(table: Expression, prefix: str, place: int, used: Column) -> Column:
    """What a line adds to the running total of that place."""
    counted = table[f"{prefix}_counts_{place}"].fill_null(ibis.literal(value=False))
    return COLUMNS.where(counted & ~table.is_free if "is_free" in table.columns else counted, used, NOTHING)


def _free(steps: Steps, amount: Column) -> Column:
    """The amount, and nothing of a job that is free."""
    return COLUMNS.where(steps.table.is_free, NOTHING, amount) if "is_free" in steps.table.columns else amount


def _draw(steps: Steps, prefix: str, used: Column, before: Mapping[str, Column]) -> Line:
    """A line at the contracted price, or at the card's where the prefix says so."""
    table, rates = steps.table, steps.rates
    widest = rates.widest[prefix]
    price = column(table[f"{prefix}_price"], ZERO, widest.high, widest.places)
    drawn = [_charge(way, used, price, before) for way in rates.ways[prefix].options]
    key, present = table[f"{prefix}_way"], table[f"{prefix}_price"].notnull()
    amount = steps.keep(f"{prefix}_exact", choose(key, [amount for _, amount in drawn]))
    amount = _round(steps, f"{prefix}_rounded", amount, "line")
    quantity = choose(key, [quantity for quantity, _ in drawn])
    own = ibis.ifelse(table[f"{prefix}_is_one"], table[f"{prefix}_price"], ibis.null(price.kind))
    if any(isinstance(way.scheme, Ladder) for way in rates.ways[prefix].options):
        amount = _only(present, amount)  # bands have a price where the row has none
    return Line(used, quantity, own, amount)


def _only(present: Expression, value: Column) -> Column:
    """The value where there is such a line, else null."""
    return value._replace(expression=ibis.ifelse(present, value.expression, ibis.null(value.kind)))


def _charge(way: Way, used: Column, price: Column, before: Mapping[str, Column]) -> tuple[Column, Column]:
    """What is charged for, in the units of the price, and the amount."""
    charged = used
    if way.counter is not None:
        charged = take_allowance(COLUMNS, used, before[way.counter], way.included)
    match way.scheme:
        case Package(size):
            packages = count_packages(COLUMNS, charged, size)
            return packages, charge(COLUMNS, packages, price)
        case Ladder(model="graduated"):
            end = COLUMNS.add(before[way.scheme.counter], used)
            return charged, charge_graduated(COLUMNS, COLUMNS.sub(end, charged), end, way.scheme.bands)
        case Ladder():
            end = COLUMNS.add(before[way.scheme.counter], used)
            return charged, charge(COLUMNS, charged, find_price_at(COLUMNS, end, way.scheme.bands))
        case _:
            return charged, charge(COLUMNS, charged, price)


def _round(steps: Steps, name: str, amount: Column, place: str) -> Column:
    """The amount as each row's card rounds it there; the same object where none does."""
    options = steps.rates.roundings.options
    if not any(option and option.place == place for option in options):
        return amount
    rounded = [
        round_to(COLUMNS, amount, option.quantum, option.mode) if option and option.place == place else amount
        for option in options
    ]
    return steps.keep(name, choose(steps.table.rounding, rounded))


def _sum(rates: DatedRates, amounts: Mapping[str, Column]) -> Column:
    """The sum; a line that is not there adds nothing."""
    there = [amount if rates.is_always(prefix) else _or_nothing(amount) for prefix, amount in amounts.items()]
    return reduce(COLUMNS.add, there) if there else NOTHING


def _or_nothing(amount: Column) -> Column:
    return amount._replace(expression=amount.expression.fill_null(NOTHING.expression.cast(amount.kind)))


def _adjust(steps: Steps, total: Column) -> tuple[dict[str, Column], Column]:
    """What each kind of adjuster adds in each row, and the total after all: each on what the one before has left.

    Those of a month look at money, and are folded.
    """
    added: dict[str, Column] = {}
    for kind in ORDER:
        own = [[one for one in option if (one.kind, one.per) == (kind, "request")] for option in _options(steps)]
        for turn in range(max(map(len, own), default=0)):
            adjusters = [option[turn] if turn < len(option) else None for option in own]
            difference = steps.keep(f"{kind}_{turn}", _differ(steps, adjusters, total))
            total = steps.keep(f"after_{kind}_{turn}", COLUMNS.add(total, difference))
            added[kind] = COLUMNS.add(added[kind], difference) if kind in added else difference
    return added, total


def _options(steps: Steps) -> Sequence[Sequence[Adjuster]]:
    return steps.rates.adjusters.options


def _differ(steps: Steps, adjusters: Sequence[Adjuster | None], total: Column) -> Column:
    """What each row's adjuster adds to its total."""
    differences = [
        find_difference(COLUMNS, one, total, leave_of(COLUMNS, one.amount, NOTHING)) if one else NOTHING
        for one in adjusters
    ]
    return choose(steps.table.adjusters, differences)
