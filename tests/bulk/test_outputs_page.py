"""The page of a reconciliation: whole, by itself, harmless, and the same for the same reconciliation."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from pricing.break_causes import CAUSES
from pricing.shell.bulk.outputs.page import BREAKS_SHOWN, write_page
from pricing.shell.bulk.outputs.texts import format_column, format_grouped, format_instant, format_period, shorten
from tests.bulk.handed_over import AT, PERIOD, reconciliation, standing, varied

VOID = {"meta", "rect", "path"}


class Page(HTMLParser):
    """What a browser makes of the page: elements in pairs, with their attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.said))

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_elements_are_closed_and_nothing_is_fetched_or_run() -> None:
    page = Page(write_page(varied()))
    assert page.open == []
    assert {"script", "link", "img", "iframe", "object", "form", "a"}.isdisjoint({tag for tag, _ in page.tags})
    names = {name for _, attributes in page.tags for name in attributes}
    assert names.isdisjoint({"src", "href", "style"})
    assert not any(name.startswith("on") for name in names)


def test_headings_tables_and_pictures_say_what_they_are() -> None:
    page = Page(write_page(varied()))
    assert page.count("h1") == 1
    assert page.count("table") == page.count("caption") == page.count("thead")
    assert {attributes.get("scope") for tag, attributes in page.tags if tag == "th"} == {"col", "row"}
    assert page.count("svg") == page.count("figure") == page.count("desc") == 4
    marks = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(set(marks)) == len(marks)
    assert ("html", {"lang": "en"}) in page.tags
    regions = [attributes["aria-label"] for _, attributes in page.tags if attributes.get("role") == "region"]
    assert len(set(regions)) == len(regions) == page.count("table")
    assert "Differences in atlas-credit, the largest first" in regions


def test_what_others_wrote_is_text_and_steers_nothing() -> None:
    text = write_page(varied())
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert r"<bdi>\u202eevil\u202c\t\x00&amp;amp;</bdi>" in text
    assert "<bdi>شركة</bdi>" in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", text)
    hostile = standing(currency='"><script>', id="</code>", owner="</bdi>")
    page = Page(write_page(reconciliation([hostile], catalogue="</title><script>", version="</p>")))
    assert (page.open, page.count("script")) == ([], 0)


def test_the_verdict_comes_first_and_sums_are_exact() -> None:
    told = reconciliation([standing(amount="4.12"), standing(2, amount="-0.000000000000000001", currency="EUR")])
    said = Page(write_page(told)).text
    assert said.index("the invoice asks 4.12 USD too much") < said.index("How it was compared")
    assert "-0.000000000000000001" in said
    assert "99.999999999999999999" in said


@pytest.mark.parametrize(("checksums", "said"), [(True, "--exact"), (False, "Every row was compared with its line;")])
def test_how_rows_were_compared_is_said(checksums: bool, said: str) -> None:  # noqa: FBT001 - a table of two
    assert said in Page(write_page(reconciliation(checksums=checksums))).text


def test_an_invoice_without_differences_says_so() -> None:
    page = Page(write_page(reconciliation(tolerances={}, period=None)))
    assert "No differences in 120,034 rows of usage" in page.text
    assert "There is no difference now, and none that an earlier report left open." in page.text
    assert "Nothing is tolerated: any difference is a break." in page.text
    assert "Period of the invoice not stated" in page.text
    assert "verdict good" in write_page(reconciliation())


def test_only_the_largest_are_shown_of_ten_thousand() -> None:
    many = [standing(number, CAUSES[number % len(CAUSES)], str(number + 1)) for number in range(10_000)]
    page = Page(write_page(reconciliation(many)))
    assert f"The 1,000 largest are below; {10_000 - BREAKS_SHOWN:,} more are in breaks.parquet" in page.text
    assert "b0009999" in page.text
    assert "b0009000" in page.text
    assert "b0008999" not in page.text


def test_ages_are_told_with_the_oldest() -> None:
    said = Page(write_page(varied())).text
    assert "Still open from an earlier report" in said
    assert "Resolved since the earlier report" in said
    assert "2025-12-08 09:30:00 UTC" in said
    assert "b0000024 new, known since 2026-11-03 09:30:00 UTC; accepted, owner ann : paid" in said


def test_the_same_reconciliation_gives_the_same_page() -> None:
    assert write_page(varied()) == write_page(varied())


@pytest.mark.parametrize(
    ("amount", "decimals", "said"),
    [
        pytest.param("1234567.5", 2, "1,234,567.50", id="grouped"),
        pytest.param("-0.003", 3, "-0.003", id="less-than-nothing"),
        pytest.param("-1234", 0, "-1,234", id="whole"),
        pytest.param("0", 2, "0.00", id="nothing"),
    ],
)
def test_amounts_are_grouped(amount: str, decimals: int, said: str) -> None:
    assert format_grouped(Decimal(amount), decimals) == said


def test_amounts_below_one_another_have_as_many_decimals() -> None:
    amounts = [Decimal(1), Decimal("0.125"), Decimal("-2.5")]
    assert format_column(amounts, "USD", signed=True) == ["+1.000", "+0.125", "-2.500"]
    assert format_column([Decimal(1200)], "JPY") == ["1,200"]


def test_instants_and_periods_are_in_utc() -> None:
    assert format_instant(AT.replace(microsecond=250_000)) == "2026-11-03 09:30:00.25 UTC"
    assert format_period(PERIOD) == "2026-10-01 until before 2026-11-01"


def test_many_names_are_shortened() -> None:
    assert shorten(["a", "b", "c"]) == "a, b, c"
    assert shorten([str(number) for number in range(1_003)]) == "0, 1, 2 and 1,000 more"
