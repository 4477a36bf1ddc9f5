"""Two services, one on SQLite and one on PostgreSQL, asked the same things at once from one loop of events."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import column, create_engine, func, select, table

from pricing.shell.service.callers import Scope
from tests.asked import ATLAS, CATALOGUE, Reply, Running, example
from tests.service.order_model import PRICES, Op, Seen, Told

CARD: Final = Path("cards") / "atlas.toml"
BODIES: Final = {
    "running": {"status": "running"},
    "done": {"status": "succeeded", "resolution": "1080P-SR", "output_video_seconds": 8},
    "more": {"status": "succeeded", "resolution": "1080P-SR", "output_video_seconds": 10},
    "failed": {"status": "failed"},
}
QUOTES: Final = table("quotes", *map(column, ("id", "account", "state", "hold", "charge")))
MOVES: Final = table("moves", column("quote_id"))
_VARYING: Final = frozenset({"id", "at", "by", "issued_at", "expires_at", "as_of", "signature", "detail", "quote"})


class Clock(datetime):
    """The clock of the services, which a test may set forward."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """That much later than it is."""
        later = datetime.now(tz) + Clock.ahead
        return cls.fromisoformat(later.isoformat())


class Prices:
    """A catalogue with one price or the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(shutil.copytree(CATALOGUE, folder))
        before = (self.folder / CARD).read_text(encoding="utf-8")
        assert before.count(f'"{PRICES[0]}"') == 1
        self.texts = [before, before.replace(f'"{PRICES[0]}"', f'"{PRICES[1]}"')]

    def write(self, which: int) -> None:
        """Lays the one or the other there, at once."""
        draft = self.folder / CARD.with_suffix(".new")
        draft.write_text(self.texts[which], encoding="utf-8")
        draft.replace(self.folder / CARD)


class Ledger(NamedTuple):
    """What the database itself holds of some orders: by account what is held and charged; and how many moves."""

    held: Mapping[str, Decimal]
    charged: Mapping[str, Decimal]
    moves: int


class Side:
    """One of the services, its database, and the keys of those who ask it."""

    def __init__(self, name: str, running: Running) -> None:
        self.name, self.running = name, running
        self.keys: dict[str, str] = {}
        self.database = create_engine(running.settings.database_url.replace("postgresql:", "postgresql+psycopg:"))

    def renew_keys(self, accounts: Sequence[str]) -> None:
        """New keys, so that no answer kept for old ones is met."""
        self.keys = {account: self.running.key((account,), scopes=(Scope.QUOTE, Scope.SETTLE)) for account in accounts}
        self.keys["admin"] = self.running.key(scopes=(Scope.ADMIN,))

    async def do(self, op: Op, quote_id: str | None) -> Seen:
        """One request, and what was answered."""
        if op.action == "reload":
            reply = await self.running.begin("POST", "/v1/catalogue:reload", key=self.keys["admin"])
            return Seen(Told(reply.status, "loaded"), None)
        path, body = f"/v1/quotes/{quote_id}:{op.action}", b"" if op.action != "settle" else BODIES[op.report]
        if op.action == "quote":
            path, body = "/v1/quotes", example(ATLAS)
        reply = await self.running.begin("POST", path, body, key=self.keys[op.who], once=op.once or None)
        return read(reply)

    async def look(self, quote_id: str, who: str) -> Reply:
        """The order."""
        return await self.running.begin("GET", f"/v1/quotes/{quote_id}", key=self.keys[who])

    def read_ledger(self, ids: Sequence[str]) -> Ledger:
        """By SQL, past the service."""
        with closing(self.database.connect()) as connection:
            rows = connection.execute(select(*QUOTES.c).where(QUOTES.c.id.in_(ids))).all()
            counted = select(func.count()).select_from(MOVES).where(MOVES.c.quote_id.in_(ids))
            moves = connection.execute(counted).scalar_one()
        held: dict[str, Decimal] = {}
        charged: dict[str, Decimal] = {}
        for _, account, state, hold, charge in rows:
            held[account] = held.get(account, Decimal(0)) + (Decimal(hold) if state in ("accepted", "running") else 0)
            charged[account] = charged.get(account, Decimal(0)) + Decimal(charge or 0)
        return Ledger(held, charged, moves)

    def close(self) -> None:
        """Its connections are gone."""
        self.database.dispose()


def read(reply: Reply) -> Seen:
    """What an answer says of an order."""
    document, replayed = reply.document, reply.headers.get("idempotency-replayed") == "true"
    if reply.status >= 400:
        return Seen(Told(reply.status, document.get("reason", document["code"]), is_replayed=replayed), None)
    if reply.status == 201:
        return Seen(Told(201, "quoted", None, (Decimal(document["total"]), None), is_replayed=replayed), document["id"])
    charge = None if document["charge"] is None else Decimal(document["charge"])
    moves = tuple(f"{one['action']}: {one['from']} to {one['to']}" for one in document["moves"])
    told = Told(200, document["state"], None, (Decimal(document["hold"]), charge), moves, replayed)
    return Seen(told, document["id"])


def strip(document: Any) -> Any:  # noqa: ANN401 - parsed JSON
    """The document without what may differ from one service to the other: ids, instants, signatures."""
    if isinstance(document, dict):
        return {name: strip(value) for name, value in document.items() if name not in _VARYING}
    return [strip(one) for one in document] if isinstance(document, list) else document


async def ask_both(sides: Sequence[Side], asked: Sequence[Sequence[tuple[Op, str | None]]]) -> list[list[Seen]]:
    """What each side answers to its requests, all of them at once."""
    answers = await asyncio.gather(*(side.do(*one) for side, own in zip(sides, asked, strict=True) for one in own))
    found, many = iter(answers), [len(own) for own in asked]
    return [[next(found) for _ in range(number)] for number in many]


def write_plain(document: object) -> str:
    """A document in one way, to hold one against the other."""
    return json.dumps(strip(document), sort_keys=True)
