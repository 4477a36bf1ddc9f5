"""The month so far as the page asks for it: a field for each running total that the terms look at, and why they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from pricing.adjustments import SPEND
from pricing.meters import METERS
from pricing.schemes import Ladder
from pricing.shell.service.page.asking import Answer
from pricing.shell.service.page.forms import CONSUMED
from pricing.shell.service.page.month import Month
from pricing.terms import Terms
from pricing.wordings import describe_adjuster, describe_allowance

_CREDIT: Final = "credit/"


class Field(NamedTuple):
    """A running total: its field's name, its own name, its label, why it counts, what was typed and what is wrong."""

    name: str
    total: str
    label: str
    why: str
    typed: str
    fault: str


class MonthView(NamedTuple):
    """What to ask for, since when, and what was typed of totals that do not count here, by their fields' names."""

    fields: tuple[Field, ...]
    since: str
    kept: tuple[tuple[str, str], ...]

    @property
    def has_credits(self) -> bool:
        """Whether what was used of a credit is asked for: all of it since the grant, and not of the month alone."""
        return any(field.total.startswith(_CREDIT) for field in self.fields)

    @property
    def unsaid(self) -> int:
        """The number, from 1, of the first field that nobody filled in; 0 for none."""
        return next((number for number, field in enumerate(self.fields, start=1) if not field.typed), 0)


def show_month(answer: Answer) -> MonthView | None:
    """What the page asks of the month; `None` where nobody knows whose terms count, so that all stays as it was."""
    month, sale, typed = answer.month, answer.sale, answer.question.consumed
    if sale is None:
        return None
    fields = () if month is None else tuple(_draw(month, typed))
    asked = [field.name for field in fields]
    kept = tuple((CONSUMED + name, text) for name, text in typed.items() if CONSUMED + name not in asked)
    return MonthView(fields, _since(sale.at, month.terms.zone if month else None), kept)


def _draw(month: Month, typed: Mapping[str, str]) -> Iterator[Field]:
    terms = month.terms
    for name in terms.counters:
        why, fault = "; ".join(_reasons(terms, name)), month.faults.get(name)
        label = _label(name, terms.currency)
        yield Field(CONSUMED + name, name, label, why, typed.get(name, ""), fault.reason if fault else "")


def _label(total: str, currency: str) -> str:
    """What the total is of, and its unit."""
    if total == SPEND:
        return f"Spend, {currency}"
    if total.startswith(_CREDIT):
        return f"Credit {total.removeprefix(_CREDIT)} used, {currency}"
    meter, *names = total.split("/")
    unit = next((f"{known.unit}s" for known in METERS.values() if known.id == meter), "units")
    at = f" at {', '.join(names).replace('-clips', ' clips')}" if names else ""
    return f"{meter.replace('_', ' ').removesuffix(f' {unit}').capitalize()}{at}, {unit}"


def _reasons(terms: Terms, total: str) -> Iterator[str]:
    """What of the terms looks at the total."""
    schemes = (scheme for rate in terms.rates.values() for scheme in (rate.scheme, rate.list_scheme))
    if any(isinstance(scheme, Ladder) and scheme.counter == total for scheme in schemes):
        yield "prices go by bands of it"
    yield from (describe_allowance(one) for one in terms.allowances if one.counter == total)
    yield from (describe_adjuster(one, terms.currency) for one in terms.adjusters if one.counter == total)


def _since(at: datetime, zone: str | None) -> str:
    """When the month began that the instant lies in, as the terms' zone has it."""
    if zone is None:
        return "the calendar month"
    return f"{at.astimezone(ZoneInfo(zone)).replace(day=1).date().isoformat()}, 00:00 {zone}"
