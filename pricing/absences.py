"""What stands on one side of a match only: usage without a line, a line without usage, money in another currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pricing.breaks import Part
from pricing.catalogue import Catalogue
from pricing.exchanges import describe_change, list_ties
from pricing.invoices import Matched
from pricing.money import EXACT, Money, format_amount
from pricing.presence import set_aside
from pricing.sides import Side
from pricing.units import find_slack


def explain_absence(
    side: Side, sides: Sequence[Side], matched: Matched, catalogue: Catalogue
) -> tuple[Part, ...] | None:
    """The parts of a currency in which nothing stands against the other; `None` where rows and lines do."""
    if not matched.lines:
        return (_miss_on_invoice(side),)
    if not matched.rows:
        return (
            (leave_unrated(Money(side.invoiced, side.currency), matched),) if matched.unrated else _miss_in_usage(side)
        )
    if not (side.due or side.undue):
        home = next(each for each in sides if each.due or each.undue)
        return (_exchange(home, side, catalogue)[1],)
    foreign = next((each for each in sides if not (each.due or each.undue)), None)
    if foreign is None:
        return None
    part = _exchange(side, foreign, catalogue)[0]
    return None if side.lines and part.detail == "other currency" else (part,)


def _miss_on_invoice(side: Side) -> Part:
    names = ", ".join(dict.fromkeys(str(row.row.id) for row in side.due[:_NAMES_MOST]))
    more = f" and {len(side.due) - _NAMES_MOST} more" if len(side.due) > _NAMES_MOST else ""
    money = f"{format_amount(side.expected, side.currency)} {side.currency}"
    evidence = f"no line bills {names}{more}: {money} expected"
    return Part("missing_on_invoice", "usage without a line", side.currency, EXACT.minus(side.expected), evidence)


_NAMES_MOST: Final = 3


def leave_unrated(money: Money, matched: Matched) -> Part:
    """What is invoiced where some usage can't be rated: nothing can be expected of that."""
    reasons = sorted({f"{one.row.id}: {one.reason}" for one in matched.unrated})
    more = f"; and {len(reasons) - _NAMES_MOST} more" if len(reasons) > _NAMES_MOST else ""
    evidence = f"the usage can't be rated ({'; '.join(reasons[:_NAMES_MOST])}{more})"
    return Part("unknown", "unrated usage", money.currency, money.amount, evidence)


def _miss_in_usage(side: Side) -> tuple[Part, ...]:
    compared = set_aside((), (), side.lines)
    names = ", ".join(line.line for line in compared.lines[:_NAMES_MOST])
    more = f" and {len(compared.lines) - _NAMES_MOST} more" if len(compared.lines) > _NAMES_MOST else ""
    money = f"{format_amount(compared.invoiced, side.currency)} {side.currency}"
    evidence = f"no usage stands behind {names}{more}: {money} invoiced"
    part = Part("missing_in_usage", "line without usage", side.currency, compared.invoiced, evidence)
    return (*compared.parts, part)


def _exchange(home: Side, foreign: Side, catalogue: Catalogue) -> tuple[Part, Part]:
    """What is left to expect in the one currency, against what is invoiced in the other."""
    row = (*home.due, *home.undue)[0]
    ties = list_ties(catalogue, row.pricing, home.currency, foreign.currency)
    slack = find_slack([line.amount for line in foreign.lines], foreign.currency)
    left = Money(EXACT.minus(home.gap), home.currency)
    return describe_change(left, Money(foreign.invoiced, foreign.currency), ties, slack)
