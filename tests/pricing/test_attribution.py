"""One defect at a time: the cause, the detail and the money that attribution finds, each worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple, Unpack

import pytest

from pricing.attribution import Attributor, Context
from pricing.candidates import Workshop
from pricing.cases import Version
from pricing.catalogue import Catalogue, Market
from pricing.invoices import Expected, Invoiced, Matched, Unrated
from pricing.money import EXACT
from pricing.reconciliations import Tolerance
from pricing.resolution import find_changes, resolve
from pricing.searches import Found, Question, search
from pricing.term_alternatives import _differing
from tests.backtesting import row
from tests.reconciling import ENDS, NOVEMBER, PRICES, Said, billed, books, compared, entry, told, used

D = Decimal
BARE: Final = books()
DISCOUNT: Final = 'kind = "discount"\npercent = "10"'
REBATE: Final = 'kind = "rebate"\namount = "0.05"'
AGREED: Final = books(DISCOUNT, REBATE)
OCTOBER: Final = "2026-10-31T23:00:00Z"


def clips(rule: str) -> Catalogue:
    """A card with that rule for clips."""
    return books(clips=f"[[reference_video]]\nfrom = 2026-01-01\n{rule}\n")


class Defect(NamedTuple):
    """A row, what is invoiced for it, and the breaks that come of it."""

    name: str
    catalogue: Catalogue
    row: dict[str, object]
    amount: Decimal
    breaks: list[tuple[str, str, Decimal]]
    line: Said = {}  # noqa: RUF012 - never changed


THREE: Final[dict[str, object]] = {"clips_s": [4, 4, 3]}
DEFECTS: Final = (
    Defect("agrees", BARE, {}, 10 * D("0.13"), []),
    Defect("failed-full", BARE, {"status": "failed"}, 10 * D("0.13"), [("status", "full", 10 * D("0.13"))]),
    Defect(
        "rendered-full",
        BARE,
        {"status": "failed_upscaling", "resolution": "1080P-SR"},
        10 * D("0.23"),
        [("status", "full", 10 * (D("0.23") - D("0.13")))],
    ),
    Defect("full-free", BARE, {"status": "canceled"}, D(0), [("status", "free", -10 * D("0.13"))]),
    Defect("succeeded-free", BARE, {}, D(0), [("status", "free", -10 * D("0.13"))]),
    Defect("uncapped", BARE, THREE, 21 * D("0.13"), [("quantity", "clips uncapped", 6 * D("0.13"))]),
    Defect("not-billed", BARE, THREE, 10 * D("0.13"), [("quantity", "clips not billed", -5 * D("0.13"))]),
    Defect(
        "capped-each",
        clips('billed = "yes"\ncap_total_s = "5"'),
        {"clips_s": [7, 3]},
        18 * D("0.13"),
        [("quantity", "clips capped each", 3 * D("0.13"))],
    ),
    Defect(
        "capped-in-total",
        clips('billed = "yes"\ncap_per_clip_s = "5"'),
        {"clips_s": [7, 3]},
        15 * D("0.13"),
        [("quantity", "clips capped in total", -3 * D("0.13"))],
    ),
    Defect(
        "not-cut",
        clips('billed = "yes"\ncap_total_s = "6"\ncuts_s = ["5", "2.5"]'),
        {"clips_s": [4, 4]},
        16 * D("0.13"),
        [("quantity", "clips not cut", 1 * D("0.13"))],
    ),
    Defect(
        "cut-by-references",
        clips('billed = "yes"\ncuts_s = ["5", "2.5", "1.65"]'),
        {"clips_s": [4, 4], "references": 3},
        (10 + 2 * D("1.65")) * D("0.13"),
        [("quantity", "clips counted otherwise", 2 * (D("1.65") - D("2.5")) * D("0.13"))],
    ),
    Defect(
        "without-minimum",
        clips('billed = "yes"\nminimum_s = "4"'),
        {"clips_s": [3]},
        13 * D("0.13"),
        [("quantity", "clips without minimum", -1 * D("0.13"))],
    ),
    Defect(
        "not-rounded",
        clips('billed = "yes"\nround_to_s = "1"'),
        {"clips_s": ["2.5"]},
        D("12.5") * D("0.13"),
        [("quantity", "clips not rounded", D("-0.5") * D("0.13"))],
    ),
    Defect(
        "each-rounded",
        clips('billed = "yes"\nround_to_s = "1"'),
        {"clips_s": ["2.1", "2.1"]},
        16 * D("0.13"),
        [("quantity", "each clip rounded up", 1 * D("0.13"))],
    ),
    Defect(
        "billed-though-not",
        clips('billed = "no"\ncap_total_s = "5"'),
        THREE,
        15 * D("0.13"),
        [("quantity", "clips billed", 5 * D("0.13"))],
    ),
    Defect(
        "billed-whole",
        clips('billed = "no"\ncap_total_s = "5"'),
        THREE,
        21 * D("0.13"),
        [("quantity", "clips billed whole", 11 * D("0.13"))],
    ),
    Defect(
        "billed-clips",
        BARE,
        {"billed_clips_s": "5", "clips_s": None},
        10 * D("0.13"),
        [("quantity", "clips not billed", -5 * D("0.13"))],
    ),
    Defect(
        "rounded-up",
        BARE,
        {"duration_s": "7.2"},
        8 * D("0.13"),
        [("quantity", "output rounded up", D("0.8") * D("0.13"))],
    ),
    Defect(
        "stated-quantity",
        BARE,
        {},
        12 * D("0.13"),
        [("quantity", "invoice quantity", 2 * D("0.13"))],
        {"quantity": "12", "meter": "output_video_seconds"},
    ),
    Defect("old-price", BARE, {}, 10 * D("0.11"), [("card_version", "until 2026-11-01", 10 * D("-0.02"))]),
    Defect("next-price", BARE, {}, 10 * D("0.17"), [("card_version", "from 2026-12-01", 10 * D("0.04"))]),
    Defect(
        "no-discount",
        AGREED,
        {},
        10 * D("0.13") - D("0.05"),
        [("adjustment", "without acme:term/0", 10 * D("0.013"))],
    ),
    Defect("no-rebate", AGREED, {}, 10 * D("0.117"), [("adjustment", "without acme:term/1", D("0.05"))]),
    Defect("list-price", AGREED, {}, 10 * D("0.13"), [("adjustment", "list price", D("0.18"))]),
    Defect(
        "no-card-minimum",
        books(card=PRICES + '[[entry]]\nfrom = 2026-01-01\nmodel = "minimum"\namount = "2"\n'),
        {},
        10 * D("0.13"),
        [("adjustment", "without atlas:minimum/any@2026-01-01", 10 * D("0.13") - 2)],
    ),
    Defect(
        "rendered-tier",
        BARE,
        {"resolution": "1080P-SR"},
        10 * D("0.13"),
        [("rate", "rendered tier 720P", 10 * (D("0.13") - D("0.23")))],
    ),
    Defect("other-tier", BARE, {}, 10 * D("0.31"), [("rate", "tier 1440P-SR", 10 * D("0.18"))]),
    Defect(
        "clips-at-the-rendered-tier",
        BARE,
        {**THREE, "resolution": "1080P-SR"},
        10 * D("0.23") + 5 * D("0.13"),
        [("rate", "clips priced as render", 5 * (D("0.13") - D("0.23")))],
    ),
    Defect(
        "stated-price",
        BARE,
        {},
        10 * D("0.15"),
        [("rate", "invoice unit price", 10 * D("0.02"))],
        {"unit_price": "0.15", "meter": "output_video_seconds"},
    ),
    Defect(
        "rounded-to-cents",
        BARE,
        {"duration_s": "7.21"},
        D("0.94"),
        [("rounding", "minor unit", D("0.94") - D("7.21") * D("0.13"))],
    ),
    Defect(
        "rounding-of-the-card",
        books(more=ENDS + '[[rounding]]\nfrom = 2026-01-01\nquantum = "0.1"\nmode = "down"\nplace = "quote"\n'),
        {"duration_s": "7"},
        D("0.91"),
        [("rounding", "not rounded", D("0.01"))],
    ),
    Defect(
        "rounded-otherwise",
        books(more=ENDS + '[[rounding]]\nfrom = 2026-01-01\nquantum = "0.1"\nmode = "down"\nplace = "quote"\n'),
        {"duration_s": "7"},
        D("1.0"),
        [("rounding", "the row rounded up", D("0.1"))],
    ),
    Defect("unknown", BARE, {}, D("77.77"), [("unknown", "unexplained", D("77.77") - 10 * D("0.13"))]),
    Defect(
        "a-pair",
        BARE,
        THREE,
        21 * D("0.11"),
        [("quantity", "clips uncapped", 6 * D("0.13")), ("card_version", "until 2026-11-01", 21 * D("-0.02"))],
    ),
    Defect(
        "explained-and-rounded",
        BARE,
        {"duration_s": "7.21"},
        D("0.79"),
        [
            ("card_version", "until 2026-11-01", D("7.21") * D("-0.02")),
            ("rounding", "minor unit", D("0.79") - D("7.21") * D("0.11")),
        ],
    ),
    Defect(
        "both-stated",
        BARE,
        {},
        12 * D("0.15"),
        [("quantity", "invoice quantity", 2 * D("0.13")), ("rate", "invoice unit price", 12 * D("0.02"))],
        {"quantity": "12", "unit_price": "0.15"},
    ),
    Defect(
        "both-stated-and-no-rebate",
        AGREED,
        {},
        12 * D("0.15"),
        [
            ("quantity", "invoice quantity", 2 * D("0.117")),
            ("adjustment", "without acme:term/1", D("0.05")),
            ("rate", "invoice unit price", 12 * (D("0.15") - D("0.117"))),
        ],
        {"quantity": "12", "unit_price": "0.15"},
    ),
    Defect(
        "both-stated-and-more",
        BARE,
        {},
        D("9.99"),
        [
            ("quantity", "invoice quantity", 2 * D("0.13")),
            ("rate", "invoice unit price", 12 * D("0.02")),
            ("unknown", "unexplained", D("9.99") - 12 * D("0.15")),
        ],
        {"quantity": "12", "unit_price": "0.15"},
    ),
    Defect(
        "stated-off-the-mark",
        BARE,
        {},
        D("0.01"),
        [("unknown", "unexplained", D("0.01") - 10 * D("0.13"))],
        {"quantity": "12", "unit_price": "0.15"},
    ),
    Defect(
        "clips-never-expected",
        clips('billed = "no"'),
        {},
        D("3.3"),
        [("quantity", "invoice quantity", D("3.3") - 10 * D("0.13"))],
        {"quantity": "4", "unit_price": "0.5", "meter": "reference_video_seconds"},
    ),
)


@pytest.mark.parametrize("defect", [pytest.param(each, id=each.name) for each in DEFECTS])
def test_one_defect(defect: Defect) -> None:
    expected = used(defect.catalogue, **defect.row)
    found = compared(defect.catalogue, expected, billed(str(defect.amount), **defect.line))
    assert told(found) == defect.breaks
    assert found.tolerated == {}


def test_the_evidence_says_both_sums() -> None:
    (found,) = compared(BARE, used(BARE), billed("1.10")).breaks
    assert found.part.evidence == (
        "10 s x 0.11 = 1.10 USD at the terms in force until 2026-11-01; 10 s x 0.13 = 1.30 USD expected"
    )
    assert found.expected == 10 * D("0.13")
    assert found.invoiced == D("1.10")
    assert found.subject[:3] == (("job-1",), ("line-1",), "task_id")
    assert found.subject.account == "acme"
    assert found.subject.resolution == "720P"


def test_what_else_would_explain_it_stands_beside() -> None:
    catalogue = books('kind = "discount"\npercent = "50"', card=PRICES.replace("0.11", "0.26"))
    (found,) = compared(catalogue, used(catalogue), billed("1.30")).breaks
    assert (found.part.cause, found.part.also) == ("card_version", ("adjustment: without acme:term/0",))


def test_what_the_line_states_decides_between_two_explanations() -> None:
    catalogue = books(card=PRICES.replace('"0.19"', '"0.26"'))
    row = used(catalogue, clips_s=[10])
    twenty = billed("2.60", quantity="20", unit_price="0.13")
    assert told(compared(catalogue, used(catalogue), billed("2.60"))) == [("rate", "tier 1080P", 10 * D("0.13"))]
    assert told(compared(catalogue, row, twenty)) == [("quantity", "clips uncapped", 5 * D("0.13"))]
    tier = billed("2.60", resolution="1080P")
    assert told(compared(catalogue, used(catalogue), tier)) == [("rate", "tier 1080P", 10 * D("0.13"))]
    contradicted = billed("1.10", quantity="10", unit_price="0.19", meter="output_video_seconds")
    assert told(compared(BARE, used(BARE), contradicted))[0][:2] == ("card_version", "until 2026-11-01")


def test_a_line_that_counts_itself_states_no_seconds() -> None:
    line = billed("1.10", quantity="1", unit_price="1.10")
    assert told(compared(BARE, used(BARE), line)) == [("card_version", "until 2026-11-01", 10 * D("-0.02"))]


def test_lines_of_two_meters_are_read_together() -> None:
    row = used(BARE, clips_s=[4, 4, 3])
    output = billed("1.30", line="a", meter="output_video_seconds", quantity="10", unit_price="0.13")
    clips_line = billed("1.32", line="b", meter="reference_video_seconds", quantity="11", unit_price="0.12")
    assert told(compared(BARE, row, (output, clips_line))) == [
        ("quantity", "clips uncapped", 6 * D("0.13")),
        ("rate", "invoice unit price", 11 * D("-0.01")),
    ]


def test_absurd_numbers_on_a_line_are_left_alone() -> None:
    line = billed("1", quantity="9" * 38, unit_price="0." + "3" * 38)
    assert told(compared(BARE, used(BARE), line)) == [("unknown", "unexplained", 1 - 10 * D("0.13"))]


def _twice(amount: str, **more: Unpack[Said]) -> tuple[Invoiced, Invoiced]:
    return billed(amount, line="a", **more), billed(amount, line="b", **more)


def test_the_same_line_again_is_a_duplicate() -> None:
    found = compared(BARE, used(BARE), _twice("1.30", quantity="10", unit_price="0.13"))
    assert told(found) == [("duplicate", "invoice line", 10 * D("0.13"))]
    assert "b: the same as another line" in found.breaks[0].part.evidence
    found = compared(BARE, used(BARE), _twice("1.10"))
    assert told(found) == [
        ("duplicate", "invoice line", 10 * D("0.11")),
        ("card_version", "until 2026-11-01", 10 * D("-0.02")),
    ]


def test_a_task_that_is_billed_again_at_another_price_is_a_duplicate() -> None:
    first, again = (billed(amount, line=line, task_id="job-1") for amount, line in (("1.30", "a"), ("1.10", "b")))
    found = compared(BARE, used(BARE), (first, again))
    assert told(found) == [("duplicate", "billed again", 10 * D("0.11"))]
    assert found.breaks[0].part.evidence == "b: job-1 is billed in full without it, 1.10 USD too much"
    later = again._replace(amount=D("1.30"), at=NOVEMBER[1])
    assert told(compared(BARE, used(BARE), (first, later))) == [("duplicate", "invoice line", 10 * D("0.13"))]
    other_meter = again._replace(meter="requests")
    assert told(compared(BARE, used(BARE), (first, other_meter)))[0][0] != "duplicate"


def test_two_equal_lines_that_make_up_one_row_are_no_duplicates() -> None:
    assert told(compared(BARE, used(BARE), _twice("0.65"))) == []
    assert told(compared(BARE, used(BARE), _twice("0.55"))) == [("card_version", "until 2026-11-01", 10 * D("-0.02"))]


def test_the_same_row_again_is_a_duplicate() -> None:
    rows = (used(BARE), used(BARE))
    assert told(compared(BARE, rows, billed("1.30"))) == [("duplicate", "usage row", -10 * D("0.13"))]
    assert told(compared(BARE, rows, billed("2.20"))) == [("card_version", "until 2026-11-01", 20 * D("-0.02"))]


def test_rows_without_a_line_and_lines_without_a_row() -> None:
    many = tuple(used(BARE, id=f"job-{number}") for number in range(4))
    found = compared(BARE, many, ())
    assert told(found) == [("missing_on_invoice", "usage without a line", -40 * D("0.13"))]
    assert "job-0, job-1, job-2 and 1 more" in found.breaks[0].part.evidence
    four = tuple(billed("2", line=f"line-{number}", task_id=f"x{number}") for number in range(4))
    lines = (*four, four[0]._replace(line="again"))
    found = compared(BARE, (), lines)
    assert told(found) == [("missing_in_usage", "line without usage", D(8)), ("duplicate", "invoice line", D(2))]
    assert found.breaks[0].subject.task_ids == ("x0", "x1", "x2", "x3")
    assert found.breaks[0].subject.at is None


def test_usage_that_nothing_prices_leaves_its_line_unknown() -> None:
    lines = (billed("1.30"),)
    matched = Matched((), lines, "task_id", (Unrated(row(), "no price for 720P"),))
    (found,) = Attributor(Context(BARE)).attribute(matched).breaks
    assert found.part[:4] == ("unknown", "unrated usage", "USD", D("1.30"))
    assert found.part.evidence == "the usage can't be rated (job-1: no price for 720P)"
    many = tuple(Unrated(row(id=f"job-{number}"), "no price") for number in range(5))
    (found,) = Attributor(Context(BARE)).attribute(matched._replace(unrated=many)).breaks
    assert found.part.evidence.endswith("job-1: no price; job-2: no price; and 2 more)")
    beside = matched._replace(rows=(used(BARE, id="job-0"),), lines=(billed("9.99"),))
    (found,) = Attributor(Context(BARE)).attribute(beside).breaks
    assert found.part[:4] == ("unknown", "unrated usage", "USD", D("9.99") - 10 * D("0.13"))


def test_usage_of_another_time_is_expected_elsewhere() -> None:
    row = used(BARE, at=OCTOBER)
    found = compared(BARE, row, billed("1.10"), period=NOVEMBER)
    assert told(found) == [("timing", "outside the period", 10 * D("0.11"))]
    assert found.expected == {"USD": 0}
    assert told(compared(BARE, row, (), period=NOVEMBER)) == []
    found = compared(BARE, row, billed("1.30"), period=NOVEMBER)
    assert told(found) == [
        ("timing", "outside the period", 10 * D("0.11")),
        ("card_version", "from 2026-11-01", 10 * D("0.02")),
    ]
    failed = used(BARE, at=OCTOBER, status="failed")
    assert told(compared(BARE, failed, billed("1.10"), period=NOVEMBER)) == [("status", "full", 10 * D("0.11"))]


def test_without_a_period_the_lines_own_time_counts() -> None:
    line = billed("1.10", begin=NOVEMBER[0], until=NOVEMBER[1])
    assert told(compared(BARE, used(BARE, at=OCTOBER), line)) == [("timing", "outside the period", 10 * D("0.11"))]
    assert told(compared(BARE, used(BARE), line._replace(amount=D("1.30")))) == []


def test_a_row_of_another_time_that_no_line_bills_stays_away() -> None:
    rows = (used(BARE, id="old", at=OCTOBER), used(BARE))
    assert told(compared(BARE, rows, billed("1.30"), period=NOVEMBER)) == []
    assert told(compared(BARE, rows, billed("1.10"), period=NOVEMBER)) == [
        ("card_version", "until 2026-11-01", 10 * D("-0.02"))
    ]
    assert told(compared(BARE, rows[:1], billed("-3"), period=NOVEMBER)) == [("unknown", "unexplained", D(-3))]


def test_another_currency_is_two_parts() -> None:
    found = compared(BARE, used(BARE), billed("1.30", "EUR"))
    assert told(found) == [("currency", "same number", 10 * D("0.13")), ("currency", "same number", -10 * D("0.13"))]
    assert [each.part.currency for each in found.breaks] == ["EUR", "USD"]
    found = compared(BARE, used(BARE), billed("9.3", "CNY"))
    assert {each.part.detail for each in found.breaks} == {"other currency"}


EXCHANGE: Final = 'kind = "exchange"\ncurrency = "EUR"\nrate = "0.9"\ndate = 2026-01-01\nsource = "the bank"'


def test_an_exchange_that_the_catalogue_knows_is_named() -> None:
    catalogue = books(EXCHANGE, 'kind = "rebate"\namount = "1"\ncurrency = "USD"\nuntil = 2026-02-01')
    found = compared(catalogue, used(catalogue), billed("1.30", "USD"))
    assert told(found) == [
        ("currency", "known exchange", -10 * D("0.13") * D("0.9")),
        ("currency", "known exchange", D("1.30")),
    ]
    assert "exchanged at 0.9, as acme:term/0 says" in found.breaks[0].part.evidence
    elsewhere = used(catalogue, account="globex")  # acme's rate is none of its business
    found = compared(catalogue, elsewhere, billed("1.17", "EUR"))
    assert {each.part.detail for each in found.breaks} == {"other currency"}
    everybody = books(everyone=(EXCHANGE,))
    found = compared(everybody, used(everybody), billed("9" * 38, "USD"))
    assert {each.part.detail for each in found.breaks} == {"other currency"}
    (unexchanged,) = compared(catalogue, used(catalogue), billed("1.30", "EUR")).breaks
    assert unexchanged.part[:4] == ("currency", "not exchanged", "EUR", 10 * D("0.13") * D("0.1"))


CREDIT: Final = '[[credit]]\nfrom = 2026-01-01\nvalue = "0.5"\ncurrency = "USD"\n'


def test_credits_are_tied_by_their_worth() -> None:
    catalogue = books(card=PRICES + CREDIT, currency="tokens")
    found = compared(catalogue, used(catalogue), billed("0.65"))
    assert {each.part.detail for each in found.breaks} == {"known exchange"}


def test_lines_in_two_currencies() -> None:
    half = billed("0.65", "EUR", line="b")
    found = compared(BARE, used(BARE), (billed("0.65", line="a"), half))
    assert told(found) == [("currency", "same number", D("0.65")), ("currency", "same number", D("-0.65"))]
    found = compared(BARE, used(BARE), (billed("1.10", line="a"), half))
    assert told(found) == [("currency", "other currency", D("0.65")), ("card_version", "until 2026-11-01", D("-0.2"))]


def test_what_the_tolerance_allows_is_no_break() -> None:
    tolerances = {"USD": Tolerance(D("0.01"), D(0))}
    found = compared(BARE, used(BARE, duration_s="7.21"), billed("0.94"), tolerances=tolerances)
    assert (told(found), found.tolerated) == ([], {"USD": D("0.94") - D("7.21") * D("0.13")})
    found = compared(BARE, used(BARE, duration_s="7.21"), billed("0.79"), tolerances=tolerances)
    assert told(found) == [("card_version", "until 2026-11-01", D("7.21") * D("-0.02"))]
    assert found.tolerated == {"USD": D("0.79") - D("7.21") * D("0.11")}
    percent = {"USD": Tolerance(D(0), D(1))}
    assert told(compared(BARE, used(BARE), billed("1.313"), tolerances=percent)) == []
    assert len(told(compared(BARE, used(BARE), billed("1.314"), tolerances=percent))) == 1


def test_the_id_names_the_same_break_again() -> None:
    one, other = (compared(BARE, used(BARE), billed(amount)).breaks[0] for amount in ("1.10", "1.70"))
    again = compared(BARE, used(BARE), billed("1.10")).breaks[0]
    assert one.id == again.id != other.id
    assert len(one.id) == 16


def test_running_totals_stay_as_they_were() -> None:
    bands = 'bands = [{up_to = "100", price = "0.20"}, {price = "0.10"}]\n'
    ladder = '[[entry]]\nfrom = 2026-01-01\nmodel = "graduated"\nmeter = "output_video_seconds"\nresolution = "720P"\n'
    catalogue = books(DISCOUNT, card=ladder + bands)
    expected = used(catalogue, consumed_before={"output_video_seconds/720P": "95"})
    assert expected.total == (5 * D("0.20") + 5 * D("0.10")) * D("0.9")
    (found,) = compared(catalogue, expected, billed("1.50", quantity="10", unit_price="0.15")).breaks
    assert found.part[:4] == ("adjustment", "without acme:term/0", "USD", D("0.15"))
    assert found.part.evidence.startswith("1.50 for 10 s = 1.50 USD without the discount of 10 percent acme:term/0")


def test_versions_in_which_the_row_has_no_price_are_passed_over() -> None:
    ends = '[[unfinished]]\nfrom = 2026-11-01\ncanceled = "full"\n'
    catalogue = books(more=ends)
    canceled = used(catalogue, status="canceled")
    assert told(compared(catalogue, canceled, billed("1.10"))) == [("unknown", "unexplained", 10 * D("-0.02"))]
    early = books(card=PRICES.replace("2026-01-01", "2025-12-01"))
    assert told(compared(early, used(early), billed("1.10"))) == [("card_version", "until 2026-11-01", 10 * D("-0.02"))]
    abroad = books(f"{EXCHANGE}\nfrom = 2026-11-01T12:00:00Z")
    assert told(compared(abroad, used(abroad), billed("1.10", "EUR")))[0][0] == "unknown"
    (found,) = compared(abroad, used(abroad), billed("1.53", "EUR")).breaks
    assert (found.part.cause, found.part.detail) == ("card_version", "from 2026-12-01")


def test_the_nearest_versions_are_tried_that_differ() -> None:
    days = "".join(entry(f"2026-0{month}-01", "720P", f"0.0{month}") for month in (2, 3, 4, 5))
    catalogue = books(f"{DISCOUNT}\nfrom = 2026-11-01T06:00:00Z\nuntil = 2026-11-01T12:00:00Z", card=PRICES + days)
    row = used(catalogue)
    assert told(compared(catalogue, row, billed("1.17")))[0][1] == "until 2026-11-01T12:00:00Z"
    assert told(compared(catalogue, row, billed("0.50")))[0][1] == "until 2026-11-01"
    assert told(compared(catalogue, row, billed("0.40")))[0][0] == "unknown"
    elsewhere = used(catalogue, account="globex")
    assert told(compared(catalogue, elsewhere, billed("0.50")))[0][1] == "until 2026-11-01"


def test_terms_of_several_layers() -> None:
    catalogue = books(
        DISCOUNT, REBATE, everyone=('kind = "surcharge"\npercent = "20"', 'kind = "rebate"\namount = "0.01"')
    )
    row = used(catalogue)
    assert row.total == 10 * D("0.13") * D("1.2") * D("0.9") - D("0.05") - D("0.01")
    without = 10 * D("0.13") * D("0.9") - D("0.05")
    (found,) = compared(catalogue, row, billed(str(without))).breaks
    assert found.part[:2] == ("adjustment", "without everyone")
    alone = books(DISCOUNT, everyone=(REBATE,))
    (found,) = compared(alone, used(alone), billed("1.17")).breaks
    assert found.part[:2] == ("adjustment", "without everyone:term/0")


def test_what_can_not_be_without_a_term_is_no_explanation() -> None:
    own = 'kind = "override"\nmeter = "output_video_seconds"\nresolution = "720P"\nprice = "0.10"\ncurrency = "EUR"'
    catalogue = books(EXCHANGE, own)
    assert told(compared(catalogue, used(catalogue), billed("1.30", "EUR"))) == [("unknown", "unexplained", D("0.30"))]


def test_credits_have_no_minor_unit() -> None:
    catalogue = books(card=PRICES + CREDIT, currency="tokens")
    row = used(catalogue, duration_s="7.21")
    assert told(compared(catalogue, row, billed("0.94", "tokens")))[0][0] == "unknown"


def test_numbers_too_long_to_exchange() -> None:
    catalogue = books(EXCHANGE.replace("0.9", "0.123456789012"), card=entry("2026-01-01", "720P", "1"))
    found = compared(catalogue, used(catalogue), billed("9" * 50))
    assert {each.part.detail for each in found.breaks} == {"other currency"}


def test_what_terms_do_not_give_is_unknown() -> None:
    expected = used(books(more=ENDS.replace('canceled = "full"\n', "")))
    altered = expected._replace(row=row(status="canceled"))
    catalogue = books(more=ENDS.replace('canceled = "full"\n', ""))
    assert told(compared(catalogue, altered, billed("1.10"))) == [("unknown", "unexplained", D("-0.2"))]


def _many(count: int) -> tuple[Expected, ...]:
    return tuple(used(BARE, id=f"job-{number}", duration_s=number + 1) for number in range(count))


def test_one_line_for_many_rows() -> None:
    rows = _many(5)
    assert told(compared(BARE, rows, billed("1.95"))) == []
    assert told(compared(BARE, rows, billed("1.65"))) == [("card_version", "until 2026-11-01", 15 * D("-0.02"))]
    less = billed("1.56", quantity="12", meter="output_video_seconds")
    (found,) = compared(BARE, rows, less).breaks
    assert found.part[:2] == ("missing_on_invoice", "row of a sum")
    assert found.part.evidence == (
        "one of these rows, 3 s x 0.13 = 0.39 USD, not billed; 5 rows that come to 1.95 USD expected"
    )
    assert told(compared(BARE, rows, billed("77.77")))[0][0] == "unknown"
    twins = tuple(used(BARE, id=f"job-{number}", resolution="1080P-SR") for number in range(3))
    (found,) = compared(BARE, twins, billed(str(10 * D("0.23") + 20 * D("0.13")))).breaks
    assert found.part[:2] == ("rate", "rendered tier 720P")
    assert found.part.evidence.startswith("2 of these rows, 10 s x 0.13 = 1.30 USD each, at the price of 720P")


def test_a_line_for_more_kinds_of_rows_than_are_tried_goes_by_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing.candidates.CASES_MOST", 4)
    assert told(compared(BARE, _many(5), billed("1.65"))) == [("unknown", "unexplained", 15 * D("-0.02"))]
    stated = billed("1.65", quantity="15", unit_price="0.11")
    assert told(compared(BARE, _many(5), stated)) == [("rate", "invoice unit price", 15 * D("-0.02"))]


def test_what_was_found_is_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing.attribution.SEARCHES_KEPT", 2)
    monkeypatch.setattr("pricing.candidates.CASES_KEPT", 2)
    monkeypatch.setattr("pricing.candidates.PAIRED_KEPT", 2)
    attributor = Attributor(Context(BARE))
    for each in (*_many(4), *_many(4)):
        line = billed(str(EXACT.multiply(each.row.duration_s, D("0.11"))))
        (found,) = attributor.attribute(Matched((each,), (line,), "task_id")).breaks
        assert found.part.cause == "card_version"
        again = attributor.attribute(Matched((each,), (line,), "task_id"))
        assert again.breaks == (found,)
    for each in (*_many(3), *_many(3)):
        for amount in ("77.77", "88.88"):
            odd = attributor.attribute(Matched((each,), (billed(amount),), "task_id"))
            assert told(odd)[0][0] == "unknown"


def test_what_is_said_again_is_no_other_version() -> None:
    """The same ends from another day on change no terms."""
    again = ENDS.replace("2026-01-01", "2026-09-01")
    assert again != ENDS
    catalogue = books(more=f"{ENDS}\n{again}")
    market = Market("acme", "production", "atlas")
    since = find_changes(catalogue, market)[0]
    own = Version(resolve(catalogue, market, since), since, None)
    spans: list[tuple[datetime, datetime | None]] = [(at, None) for at in find_changes(catalogue, market)]
    assert datetime(2026, 9, 1, tzinfo=UTC) in [at for at, _ in spans]
    assert datetime(2026, 9, 1, tzinfo=UTC) not in [version.since for version in _differing(catalogue, own, spans)]


@pytest.mark.parametrize(
    ("amount", "part"),
    [
        pytest.param(
            "0.98",
            (
                "rounding",
                "minor unit",
                "USD",
                D("0.005"),
                "0.975 USD is invoiced as 0.98 USD, rounded to the minor unit",
            ),
            id="as-far-as-rounding-goes",
        ),
        pytest.param(
            "77.77",
            (
                "unknown",
                "unexplained",
                "USD",
                D("76.795"),
                "77.77 USD invoiced, and nothing that was tried leads there from 0.975 USD",
            ),
            id="farther",
        ),
    ],
)
def test_what_is_left_over_says_between_which_sums(amount: str, part: tuple[object, ...]) -> None:
    """7.5 s at 0.13 USD are 0.975 USD, as far from 0.98 as rounding to a cent can leave it."""
    (found,) = compared(BARE, used(BARE, duration_s="7.5"), billed(amount)).breaks
    assert found.part[:5] == part


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        pytest.param("0.98", ("rounding", "minor unit"), id="as-far-as-rounding-goes"),
        pytest.param("0.99", ("unknown", "unrated usage"), id="farther"),
    ],
)
def test_rounding_needs_no_usage_that_nothing_prices(amount: str, words: tuple[str, str]) -> None:
    rows, lines = (used(BARE, duration_s="7.5"),), (billed(amount),)
    matched = Matched(rows, lines, "task_id", (Unrated(row(id="job-2"), "no price"),))
    (found,) = Attributor(Context(BARE)).attribute(matched).breaks
    assert found.part[:2] == words


def test_a_difference_of_the_whole_tolerance_is_tolerated() -> None:
    tolerances = {"USD": Tolerance(D("0.01"), D(0))}
    found = compared(BARE, used(BARE), billed("1.31"), tolerances=tolerances)
    assert (told(found), found.tolerated) == ([], {"USD": D("0.01")})
    assert len(told(compared(BARE, used(BARE), billed("1.311"), tolerances=tolerances))) == 1


def test_the_same_question_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Decimal] = []

    def listen(question: Question, workshop: Workshop) -> tuple[Found, ...]:
        asked.append(question.invoiced)
        return search(question, workshop)

    monkeypatch.setattr("pricing.attribution.search", listen)
    monkeypatch.setattr("pricing.attribution.SEARCHES_KEPT", 2)
    attributor, expected = Attributor(Context(BARE)), used(BARE)

    def find(amount: str) -> list[tuple[str, str, Decimal]]:
        return told(attributor.attribute(Matched((expected,), (billed(amount),), "task_id")))

    for _ in range(2):
        assert find("1.10") == [("card_version", "until 2026-11-01", 10 * D("-0.02"))]
        assert find("1.70") == [("card_version", "from 2026-12-01", 10 * D("0.04"))]
    assert asked == [D("1.10"), D("1.70")]
    find("1.90")
    find("1.10")
    assert asked[2:] == [D("1.90"), D("1.10")]
