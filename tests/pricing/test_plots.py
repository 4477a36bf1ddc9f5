"""Plots are well-formed, whatever they show; each tier is one line of steps that goes on in time and never back."""

from __future__ import annotations

import decimal
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import Market, parse_catalogue
from pricing.histories import UnplottableError, plot, trace
from pricing.meters import METERS
from pricing.plots import Plot, Stair, Track, draw
from pricing.scales import HEIGHT_PX, TOP_PX, WIDTH_PX, lay_out, mark_dates, mark_prices
from tests.oracle import Terms
from tests.strategies import examples
from tests.terms import ACCOUNT, ENVIRONMENT, all_terms, catalogue_files, instant

NOW = instant("2026-11-15")
BEGIN, CHANGE, END = instant("2026-01-01"), instant("2026-06-01"), instant("2027-01-01")
SVG = "{http://www.w3.org/2000/svg}"


def stairs(*prices: str | None, end: datetime | None = None) -> tuple[Stair, ...]:
    """A price for each half of the year; `None` is a gap."""
    times = ((BEGIN, CHANGE), (CHANGE, end))
    found = [(*time, price) for time, price in zip(times, prices, strict=False) if price is not None]
    return tuple(Stair(begin, until, Decimal(price)) for begin, until, price in found)


def drawn(*tracks: Track, title: str = "a title", now: datetime = NOW, currency: str = "USD") -> ET.Element:
    return ET.fromstring(draw(Plot(title, currency, "second", tracks, now)))  # noqa: S314 - our own text


def lines(picture: ET.Element, kind: str) -> list[str]:
    """The paths of a kind within the plot, without the legend's."""
    found = [path.get("d", "") for path in picture.iter(f"{SVG}path") if kind in path.get("class", "").split()]
    return [path for path in found if "h26" not in path]


def texts(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def points(path: str) -> list[tuple[int, int]]:
    """The corners of a line of steps."""
    found: list[tuple[int, int]] = []
    for move, x, y in re.findall(r"([MHV])(-?\d+)(?: (-?\d+))?", path):
        found.append({"M": (int(x), int(y or 0)), "H": (int(x), found[-1][1] if found else 0)}.get(move, (0, 0)))
        if move == "V":
            found[-1] = (found[-2][0], int(x))
    return found


def test_it_says_what_it_shows_to_those_who_do_not_see_it() -> None:
    picture = drawn(Track("720P", stairs("0.1", "0.09"), stairs("0.2", "0.2")), Track("1080P", stairs("0", end=END)))
    title, description = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert picture.get("role") == "img"
    assert (picture.get("aria-labelledby"), picture.get("aria-describedby")) == (title.get("id"), description.get("id"))
    assert title.text == "a title"
    assert description.text == (
        "Unit prices in USD per second over time. "
        "720P: 0.10 from 2026-01-01 until 2026-06-01, 0.09 from 2026-06-01; "
        "list price 0.20 from 2026-01-01 until 2026-06-01, 0.20 from 2026-06-01. "
        "1080P: free from 2026-01-01 until 2026-06-01. "
        "Now is 2026-11-15."
    )


def test_a_price_that_begins_and_ends_within_a_day_is_told_by_its_instants() -> None:
    """From midnight in Shanghai for four hours."""
    begin, end = datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 10, 31, 20, tzinfo=UTC)
    description = drawn(Track("720P", (Stair(begin, end, Decimal("0.1")),), ())).find(f"{SVG}desc")
    assert description is not None
    assert "720P: 0.10 from 2026-10-31T16:00:00Z until 2026-10-31T20:00:00Z." in (description.text or "")


def test_each_tier_is_one_line_and_its_list_price_another() -> None:
    picture = drawn(Track("720P", stairs("0.1", "0.05"), stairs("0.2", "0.2")), Track("1080P", stairs("0.15", "0.15")))
    assert (len(lines(picture, "contracted")), len(lines(picture, "list"))) == (2, 1)
    falling = points(lines(picture, "contracted")[0])
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = falling
    assert x0 < x1 == x2 < x3
    assert y0 == y1 < y2 == y3


