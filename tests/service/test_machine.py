"""Orders moved by several clients at once, on SQLite and PostgreSQL: all that happens the naive model could have done.

`just service` takes a minute of it; `python -m pytest tests/service/test_machine.py --hypothesis-profile=long` more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from pricing import holds
from pricing.holds import Action, State
from pricing.shell.service import asked, orders, quoting
from pricing.shell.service.settings import Limits
from tests.asked import Running
from tests.postgres import PostgreSQL
from tests.service.order_model import ACCOUNTS, HELD, REPORTS, Model, Op, explain
from tests.service.two_services import Clock, Prices, Side, ask_both, read, write_plain
from tests.strategies import examples

STEPS: Final = 20
PERCENT: Final = 30
"""Of the examples that the profile in force asks for."""
UNLIMITED: Final = Limits(key_per_minute=10**8, address_per_minute=10**8)
WHO = st.sampled_from(ACCOUNTS)
REPORTED = st.sampled_from((*REPORTS, "done"))
ONCE = st.sampled_from(("", "", "", "a", "b"))
PLACES = st.sampled_from((0, 0, 0, 1, 2))
"""Mostly the youngest order: so that something becomes of it."""
ACTIONS = st.sampled_from(("accept", "accept", "settle", "settle", "settle", "release", "quote", "reload"))
COUNTED: Final = Counter[str]()


class Bench:
    """Both services, the catalogue that they load, and the loop in which everything is asked."""

    def __init__(self, folder: Path, database: str) -> None:
        self.prices = Prices(folder / "catalogue")
        self.runner = asyncio.Runner()
        said = {"catalogue": str(self.prices.folder), "limits": UNLIMITED}
        self.sides = [
            Side("sqlite", Running(folder / "sqlite", **said)),
            Side("postgresql", Running(folder / "postgresql", database=database, **said)),
        ]

    def close(self) -> None:
        for side in self.sides:
            side.close()
        self.runner.close()


class Orders(RuleBasedStateMachine):
    """What the clients do. Each side has a model of its own, since of two at once either may be the first."""

    bench: Bench

    def __init__(self) -> None:
        super().__init__()
        self.models: list[Model] = [Model() for _ in self.bench.sides]
        self.ids: list[dict[int, str]] = [{} for _ in self.bench.sides]
        self.made = 0

    @initialize()
    def begin(self) -> None:
        Clock.ahead = timedelta()
        self.bench.prices.write(0)
        for side in self.bench.sides:
            side.renew_keys(ACCOUNTS)
        self.do([Op("reload", -1, "admin")])

    @rule(who=WHO, once=ONCE)
    def quote(self, who: str, once: str) -> None:
        self.do([Op("quote", self.name_order(), who, once=once)])

    @precondition(lambda self: self.made)
    @rule(place=PLACES, several=st.lists(st.tuples(ACTIONS, REPORTED, ONCE), min_size=2, max_size=6))
    def move(self, place: int, several: Sequence[tuple[str, str, str]]) -> None:
        """Its own account moves an order, one step after the other."""
        for action, report, once in several:
            self.do([self.write_op(place, action, report, once)])

    @precondition(lambda self: self.made)
    @rule(several=st.lists(REPORTED, min_size=2, max_size=4))
    def settle_at_once(self, several: Sequence[str]) -> None:
        """A new order is accepted, and settled by several at once: one of the reports is the one that counts."""
        for action in ("quote", "accept"):
            self.do([self.write_op(0, action, "", "")])
        self.do([self.write_op(0, "settle", report, "") for report in several])

    @precondition(lambda self: self.made)
    @rule(place=PLACES, action=ACTIONS, report=REPORTED)
    def intrude(self, place: int, action: str, report: str) -> None:
        """Another account's key sees nothing, and moves nothing."""
        own = self.write_op(place, action, report, "")
        if own.action not in ("quote", "reload"):
            other = next(account for account in ACCOUNTS if account != own.who)
            self.do([own._replace(who=other)])

    @precondition(lambda self: self.made)
    @rule(
        place=PLACES,
        several=st.lists(st.tuples(ACTIONS, REPORTED, ONCE, st.integers(0, 7)), min_size=2, max_size=4),
    )
    def move_at_once(self, place: int, several: Sequence[tuple[str, str, str, int]]) -> None:
        """Several clients at once, mostly about one order."""
        self.do([self.write_op(place + (far > 5), action, report, once) for action, report, once, far in several])

    @rule(hours=st.integers(0, 1))
    def pass_time(self, hours: int) -> None:
        """What was not accepted expires, now and then."""
        if not hours:
            return
        Clock.ahead += timedelta(minutes=16)
        for model in self.models:
            model.hour += 1

    @rule(which=st.integers(0, 1))
    def write_prices(self, which: int) -> None:
        """The catalogue changes; whoever loads it again has the new prices."""
        self.bench.prices.write(which)
        for model in self.models:
            model.written = which

    def name_order(self) -> int:
        self.made += 1
        return self.made - 1

    def write_op(self, place: int, action: str, report: str, once: str) -> Op:
        """The request about one of the youngest orders; the account is the order's own."""
        if action == "reload":
            return Op("reload", -1, "admin")
        numbers = sorted(set(self.ids[0]) & set(self.ids[1])) or [0]
        number = numbers[-1 - place % len(numbers)]
        who = self.models[0].orders[number].account if number in self.models[0].orders else ACCOUNTS[0]
        if action == "quote":
            return Op("quote", self.name_order(), who, once=once)
        return Op(action, number, who, report if action == "settle" else "", once)

    def do(self, ops: Sequence[Op]) -> None:
        """The same is asked of both services; each answer is one that the model could have given."""
        named = [[(op, own.get(op.order, f"q_{'0' * 32}")) for op in ops] for own in self.ids]
        seen = self.bench.runner.run(ask_both(self.bench.sides, named))
        touched = {op.order for op in ops}
        for place, side in enumerate(self.bench.sides):
            ways = explain(self.models[place], ops, seen[place], self.ids[place])
            fitting = next((way for way in ways if self.is_so(side, *way, touched)), None)
            assert fitting is not None, f"{side.name}: no order of {ops} gives {seen[place]}"
            self.models[place], self.ids[place] = fitting
            for told in seen[place]:
                COUNTED[f"{len(ops)} at once" if len(ops) > 1 else "alone"] += 1
                COUNTED[f"{told.told.status} {told.told.word}{' again' if told.told.is_replayed else ''}"] += 1
        self.compare(touched)

    def teardown(self) -> None:
        """At the end every order is looked at once more."""
        for side, model, ids in zip(self.bench.sides, self.models, self.ids, strict=True):
            assert self.is_so(side, model, ids, set(ids))

    def is_so(self, side: Side, model: Model, ids: dict[int, str], touched: set[int]) -> bool:
        """Whether these orders stand as the model says, and the database holds that much money of all and no more."""
        for number in touched & set(ids):
            quote_id = ids[number]
            seen = read(self.bench.runner.run(side.look(quote_id, model.orders[number].account)))
            if (seen.told, seen.id) != (model.look(number)._replace(order=None), quote_id):
                return False
        ledger = side.read_ledger(list(ids.values()))
        accounts = {order.account for order in model.orders.values()}
        return (
            ledger.held == {account: model.count_held(account) for account in accounts}
            and ledger.charged == {account: model.count_charged(account) for account in accounts}
            and ledger.moves == sum(len(order.moves) for order in model.orders.values())
            and all(sum(o.entries) == (o.hold if o.state in HELD else 0) for o in model.orders.values())
        )

    def compare(self, touched: set[int]) -> None:
        """Where the same became of an order, both services say the same of it."""
        first, second = self.models
        for number in touched & set(first.orders) & set(second.orders):
            if first.orders[number] == second.orders[number] and first.hour == second.hour:
                who = first.orders[number].account
                documents = [
                    write_plain(self.bench.runner.run(side.look(ids[number], who)).document)
                    for side, ids in zip(self.bench.sides, self.ids, strict=True)
                ]
                assert documents[0] == documents[1]


