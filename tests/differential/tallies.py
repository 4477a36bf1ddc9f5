"""How cases spread, over hosts, reasons, charge models, adjustments and more: so that one sees what was tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pricing.schemes import Ladder, Package
from pricing.usage import UsageRow
from tests.differential.comparing import Answers, is_wider
from tests.differential.ways import Tabled
from tests.scalar_rating import Priced

Tally = Counter[str]
HEADS: Final = {
    "host": "cases by host",
    "outcome": "what they came to",
    "way": "how tables charged the rated ones",
    "line": "lines",
    "model": "what priced a line",
    "added": "adjustments that changed a total",
    "rounded": "amounts rounded as the card says",
    "currency": "currencies",
    "end": "how rated jobs ended",
    "clips": "reference clips of rated rows",
}


def tally(row: UsageRow, answers: Answers) -> Iterator[str]:
    """What is counted of one case, as `head/word`."""
    scalar, tables, _ = answers
    yield f"host/{row.host}"
    if is_wider(answers):
        yield "outcome/of these wider than both ends"
    if not isinstance(scalar, Priced) or not isinstance(tables, Tabled):
        yield f"outcome/{scalar if isinstance(scalar, str) else 'rated'}"
        return
    yield "outcome/rated"
    yield f"way/{tables.way}"
    yield f"currency/{scalar.pricing.terms.currency}"
    yield f"end/{row.status}"
    yield f"clips/{'as billed' if row.clips_s is None else len(row.clips_s)}"
    if (rounding := scalar.pricing.terms.rounding) is not None:
        yield f"rounded/{rounding.place}, {rounding.mode}"
    for line in scalar.charged.lines:
        yield f"line/{line.quantity.meter}"
        yield f"model/{_name_model(line.rate.scheme, is_free=not line.rate.contracted_unit_price)}"
        if line.rate.is_own:
            yield "model/of these by an agreement's override"
    for one in scalar.charged.adjustments:
        yield f"added/{one.kind}"


def _name_model(scheme: object, *, is_free: bool) -> str:
    if isinstance(scheme, Ladder):
        return f"{scheme.model} by {scheme.by}"
    return "package" if isinstance(scheme, Package) else "free" if is_free else "per unit"


def tell(found: Tally) -> Iterator[str]:
    """The counts in words, a line for each kind."""
    for head, said in HEADS.items():
        words = {name.partition("/")[2]: number for name, number in found.items() if name.startswith(f"{head}/")}
        several = ", ".join(f"{word} {number:,}" for word, number in sorted(words.items(), key=lambda pair: -pair[1]))
        yield f"{said}: {several or 'none'}"
