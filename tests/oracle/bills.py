"""What a request costs, the slow and obvious way: fractions, plain dictionaries, no line shared with the code.

It knows everything: each clip's length, whether clips are billed, and where every running total stands. What the code
says of less is held to it at many such points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from types import MappingProxyType
from typing import NamedTuple

from tests.oracle.prices import Key, Price, every_key, list_price, names_of, own_price
from tests.oracle.terms import Force, Row, Terms, UnpricedError, find_force, in_force, money, number, said_once
from tests.oracle.usage import NOTHING, Asked, quantities, round_at


class Line(NamedTuple):
    """What of a meter is used; how many units or packages of it are charged for; what the account and the list ask."""

    meter: str
    key: Key
    quantity: Fraction
    charged: Fraction
    amount: Fraction
    list_amount: Fraction | None


class Bill(NamedTuple):
    """What it costs: all lines, what is added to them by kind, and the total; `credited` is by the credit's name."""

    lines: list[Line]
    added: dict[str, Fraction]
    total: Fraction
    list_total: Fraction | None
    credited: Mapping[str, Fraction] = MappingProxyType({})


def bill(asked: Asked, terms: Terms, on: str, before: Mapping[str, Fraction], *, billed: bool = True) -> Bill:
    """What it costs on that day, the running totals being where `before` says; else at zero.

    `billed` says whether clips are, where the card does not. Raises UnpricedError or TwoCurrenciesError.
    """
    return bill_in(asked, find_force(terms, on), before, billed=billed)


def bill_in(asked: Asked, force: Force, before: Mapping[str, Fraction], *, billed: bool = True) -> Bill:
    """The same, of what was found to be in force."""
    lines: list[Line] = []
    for meter, key, quantity in quantities(asked, force, billed=billed):
        lines.append(draw(force, (meter, key, quantity), lines, before))
    total = sum((line.amount for line in lines), NOTHING)
    added: dict[str, Fraction] = {}
    credited: dict[str, Fraction] = {}
    for name, change in changes(force, before):
        after, kind = change(total), name.partition("/")[0]
        added[kind] = added.get(kind, NOTHING) + after - total
        if kind == "credit":
            credited[name] = total - after
        total = after
    known = [line.list_amount for line in lines if line.list_amount is not None]
    return Bill(lines, added, total, sum(known, NOTHING) if len(known) == len(lines) else None, credited)


def draw(
    force: Force, used: tuple[str, Key, Fraction], earlier: Sequence[Line], before: Mapping[str, Fraction]
) -> Line:
    """One line: what its units come to after those of the month and of the lines before it."""
    meter, key, quantity = used
    own, listed = own_price(force, key), list_price(force, key)
    if own is None:
        raise UnpricedError
    spare = NOTHING
    allowance = find_allowance(force, key)
    if allowance:
        counter = "/".join([allowance["meter"], *names_of(allowance)])
        spare = min(quantity, max(NOTHING, number(allowance["units"]) - stand(counter, earlier, before)))
    amount = charge(own, stand(own.counter, earlier, before), quantity, spare)
    list_amount = None
    if listed is not None:
        list_amount = round_at("line", charge(listed, stand(listed.counter, earlier, before), quantity, NOTHING), force)
    return Line(meter, key, quantity, packed(own, quantity - spare), round_at("line", amount, force), list_amount)


def stand(counter: str, earlier: Sequence[Line], before: Mapping[str, Fraction]) -> Fraction:
    """Where the running total stands after the month so far and the lines of the request that were drawn."""
    start = before.get(counter, NOTHING)
    if counter == "spend":
        return start + sum(line.amount for line in earlier)
    meter, *names = counter.split("/")
    for line in earlier:
        said = {line.key.tier, line.key.ratio, "with-clips" if line.key.clips else "without-clips"}
        if line.key.meter == meter and said.issuperset(names):
            start += line.quantity
    return start


@lru_cache(4096)
def find_allowance(force: Force, key: Key) -> Row | None:
    """The allowance about the line: that of its tier before that of any."""
    rows = [row for row in said_once(force, "allowance", "meter", "resolution") if row["meter"] == key.meter]
    about = {row.get("resolution", "any"): row for row in rows}
    return about.get(key.tier) or about.get("any")


