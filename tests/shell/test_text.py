"""The rows of a charge: how much of what was used is charged for, and how it makes up the packages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pricing import quote
from pricing.shell.text import line_row
from tests.oracle import Row
from tests.quoting import ON, atlas, lengths, per_unit, reading_of
from tests.terms import FIRST_DAY, instant, resolved, terms_of
from wan_rules import validate

CLIPS = "reference_video_seconds"
PACKAGE: Row = {
    "from": FIRST_DAY,
    "model": "package",
    "meter": CLIPS,
    "resolution": "any",
    "size": "10",
    "price": "0.5",
}
INCLUDED: Row = {"kind": "allowance", "meter": CLIPS, "units": "10"}


def row_of_clip(entry: Row, rule: Row, agreement: list[Row]) -> tuple[str, str, str, str]:
    """The row of a clip of 17 s, at prices of its own."""
    terms = terms_of({"720P": "0.1"}, rule={"priced_as": "own"} | rule, agreement=agreement)
    terms["entries"].append(entry)
    valid = validate(reading_of("atlas", atlas(clips=1), lengths("17")))
    found = quote(valid, resolved(terms, ON), instant(ON), {CLIPS: Decimal(0)})
    (line,) = (line for line in found.lines if line.quantity.meter == CLIPS)
    return line_row(line, found.consumed(line), "USD")


@pytest.mark.parametrize(
    ("rule", "agreement", "used", "packages", "amount"),
    [
        pytest.param({}, [], "17", "2 packages", 2 * Decimal("0.50"), id="whole"),
        pytest.param({"cap_total_s": "5"}, [], "5 of 17", "1 package", 1 * Decimal("0.50"), id="capped"),
        pytest.param({}, [INCLUDED], "7 of 17", "1 package", 1 * Decimal("0.50"), id="less-what-is-included"),
        pytest.param({"cap_total_s": "5"}, [INCLUDED], "0 of 17", "0 packages", 0 * Decimal("0.50"), id="both"),
    ],
)
def test_packages_are_of_what_is_charged_for(
    rule: Row, agreement: list[Row], used: str, packages: str, amount: Decimal
) -> None:
    found = row_of_clip(PACKAGE, rule, agreement)
    assert found == ("reference video 720P", used, f"seconds = {packages} of 10 seconds x 0.50", f"{amount:f}")


@pytest.mark.parametrize(
    ("rule", "agreement", "used", "amount"),
    [
        pytest.param({}, [], "17", 17 * Decimal("0.10"), id="whole"),
        pytest.param({"cap_total_s": "5"}, [], "5 of 17", 5 * Decimal("0.10"), id="capped"),
        pytest.param({}, [INCLUDED], "7 of 17", 7 * Decimal("0.10"), id="less-what-is-included"),
    ],
)
def test_seconds_are_those_charged_for(rule: Row, agreement: list[Row], used: str, amount: Decimal) -> None:
    found = row_of_clip(per_unit(CLIPS, "any", "0.1"), rule, agreement)
    assert found == ("reference video 720P", used, "seconds x 0.10", f"{amount:f}")