def test_a_price_is_where_its_axis_names_it() -> None:
    """0.10 of 0.20 is half way up."""
    picture = drawn(Track("720P", stairs("0.1", "0.2")))
    ((_, half), *_, (_, top)) = points(lines(picture, "contracted")[0])
    assert (half, top) == (TOP_PX + HEIGHT_PX // 2, TOP_PX)
    assert {"0.00", "0.10", "0.20"} <= set(texts(picture))


def test_a_line_is_broken_where_there_is_no_price() -> None:
    later = Stair(END, None, Decimal(1))
    picture = drawn(Track("720P", (*stairs("1"), later)))
    assert lines(picture, "contracted")[0].count("M") == 2


def test_a_price_that_goes_on_has_an_arrow_and_one_that_ends_has_none() -> None:
    assert len(lines(drawn(Track("720P", stairs("1", "1")), Track("1080P", stairs("1", "1", end=END))), "arrow")) == 1


def test_lines_that_would_hide_one_another_lie_side_by_side() -> None:
    picture = drawn(
        Track("720P", stairs("1", "2")), Track("1080P", stairs("1", "3")), Track("1080P-SR", stairs("2", "1"))
    )
    first, second, third = (points(path) for path in lines(picture, "contracted"))
    assert first[0][1] != second[0][1]
    assert len({line[-1][1] for line in (first, second, third)}) == 3
    assert third[-1][1] - first[0][1] == 0  # at 1, where and when nothing else is


def test_the_legend_says_what_a_price_now_is() -> None:
    tracks = (Track("720P", stairs("0.1", "0.09")), Track("1080P", stairs("0.2")), Track("1080P-SR", stairs("0", "0")))
    assert {"720P: 0.09", "1080P: none", "1080P-SR: free"} < set(texts(drawn(*tracks)))
    assert "list price" not in texts(drawn(*tracks))
    assert "list price" in texts(drawn(Track("720P", stairs("1", "1"), stairs("2", "2"))))
    assert {"720P: 0.10", "now, 2026-02-01"} < set(texts(drawn(*tracks, now=instant("2026-02-01"))))


def test_now_is_a_mark_on_its_day_in_utc() -> None:
    late = datetime(2026, 11, 15, 1, tzinfo=timezone(timedelta(hours=8)))
    picture = drawn(Track("720P", stairs("1", "1")), now=late)
    assert "now, 2026-11-14" in texts(picture)
    assert len(lines(picture, "now")) == 1


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "a & b",
        "]]>",
        "\"quoted\" 'text'",
        "\x00\x1b[31m\x0b",
        "\ud800",
        "\ufffe",
        "文" * 400,
    ],
    ids=["tag", "entity", "cdata", "quotes", "control", "surrogate", "no-character", "long"],
)
def test_no_title_breaks_it(title: str) -> None:
    picture = drawn(Track("720P", stairs("1", "1")), title=title)
    found = picture.find(f"{SVG}title")
    assert found is not None
    assert found.text is not None
    assert len(found.text) == len(title)
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "rect",
        "text",
        "path",
    }
    assert max(map(len, texts(picture))) < 100


def test_two_pictures_on_one_page_have_ids_of_their_own() -> None:
    pictures = [draw(Plot("a", "USD", "second", (Track("720P", stairs(price, price)),), NOW)) for price in ("1", "2")]
    first, second = (set(re.findall(r' id="([^"]+)"', picture)) for picture in pictures)
    assert len(first) == len(second) == 2
    assert first.isdisjoint(second)


@pytest.mark.parametrize(
    ("price", "currency", "labels"),
    [
        ("0", "USD", ["0.00", "1.00"]),
        ("0.18", "USD", ["0.00", "0.05", "0.10", "0.15", "0.20"]),
        ("0.0333", "USD", ["0.00", "0.01", "0.02", "0.03", "0.04"]),
        ("0.0125", "USD", ["0.000", "0.005", "0.010", "0.015"]),
        ("17", "JPY", ["0", "5", "10", "15", "20"]),
        ("0.000000000001", "USD", ["0.000000000000", "0.000000000001"]),
        ("999999999999", "KRW", [str(n * 200_000_000_000) for n in range(6)]),
    ],
)
def test_prices_are_named_in_even_steps(price: str, currency: str, labels: list[str]) -> None:
    frame = lay_out([Decimal(price)], [BEGIN], currency)
    assert [label for _, label in mark_prices(frame, currency)] == labels
    assert TOP_PX <= frame.y(Decimal(price)) <= TOP_PX + HEIGHT_PX


