"""What goes into the store and comes out of it: frozen values, a field for a column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from pricing.holds import Action, Hold, State


class QuoteRow(NamedTuple):
    """A quote that binds. `document` is what was answered, to the byte; amounts are text, as on the wire.

    `account` and `environment` are empty where the catalogue has none; `hold` is `None` for an unbounded quote.
    `report` is the digest of the report that settled it, `moved` how many moves there are, and `task` the digest of the
    host's task that its reports are of: no other quote of the account has it.
    """

    id: str
    account: str
    environment: str
    state: State
    issued_at: datetime
    expires_at: datetime
    as_of: datetime
    currency: str
    hold: str | None
    document: bytes
    key_id: str | None = None
    charge: str | None = None
    settlement: str | None = None
    report: str | None = None
    moved: int = 0
    task: str | None = None

    def as_hold(self) -> Hold:
        """What `pricing.holds` looks at. A quote of no later instant than its own waits for nobody's clock."""
        charge = None if self.charge is None else f"{self.charge} {self.currency}"
        begins_at = self.as_of if self.as_of > self.issued_at else None
        return Hold(self.id, self.state, self.expires_at, self.report, charge, begins_at)


class Move(NamedTuple):
    """What became of a quote, when, and by which key; `detail` is for people."""

    at: datetime
    action: Action
    from_state: State
    to_state: State
    key_id: str | None = None
    detail: str | None = None


class Settled(NamedTuple):
    """What a report made of a quote: the settlement's JSON, its charge, and the digest of the report.

    `charge` and `report` are `None` while the job may still run.
    """

    settlement: str
    charge: str | None = None
    report: str | None = None


class KeyRow(NamedTuple):
    """A key of the API. The key itself is nowhere: `hash` is what it is known by."""

    id: str
    hash: str
    name: str
    accounts: tuple[str, ...]
    environments: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None


class Once(NamedTuple):
    """What makes a write happen once: which API key sent it, the key for it, and a digest of what was sent."""

    caller: str
    key: str
    request: str


class Answer(NamedTuple):
    """What was answered; `quote_id` names the quote that it is about, if it is about one."""

    status: int
    body: bytes
    quote_id: str | None = None


class Written(NamedTuple):
    """The answer to a write, and whether an earlier one gave it."""

    answer: Answer
    replayed: bool


def write_quote(row: QuoteRow) -> dict[str, object]:
    """The row by the names of its columns."""
    return {**row._asdict(), "document": row.document.decode()}


def read_quote(columns: Iterable[Any]) -> QuoteRow:
    """The columns, in their order, as a row."""
    quote_id, account, environment, state, *rest = columns
    row = QuoteRow(quote_id, account, environment, State(state), *rest)
    return row._replace(document=str(row.document).encode())


def read_move(columns: Iterable[Any]) -> Move:
    """The columns, in their order, as a move."""
    row = Move(*columns)
    return row._replace(action=Action(row.action), from_state=State(row.from_state), to_state=State(row.to_state))


def may_be_id(text: str) -> bool:
    """Whether there may be anything of this id: what a URL or a header brings may be no text for a database at all."""
    return text.isascii() and text.isprintable()
