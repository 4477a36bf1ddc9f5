"""Lines that look at the month: each counts for those after it, allowances take the first units, lists ignore both."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import pytest

from pricing import Quote, parse_catalogue, quote
from pricing.conditions import Allowed
from pricing.keys import EntryKey
from pricing.lines import MissingRateError, counts, find_allowance
from pricing.schemes import Span
from tests.contracting import agreement_text, table
from tests.oracle import Row
from tests.quoting import ON, atlas, lengths, reading_of, unlimited
from tests.terms import FIRST_DAY, HEAD, card_toml, instant, resolved, resolved_in, terms_of
from wan_rules import HOSTS, Host, validate

OUTPUT: Final = "output_video_seconds"
FREE: Final[Row] = {"kind": "allowance", "meter": OUTPUT, "units": "100"}


def quoted(
    rows: list[Row],
    before: Mapping[str, str],
    *seconds: str,
    entry: Row | None = None,
    host: Host = HOSTS["atlas"],
    clips: int | None = None,
    resolution: str = "720P",
) -> Quote:
    """5 s of 720P at 0.10 a second for acme, with clips of these lengths, after what was used before."""
    terms = terms_of({} if entry else {"720P": "0.10"})
    added = f"[[entry]]\nfrom = 2026-01-01\n{table(entry)}" if entry else ""
    files = {"catalogue.toml": HEAD, "card.toml": card_toml(terms, zone="UTC") + added}
    files["acme.toml"] = agreement_text(rows, zone="UTC")
    asked = atlas(clips=len(seconds) if clips is None else clips, resolution=resolution)
    valid = validate(reading_of(host, asked, lengths(*seconds)))
    consumed = {name: Decimal(total) for name, total in before.items()}
    return quote(valid, resolved_in(parse_catalogue(files), ON), instant(ON), consumed)


def amounts(found: Quote) -> list[tuple[str, str | None]]:
    return [(str(line.amount_min), None if line.amount is None else str(line.amount)) for line in found.lines]


def ends(found: Quote) -> Span:
    return Span(found.total_min, found.total)


BANDS: Final[Row] = {
    "meter": OUTPUT,
    "model": "graduated",
    "bands": '[{ up_to = "100", price = "0.10" }, { price = "0.05" }]',
}


def test_each_line_counts_for_those_after_it() -> None:
    """5 s end at 98; of a clip of 4 s, priced by the same meter, 2 are at 0.10 and 2 at 0.05."""
    found = quoted([], {OUTPUT: "93"}, "4", entry=BANDS)
    assert [line.amount for line in found.lines] == [Decimal("0.50"), Decimal("0.30")]
    assert [[(share.quantity, share.unit_price) for share in line.shares] for line in found.lines] == [
        [(Decimal(5), Decimal("0.10"))],
        [(Decimal(2), Decimal("0.10")), (Decimal(2), Decimal("0.05"))],
    ]


def test_an_allowance_takes_the_first_units_and_the_list_none() -> None:
    """After 97 the output has 3 s free and 2 at 0.10; the clip none of its 4."""
    found = quoted([FREE], {OUTPUT: "97"}, "4")
    assert [line.amount for line in found.lines] == [Decimal("0.20"), Decimal("0.40")]
    assert [line.list_amount for line in found.lines] == [Decimal("0.50"), Decimal("0.40")]
    assert [line.quantity.used for line in found.lines] == [Span(Decimal(5), Decimal(5)), Span(Decimal(4), Decimal(4))]


@pytest.mark.parametrize(
    ("before", "least", "most"),
    [
        pytest.param({OUTPUT: "0"}, "0", "0", id="all-included"),
        pytest.param({OUTPUT: "95"}, "0", "0", id="to-the-end"),
        pytest.param({OUTPUT: "95.000001"}, "0.0000001", "0.0000001", id="a-microsecond-beyond"),
        pytest.param({OUTPUT: "100"}, "0.5", "0.5", id="none-left"),
        pytest.param({}, "0", "0.5", id="nobody-knows"),
    ],
)
def test_what_an_allowance_leaves(before: dict[str, str], least: str, most: str) -> None:
    assert ends(quoted([FREE], before)) == Span(Decimal(least), Decimal(most))


def test_an_allowance_of_a_clip_that_nothing_limits() -> None:
    """5 s and a clip of any length, after 97: 2 s of the output at 0.10 at the least."""
    found = quoted([FREE], {OUTPUT: "97"}, clips=1, host=unlimited("atlas"))
    assert (found.kind, ends(found)) == ("unbounded", Span(Decimal("0.20"), None))


def test_units_are_counted_before_allowances() -> None:
    """The first 100 are included, and count in the ladder: unit 101 is the first at 0.05."""
    found = quoted([FREE], {OUTPUT: "98"}, entry=BANDS)
    assert found.total == 3 * Decimal("0.05")
    assert found.priced.charged.list_total == 2 * Decimal("0.10") + 3 * Decimal("0.05")


def test_an_allowance_before_packages() -> None:
    """After 98 3 s are charged for: a package of 2 and one that was begun."""
    package: Row = {"meter": OUTPUT, "model": "package", "size": "2", "price": "0.30"}
    found = quoted([FREE], {OUTPUT: "98"}, entry=package)
    (line,) = found.lines
    assert (line.unit, line.quantity.pricing, line.amount) == ("2 seconds", Decimal(2), Decimal("0.60"))
    assert (line.quantity.used, line.list_amount) == (Span(Decimal(5), Decimal(5)), 3 * Decimal("0.30"))


def test_packages_of_a_clip_that_nothing_limits() -> None:
    package: Row = {"meter": OUTPUT, "model": "package", "size": "2", "price": "0.30"}
    found = quoted([], {}, clips=1, host=unlimited("atlas"), entry=package)
    assert amounts(found) == [("0.90", "0.90"), ("0.00", None)]
    assert found.lines[1].quantity.pricing is None


def test_spend_counts_from_line_to_line() -> None:
    """After 99.70 the output takes 0.50 at 0.10, and the clip begins beyond 100: at 0.05."""
    bands = BANDS | {"by": "spend", "model": "volume"}
    found = quoted([], {"spend": "99.70"}, "4", entry=bands)
    assert [line.amount for line in found.lines] == [Decimal("0.50"), Decimal("0.20")]


def test_a_total_that_nobody_says_is_anything() -> None:
    """At the most nothing was used: 5 x 0.10; at the least more than all bands: 5 x 0.05."""
    found = quoted([], {}, entry=BANDS)
    assert (found.kind, ends(found), found.consumed_before) == ("bounded", Span(Decimal("0.25"), Decimal("0.50")), ())


def test_totals_that_nothing_looks_at_are_left_out() -> None:
    found = quoted([FREE], {OUTPUT: "1", "spend": "7", "other": "8"})
    assert found.consumed_before == ((OUTPUT, Decimal(1)),)


def test_a_line_of_an_own_price_has_no_list_amount() -> None:
    row: Row = {"kind": "override", "meter": OUTPUT, "resolution": "1080P", "price": "0.2"}
    found = quoted([row, FREE], {OUTPUT: "100"}, resolution="1080P")
    assert (found.lines[0].amount, found.lines[0].list_amount) == (Decimal("1.0"), None)


@pytest.mark.parametrize(
    ("counter", "key", "is_counted"),
    [
        pytest.param(OUTPUT, EntryKey(OUTPUT, "720P"), True, id="any-tier"),
        pytest.param(f"{OUTPUT}/720P", EntryKey(OUTPUT, "720P", "9:16"), True, id="its-tier"),
        pytest.param(f"{OUTPUT}/1080P", EntryKey(OUTPUT, "720P"), False, id="another-tier"),
        pytest.param("requests", EntryKey(OUTPUT, "720P"), False, id="another-meter"),
        pytest.param("spend", EntryKey(OUTPUT, "720P"), False, id="money"),
        pytest.param(f"{OUTPUT}/720P/9:16/yes", EntryKey(OUTPUT, "720P", "9:16", "yes"), True, id="all-that-it-names"),
    ],
)
def test_which_running_totals_a_quantity_counts_in(counter: str, key: EntryKey, *, is_counted: bool) -> None:
    assert counts(counter, key) is is_counted


def test_of_two_allowances_the_one_that_names_more_counts() -> None:
    general = Allowed(EntryKey(OUTPUT), Decimal(1), OUTPUT, "a:term/0")
    exact = Allowed(EntryKey(OUTPUT, "720P"), Decimal(2), f"{OUTPUT}/720P", "a:term/1")
    assert find_allowance((general, exact), EntryKey(OUTPUT, "720P")) is exact
    assert find_allowance((exact, general), EntryKey(OUTPUT, "1080P")) is general
    assert find_allowance((exact,), EntryKey(OUTPUT, "1080P")) is None


PACKAGE: Final[Row] = {"meter": OUTPUT, "model": "package", "size": "2", "price": "0.30"}
HALF: Final[Row] = {"kind": "discount", "percent": "50"}


@pytest.mark.parametrize(
    ("entry", "paid", "listed"),
    [
        pytest.param(None, ("0.05", "1.5"), ("0.1", "3"), id="by-the-second"),
        pytest.param(PACKAGE, ("0.15", "2.25"), ("0.3", "4.5"), id="by-packages"),
    ],
)
def test_both_ends_of_a_line_have_a_list_amount(
    entry: Row | None, paid: tuple[str, str], listed: tuple[str, str]
) -> None:
    """A clip of 1 to 30 s, at half the list price; a package is of 2 s."""
    found = quoted([HALF], {}, clips=1, entry=entry)
    output, clip = found.lines
    assert (clip.amount_min, clip.amount) == (Decimal(paid[0]), Decimal(paid[1]))
    assert (clip.list_amount_min, clip.list_amount) == (Decimal(listed[0]), Decimal(listed[1]))
    assert output.list_amount is not None
    assert found.priced.charged.list_total == output.list_amount + Decimal(listed[1])
    assert found.priced.charged.list_total_min == output.list_amount + Decimal(listed[0])


def test_what_packages_are_charged_for_is_used_in_seconds() -> None:
    found = quoted([], {}, "4.5", entry=PACKAGE)
    assert [line.quantity.pricing for line in found.lines] == [3, 3]
    assert [found.consumed(line) for line in found.lines] == [(5, 5), (Decimal("4.5"), Decimal("4.5"))]


def test_spend_that_is_known_stays_known_from_line_to_line() -> None:
    found = quoted([], {"spend": "10"}, "4", entry=BANDS | {"by": "spend", "model": "volume"})
    assert (found.kind, found.total) == ("exact", 9 * Decimal("0.10"))


def test_a_line_that_nothing_bounds_is_not_rounded() -> None:
    terms = terms_of({})
    terms["entries"] = [{"from": FIRST_DAY, "meter": OUTPUT, "model": "package", "size": "2", "price": "0.333"}]
    terms["rounding"] = [{"from": FIRST_DAY, "quantum": "0.01", "mode": "up", "place": "line"}]
    valid = validate(reading_of(unlimited("atlas"), atlas(clips=1)))
    output, clip = quote(valid, resolved(terms, ON), instant(ON)).lines
    assert (output.amount, clip.amount, clip.amount_min) == (Decimal("1.00"), None, Decimal(0))


def test_a_missing_price_is_named() -> None:
    error = MissingRateError(EntryKey(OUTPUT, "720P"))
    assert (str(error), error.key) == ("no price for output_video_seconds at 720P", EntryKey(OUTPUT, "720P"))


PER_TEN: Final[Row] = {"meter": OUTPUT, "model": "package", "size": "10", "price": "1"}


def test_one_of_both_prices_may_be_a_package() -> None:
    """5 s are one package of 10 s at 1, or 5 at 0.10: whichever of them the card asks, and whichever is agreed."""
    (own,) = quoted([{"kind": "override", "meter": OUTPUT, "price": "0.10"}], {}, entry=PER_TEN).lines
    assert (own.amount, own.list_amount, own.unit) == (5 * Decimal("0.10"), Decimal(1), "second")
    (packed,) = quoted([{"kind": "override", **PER_TEN}], {}).lines
    assert (packed.amount, packed.list_amount, packed.unit) == (Decimal(1), 5 * Decimal("0.10"), "10 seconds")
    (both,) = quoted([], {}, entry=PER_TEN).lines
    assert (both.amount, both.list_amount) == (Decimal(1), Decimal(1))


def test_packages_are_of_what_the_card_makes_of_the_clips() -> None:
    """4.5 s are three packages of 2 s."""
    found = quoted([], {}, "4.5", entry=PACKAGE)
    clip = found.lines[1].quantity
    assert (clip.pricing, clip.packed) == (Decimal(3), Span(Decimal("4.5"), Decimal("4.5")))