def test_a_frame_worked_by_hand() -> None:
    """1234.5 takes three steps of 500; a sixth of the year's 365 days follows; "1500.00" is seven characters wide."""
    frame = lay_out([Decimal("1234.5"), Decimal(1)], [END, BEGIN], "USD")
    day_s, unit = 86_400, 10**12
    assert frame.price_step == 500 * unit
    assert frame.price_top == 1500 * unit
    assert frame.last_s - frame.first_s == 365 * day_s + 365 * day_s // 6
    assert frame.left_px == 28 + 8 * len("1500.00")
    assert [price for price, _ in mark_prices(frame, "USD")] == [0, 500, 1000, 1500]
    middle = frame.y(Decimal(751))
    assert (middle, type(middle)) == (TOP_PX + HEIGHT_PX - 130, int)


@pytest.mark.parametrize(("price", "step"), [("5", "1"), ("10", "2"), ("25", "5"), ("50", "10"), ("50.1", "20")])
def test_no_step_is_greater_than_it_has_to_be(price: str, step: str) -> None:
    _, (first, _), *_ = mark_prices(lay_out([Decimal(price)], [BEGIN], "USD"), "USD")
    assert first == Decimal(step)


def test_a_frame_depends_on_no_context_but_the_projects() -> None:
    with decimal.localcontext(decimal.Context(prec=1, traps=[decimal.Inexact])):
        frame = lay_out([Decimal("0.123456")], [BEGIN], "USD")
        assert [label for _, label in mark_prices(frame, "USD")] == ["0.00", "0.05", "0.10", "0.15"]
        assert frame.y(Decimal("0.123456")) == TOP_PX + HEIGHT_PX - HEIGHT_PX * 123456 // 150000


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2026-01-01", "2026-01-01", ["2026-01-04", "2026-01-09", "2026-01-14"]),
        ("2026-01-01", "2026-02-01", ["2026-01-04", "2026-01-14", "2026-01-24", "2026-02-03", "2026-02-13"]),
        ("2026-01-01", "2026-06-01", ["2026-01", "2026-03", "2026-05"]),
        ("2026-06-15", "2028-06-01", ["2026-07", "2027-01", "2027-07", "2028-01", "2028-07"]),
        ("0001-01-01", "9999-12-31", ["2000", "4000", "6000", "8000"]),
        ("9999-12-31", "9999-12-31", ["9999-12-17", "9999-12-22", "9999-12-27"]),
    ],
)
def test_dates_are_named_by_day_month_or_year(first: str, last: str, labels: list[str]) -> None:
    frame = lay_out([Decimal(1)], [instant(first), instant(last)], "USD")
    marks = mark_dates(frame)
    assert [label for _, label in marks] == labels
    assert 1 <= len(marks) <= 5
    assert [at for at, _ in marks] == [instant((label + "-01-01")[:10]) for label in labels]
    edges = [frame.left_px, *(frame.x(at) for at, _ in marks), frame.x(None)]
    assert edges == sorted(edges)
    assert edges[-1] - edges[0] == WIDTH_PX


ANY_INSTANT = st.datetimes(timezones=st.just(UTC))


@examples(100)
@given(ANY_INSTANT, ANY_INSTANT)
def test_any_span_of_time_has_marks_in_order(one: datetime, other: datetime) -> None:
    frame = lay_out([Decimal(1)], [one, other], "USD")
    marks = [at for at, _ in mark_dates(frame)]
    assert marks == sorted(set(marks))
    assert 1 <= len(marks) <= 5
    assert [at for at in (one, other, *marks) if not frame.left_px <= frame.x(at) <= frame.x(None)] == []


