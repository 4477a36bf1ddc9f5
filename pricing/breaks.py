"""A break: one difference between what was expected and what was invoiced, with one cause, its money and its evidence.

The law: in each currency, what was expected and the amounts of all breaks sum to what was invoiced, to the last digit.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from pricing.break_causes import Cause
from wan_rules.request import Resolution

MatchedBy: TypeAlias = Literal["task_id", "window", "aggregate", "nothing"]
"""Which rule brought usage and invoice together: the task's id; account, instant and tier; an invoice line that covers
many rows of usage, or many lines for one; none."""


class Part(NamedTuple):
    """One share of a difference. `amount` is invoiced less expected; `detail` says which alternative explains it.

    `also` names other causes, as `cause: detail`, that would explain the same money.
    """

    cause: Cause
    detail: str
    currency: str
    amount: Decimal
    evidence: str
    also: tuple[str, ...] = ()


class Subject(NamedTuple):
    """What a break is about: rows of usage and lines of the invoice, and what both say of them; `None` is not said."""

    task_ids: tuple[str, ...]
    invoice_lines: tuple[str, ...]
    matched_by: MatchedBy
    account: str | None
    environment: str | None
    host: str | None
    region: str | None
    resolution: Resolution | None
    at: datetime | None


class Break(NamedTuple):
    """A difference with one cause. `id` is the same in every report about the same rows, lines, cause and currency.

    No other break of a report has it.

    `expected` and `invoiced` are of the whole match, of which `part` is a share.
    """

    id: str
    subject: Subject
    expected: Decimal
    invoiced: Decimal
    part: Part