def charge(price: Price, start: Fraction, used: Fraction, spare: Fraction) -> Fraction:
    """What the last of the units used come to, `spare` of them being included."""
    charged = used - spare
    if charged == 0:
        return NOTHING
    if price.model == "package":
        return price.bands[0][1] * packed(price, charged)
    if price.model == "volume" and price.by == "units":
        return charged * next(ask for end, ask in price.bands if end is None or start + used <= end)
    if price.model == "volume":
        return charged * next(ask for end, ask in price.bands if end is None or start < end)
    return walk(price, start if price.by == "spend" else start + spare, charged)


def packed(price: Price, units: Fraction) -> Fraction:
    """How many packages were begun, or as many units where the price is of one."""
    if price.model != "package":
        return units
    packages = Fraction(0)
    while packages * price.size < units:
        packages += 1
    return packages


def walk(price: Price, at: Fraction, left: Fraction) -> Fraction:
    """Band after band: as much as the band still holds, in units or in money, at its price."""
    amount = NOTHING
    for end, ask in price.bands:
        if end is not None and at >= end:
            continue
        room = left if end is None else end - at
        if end is not None and price.by == "spend":
            room = room / ask if ask else left
        taken = min(room, left)
        amount += taken * ask
        at += taken * ask if price.by == "spend" else taken
        left -= taken
    return amount


def changes(force: Force, before: Mapping[str, Fraction]) -> list[tuple[str, Callable[[Fraction], Fraction]]]:
    """What is done to the total, one after the other, by its kind; of a credit, its name too."""
    spent = before.get("spend", NOTHING)
    found: list[tuple[str, Callable[[Fraction], Fraction]]] = []
    rebates = [row for row in force.rows if row["kind"] == "rebate"]
    found += [("rebate", partial(take, money(row, "amount", force))) for row in rebates]
    for row in said_once(force, "commitment"):
        left = max(money(row, "amount", force) - spent, NOTHING)
        found.append(("commitment", partial(raise_beyond, left, number(row.get("overage_percent", "0")))))
    found.append(("minimum", partial(max, least_charge(force))))
    for row in said_once(force, "cap", "per"):
        used = spent if row.get("per") == "month" else NOTHING
        found.append(("cap", partial(min, max(money(row, "amount", force) - used, NOTHING))))
    for row in said_once(force, "credit", "name"):
        name = f"credit/{row['name']}"
        left = max(money(row, "amount", force) - before.get(name, NOTHING), NOTHING)
        found.append((name, partial(take, left)))
    return [*found, ("rounding", partial(round_at, "quote", force=force))]


def take(amount: Fraction, total: Fraction) -> Fraction:
    """The total less the amount, as far as there is any."""
    return max(total - amount, NOTHING)


def raise_beyond(left: Fraction, percent: Fraction, total: Fraction) -> Fraction:
    """The total, what lies beyond `left` costing so many percent more."""
    return total + max(total - left, NOTHING) * percent / 100


def least_charge(force: Force) -> Fraction:
    """The least that a request costs: the last agreement's word, else the card's, else nothing."""
    said = {row.get("per", "request"): money(row, "amount", force) for row in said_once(force, "minimum", "per")}
    if "request" in said:
        return said["request"]
    found = in_force([row for row in force.card["entries"] if row["model"] == "minimum"], force.on)
    return number(found["amount"]) * force.rate if found and "amount" in found else NOTHING


def counters(terms: Terms, on: str) -> set[str]:
    """The names of the running totals that anything in force looks at. Raises UnpricedError or TwoCurrenciesError."""
    return counters_in(find_force(terms, on))


def counters_in(force: Force) -> set[str]:
    """The same, of what was found to be in force."""
    changes(force, {})
    found = {"/".join([row["meter"], *names_of(row)]) for row in said_once(force, "allowance", "meter", "resolution")}
    found |= {f"credit/{row['name']}" for row in said_once(force, "credit", "name")}
    if said_once(force, "commitment") or any(row.get("per") == "month" for row in said_once(force, "cap", "per")):
        found.add("spend")
    for key in every_key():
        own = own_price(force, key)
        for price in (own, own and list_price(force, key)):
            if price and price.model in ("graduated", "volume"):
                found.add(price.counter)
    return found