@examples(100)
@given(all_terms(), st.text(max_size=40), ANY_INSTANT)
def test_any_catalogue_gives_a_picture_that_goes_on_in_time(terms: Terms, title: str, now: datetime) -> None:
    periods = trace(parse_catalogue(catalogue_files(terms)), Market(ACCOUNT, ENVIRONMENT, "atlas"))
    for name in METERS:
        try:
            shown = plot(periods, name, now, title=title)
        except UnplottableError:
            continue
        text = draw(shown)
        assert text == draw(shown)
        picture = ET.fromstring(text)  # noqa: S314 - our own text
        paths = lines(picture, "contracted")
        assert len(paths) == len(shown.tracks)
        assert len(lines(picture, "list")) == sum(1 for track in shown.tracks if track.listed)
        for path in (*paths, *lines(picture, "list")):
            xs = [x for x, _ in points(path)]
            assert xs == sorted(xs)


def placed(picture: ET.Element) -> tuple[list[str], list[str]]:
    """The lines and the texts, each with where it is, in the order of the picture."""
    paths = [f"{path.get('class')}: {path.get('d')}" for path in picture.iter(f"{SVG}path")]
    return paths, [f"{text.get('x')} {text.get('y')} {text.text}" for text in picture.iter(f"{SVG}text")]


def test_a_picture_worked_by_hand() -> None:
    """360 days and a sixth of them are 480 px; of 2000 each of four steps is 65 px; "2000.00" takes 56 px at the left.

    Where the list price is the price, the two lines are 4 px apart. The legend's longest row has 16 characters.
    """
    first, half, last = (BEGIN + timedelta(days=days) for days in (0, 210, 360))
    rising = (Stair(first, half, Decimal(1000)), Stair(half, last, Decimal(2000)))
    track = Track("720P-SR", rising, (Stair(first, last, Decimal(2000)),))
    picture = drawn(track, title="x" * 100, now=half)
    assert (picture.get("width"), picture.get("height")) == (str(564 + 28 + 34 + 8 * 16 + 16), str(92 + 260 + 44))
    paths, words = placed(picture)
    assert paths == [
        "axis: M84 352H564",
        *(f"grid: M84 {y}H564" for y in (287, 222, 157, 92)),
        "axis: M84 92V352",
        *(f"axis: M{84 + days * 480 // 420} 352v5" for days in (0, 90, 181, 273, 365)),
        "now: M324 80V352",
        f"list t0: M84 92H{84 + 360 * 480 // 420}",
        f"contracted t0: M84 222H324V88H{84 + 360 * 480 // 420}",
        "contracted t0: M592 116h26",
        "list axis: M592 140h26",
    ]
    assert words == [
        f"16 28 {'x' * 81}\N{HORIZONTAL ELLIPSIS}",
        "16 50 USD per second, before tax",
        *("76 356 0.00", "76 291 500.00", "76 226 1000.00", "76 161 1500.00", "76 96 2000.00"),
        *("84 373 2026-01", "186 373 2026-04", "290 373 2026-07", "396 373 2026-10", "501 373 2027-01"),
        "324 74 now, 2026-07-30",
        *("592 96 price now", "626 120 720P-SR: 2000.00", "626 144 list price"),
    ]


def test_a_legend_of_many_tiers_makes_it_higher() -> None:
    picture = drawn(*(Track(f"{number}P", stairs("1", "1")) for number in range(12)))
    assert picture.get("height") == str(92 + 24 * (1 + 12 + 1))


def test_arrows_are_at_the_right_edge_each_at_the_end_of_its_line() -> None:
    """The second line lies 4 px above the first, which costs as much; the third has an end."""
    tracks = [Track(name, stairs("1", "1", end=end)) for name, end in (("a", None), ("b", None), ("c", END))]
    assert lines(drawn(*tracks), "arrow") == ["M541 87L548 92L541 97", "M541 83L548 88L541 93"]


def test_a_price_that_ends_where_another_line_comes_to_it_lies_on_it() -> None:
    picture = drawn(Track("720P", stairs(None, "1")), Track("1080P", stairs("1", "2")))
    late, early = (points(path) for path in lines(picture, "contracted"))
    assert early[0][1] == late[0][1]


@pytest.mark.usefixtures("in_tokyo")
def test_days_are_those_of_utc_wherever_the_picture_is_drawn() -> None:
    picture = drawn(Track("720P", stairs("1", "1")), now=datetime(2026, 11, 14, 20, tzinfo=UTC))
    assert "now, 2026-11-14" in texts(picture)
