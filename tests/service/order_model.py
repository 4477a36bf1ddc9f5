"""What may become of an order, said a second time and naively, from the page of the service and not from its code.

The model does one request after the other. Those that were made at once are right if in some order it answers the same.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations
from typing import Final, NamedTuple

ACCOUNTS: Final = ("acme", "initech")
PRICES: Final = ("0.13", "0.17")
"""What a second costs in either state of the catalogue; acme pays 10 % less."""
FACTORS: Final = {"acme": Decimal("0.9"), "initech": Decimal(1)}
SECONDS: Final = 8
REPORTS: Final = {"running": None, "done": Decimal(8), "more": Decimal(10), "failed": Decimal(0)}
"""How many seconds a report makes a job cost; nothing yet where it still runs. Failed jobs are free on this card."""
HELD: Final = ("accepted", "running")

REFUSED: Final = {
    ("accept", "expired"): "quote_expired",
    ("accept", "running"): "task_running",
    ("accept", "settled"): "already_settled",
    ("accept", "released"): "already_released",
    ("release", "running"): "task_running",
    ("release", "settled"): "already_settled",
    ("settle", "quoted"): "not_accepted",
    ("settle", "expired"): "quote_expired",
    ("settle", "released"): "already_released",
    ("settle", "settled"): "already_settled",
}


class Op(NamedTuple):
    """One request: what is done to which order (of a new quote: its number to be), by whose key and under which key.

    `report` is what a settlement is asked with.
    """

    action: str
    order: int
    who: str
    report: str = ""
    once: str = ""


class Told(NamedTuple):
    """What was answered: status, the reason of a refusal or the state, and what the document says of the order."""

    status: int
    word: str
    order: int | None = None
    money: tuple[Decimal, Decimal | None] | None = None
    moves: tuple[str, ...] = ()
    is_replayed: bool = False


@dataclass
class Order:
    """An order: whose, at which price of a second, since which hour; every move, and what it held and was charged."""

    account: str
    price: Decimal
    hour: int
    state: str = "quoted"
    moves: tuple[str, ...] = ()
    report: str = ""
    charge: Decimal | None = None
    entries: list[Decimal] = field(default_factory=list)

    @property
    def hold(self) -> Decimal:
        return SECONDS * self.price

    def go(self, action: str, state: str, entry: Decimal) -> None:
        """One move, and what it does to what is held."""
        self.moves += (f"{action}: {self.state} to {state}",)
        self.entries.append(entry)
        self.state = state


@dataclass
class Model:
    """Orders by their number, answers that were kept, which prices are loaded, and the hour."""

    orders: dict[int, Order] = field(default_factory=dict)
    kept: dict[tuple[str, str], tuple[Op, Told]] = field(default_factory=dict)
    prices: int = 0
    written: int = 0
    hour: int = 0

    def state(self, number: int) -> str:
        """Where the order stands in this hour."""
        order = self.orders[number]
        return "expired" if order.state == "quoted" and self.hour > order.hour else order.state

    def do(self, op: Op) -> Told:
        """What is answered, by now."""
        if op.action == "reload":
            self.prices = self.written
            return Told(200, "loaded")
        if op.once and (op.who, op.once) in self.kept:
            first, told = self.kept[op.who, op.once]
            same = (first.action, first.report) == (op.action, op.report) and (
                op.action == "quote" or first.order == op.order
            )
            return told._replace(is_replayed=True) if same else Told(409, "idempotency_key_reused")
        told = self._quote(op) if op.action == "quote" else self._move(op)
        if op.once and told.status < 300:
            self.kept[op.who, op.once] = (op, told)
        return told

    def _quote(self, op: Op) -> Told:
        order = Order(op.who, FACTORS[op.who] * Decimal(PRICES[self.prices]), self.hour)
        self.orders[op.order] = order
        return Told(201, "quoted", op.order, (order.hold, None))

    def _move(self, op: Op) -> Told:
        order = self.orders.get(op.order)
        if order is None or order.account != op.who:
            return Told(404, "not_found")
        state = self.state(op.order)
        repeats = op.report == "running" or (op.report and op.report == order.report)
        refused = REFUSED.get((op.action, state))
        if refused and not (op.action == "settle" and state == "settled" and repeats):
            return Told(409, refused)
        if op.action == "accept" and state == "quoted":
            order.go("accept", "accepted", order.hold)
        elif op.action == "release" and state in ("quoted", "accepted"):
            order.go("release", "released", -order.hold if state == "accepted" else Decimal(0))
        elif op.action == "settle" and op.report == "running" and state == "accepted":
            order.go("report", "running", Decimal(0))
        elif op.action == "settle" and op.report != "running" and state in HELD:
            order.go("settle", "settled", -order.hold)
            seconds = REPORTS[op.report]
            assert seconds is not None
            order.report, order.charge = op.report, seconds * order.price
        return self.look(op.order)

    def look(self, number: int) -> Told:
        """The order as its document says it."""
        order = self.orders[number]
        return Told(200, self.state(number), number, (order.hold, order.charge), order.moves)

    def count_held(self, account: str) -> Decimal:
        """What the account holds, by every entry that was ever made for it."""
        return sum((sum(o.entries, Decimal(0)) for o in self.orders.values() if o.account == account), Decimal(0))

    def count_charged(self, account: str) -> Decimal:
        """What it was charged."""
        return sum((o.charge or Decimal(0) for o in self.orders.values() if o.account == account), Decimal(0))


class Seen(NamedTuple):
    """What a service answered, an order still being named by its id."""

    told: Told
    id: str | None


def explain(
    model: Model, ops: Sequence[Op], seen: Sequence[Seen], ids: dict[int, str]
) -> Iterator[tuple[Model, dict[int, str]]]:
    """Each way in which the requests may have been done one after the other, with what then holds."""
    for turn in permutations(range(len(ops))):
        after, named = copy.deepcopy(model), dict(ids)
        if all(_agrees(after.do(ops[place]), seen[place], named) for place in turn):
            yield after, named


def _agrees(expected: Told, seen: Seen, named: dict[int, str]) -> bool:
    """Whether the answer is the model's; a new order gets its id by it."""
    if expected._replace(order=None) != seen.told._replace(order=None):
        return False
    if expected.order is None:
        return True
    if expected.order not in named and seen.id not in named.values() and seen.id is not None:
        named[expected.order] = seen.id
    return named.get(expected.order) == seen.id
