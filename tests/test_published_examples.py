"""The examples that hosts publish with numbers in them, each by the scalar engine, by tables and by the oracle.

Atlas publishes prices and no worked example, so it has none here; nor has Replicate. What EvoLink and Comfy publish is
about seconds and not about money: a second costs 1 there.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

import pytest

from pricing import Catalogue, parse_catalogue
from pricing.shell.bulk.engines import DuckDBEngine, Limits
from pricing.shell.catalogues import load_published
from pricing.usage import UsageRow
from tests.conftest import ROOT
from tests.differential.comparing import Answers, find_differences
from tests.differential.ways import as_used, by_tables
from tests.oracle.books import Book, Place
from tests.oracle.rating import rate as by_oracle
from tests.oracle.reading import read_place
from tests.scalar_rating import Priced, rate_in_order
from tests.tables import catalogue_files, terms_of

D: Final = Decimal
AT: Final = "2026-11-15"
SECOND: Final = "1"
CUTS: Final = {"billed": "yes", "priced_as": "output", "cuts_s": "5 2.5 1.65", "cuts_by": "videos"}
BADGE: Final = {"billed": "unknown", "priced_as": "output", "cap_total_s": "5"}


class Example(NamedTuple):
    """What a host says, the row of usage that it is about, and what it comes to."""

    words: str
    row: dict[str, Any]
    expected: Decimal
    rule: dict[str, str] | None = None


def row(host: str, resolution: str, seconds: str, *clips: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A row of usage; the references are its clips where no number of them is said."""
    said = {"clips_s": tuple(map(D, clips)), "references": max(len(clips), 1)} | more
    return {"host": host, "resolution": resolution, "duration_s": D(seconds), **said}


def billed(seconds: str) -> dict[str, Any]:
    """What the host says it billed of the clips."""
    return {"clips_s": None, "references": None, "billed_clips_s": D(seconds)}


REPORT: Final = '"duration": 15, "input_video_duration": 5, "output_video_duration": 10, "SR": 720'
EXAMPLES: Final = {
    "alibaba-mainland": Example(
        REPORT, row("alibaba", "720P", "10", "5", references=5, region="mainland"), (5 + 10) * D("0.6")
    ),
    "alibaba-mainland-as-reported": Example(
        REPORT, row("alibaba", "720P", "10", region="mainland", **billed("5")), 15 * D("0.6")
    ),
    "alibaba-international": Example(
        REPORT, row("alibaba", "720P", "10", "5", references=5, region="international"), 15 * D("0.10")
    ),
    "fal-720P": Example("8 s in + 3 s out = 11 s = $1.10", row("fal", "720P", "3", "8"), (8 + 3) * D("0.10")),
    "fal-1080P": Example("the same: no tier is named", row("fal", "1080P", "3", "8"), 11 * D("0.10")),
    "runware-720P": Example("2 s: $0.20", row("runware", "720P", "2"), 2 * D("0.10")),
    "runware-1080P": Example("2 s: $0.30", row("runware", "1080P", "2"), 2 * D("0.15")),
    "evolink-one-clip": Example("1 video: min(v, 5 s)", row("atlas", "720P", "2", "9"), (2 + 5) * D(1), CUTS),
    "evolink-two-clips": Example(
        "2 videos: min(v, 2.5 s) each", row("atlas", "720P", "2", "9", "2"), (2 + D("2.5") + 2) * 1, CUTS
    ),
    "evolink-three-clips": Example(
        "3 x 1.65 = 4.95, not 5", row("atlas", "720P", "2", "9", "9", "9"), (2 + 3 * D("1.65")) * 1, CUTS
    ),
    "comfy-badge-least": Example("output only", row("atlas", "720P", "10", **billed("0")), D(10) * 1, BADGE),
    "comfy-badge-most": Example("output + 5 s", row("atlas", "720P", "10", **billed("5")), (D(10) + 5) * 1, BADGE),
}
BY_ID: Final = [pytest.param(example, id=name) for name, example in EXAMPLES.items()]


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(Limits(threads=1), tmp_path_factory.mktemp("spill"))
    yield engine
    engine.close()


def make_row(**said: Any) -> UsageRow:  # noqa: ANN401
    return UsageRow(**{"id": "example", "at": AT, "status": "succeeded", "consumed_before": {}} | said)


def published() -> tuple[Catalogue, Book]:
    """The shipped cards, and what the oracle reads in the same files."""
    folder = ROOT / "pricing" / "published"
    cards = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml")) if path.stem != "catalogue"]
    return load_published(), Book((None,), (None,), dict(map(read_place, cards)))


def made_up(rule: dict[str, str]) -> tuple[Catalogue, Book]:
    """A second costs 1, and clips are counted by the rule."""
    terms = terms_of({"720P": SECOND}, rule=rule)
    book = Book(("acme",), ("production",), {("atlas", None): Place("made-up", terms, "UTC")})
    return parse_catalogue(catalogue_files(terms)), book


@pytest.mark.parametrize("example", BY_ID)
def test_all_three_say_what_the_host_says(example: Example, duckdb: DuckDBEngine) -> None:
    catalogue, book = published() if example.rule is None else made_up(example.rule)
    whose = {} if example.rule is None else {"account": "acme", "environment": "production"}
    used = make_row(**whose, **example.row)
    [scalar], [oracle] = rate_in_order(catalogue, [used]), by_oracle(book, [as_used(used)])
    answers = Answers(scalar, by_tables(catalogue, [used], duckdb)["example"], oracle)
    assert isinstance(scalar, Priced), scalar
    assert (find_differences(answers), scalar.charged.total) == ([], example.expected), example.words


def test_what_lies_between_the_ends_of_the_badge_is_no_price(duckdb: DuckDBEngine) -> None:
    """A clip of 8 s of which nobody says whether it is billed: from output only to output + 5 s."""
    catalogue, book = made_up(BADGE)
    used = make_row(account="acme", environment="production", **row("atlas", "720P", "10", "8"))
    [scalar], [oracle] = rate_in_order(catalogue, [used]), by_oracle(book, [as_used(used)])
    assert {scalar, oracle, by_tables(catalogue, [used], duckdb)["example"]} == {"bounded"}


def test_every_host_with_a_published_example_is_there() -> None:
    """Atlas has none: when it publishes one, it belongs into the table."""
    hosts = {name.partition("-")[0] for name in EXAMPLES}
    assert hosts == {"alibaba", "fal", "runware", "evolink", "comfy"}
    assert all(example.words for example in EXAMPLES.values())