@pytest.fixture
def bench(tmp_path: Path, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for module in (asked, orders, quoting):
        monkeypatch.setattr(module, "datetime", Clock)
    database = postgresql.create()
    made = Bench(tmp_path, database)
    yield made
    made.close()
    postgresql.drop(database)


def run_machine(bench: Bench, most: int, *phases: Phase) -> None:
    """So many examples, at the most. Raises AssertionError."""

    class Own(Orders):
        pass

    Own.bench = bench
    COUNTED.clear()
    wanted = settings(
        max_examples=most,
        stateful_step_count=STEPS,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        phases=phases or tuple(Phase),
    )
    run_state_machine_as_test(Own, settings=wanted)


def test_orders_are_moved_as_the_model_moves_them(bench: Bench) -> None:
    run_machine(bench, examples(PERCENT).max_examples)
    told = ", ".join(f"{word} {number:,}" for word, number in sorted(COUNTED.items(), key=lambda pair: -pair[1]))
    print(f"{sum(COUNTED.values()) // 2:,} requests: {told}")  # noqa: T201 - `pytest -s` shows how it spreads


ENOUGH: Final = 400
"""Examples within which a fault is met: it ends with the first that does."""
FAULTS: Final = {
    "settled-twice": ((State.SETTLED, Action.SETTLE), State.SETTLED),
    "accepted-though-expired": ((State.EXPIRED, Action.ACCEPT), State.ACCEPTED),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_is_planted_is_found(bench: Bench, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    pair, state = FAULTS[fault]
    monkeypatch.setattr(holds, "MOVES", {**holds.MOVES, pair: state})
    monkeypatch.setattr(holds, "REFUSALS", {key: one for key, one in holds.REFUSALS.items() if key != pair})
    with pytest.raises((AssertionError, Flaky)):
        run_machine(bench, ENOUGH, Phase.generate)
