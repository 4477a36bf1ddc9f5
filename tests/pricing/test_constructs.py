"""Every construct of cards and agreements has a catalogue that shows it: in order, and wholly covered by its tests.

Each runs as `wan-rules cards check DIR --strict --min-coverage 100% --at 2026-11-15` does. What no quote shows (what an
unfinished job costs, what is due when a month is closed, where an alias leads next) coverage by ablation does not
see; the tests below look at that themselves.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from pricing import Catalogue, Market, resolve
from pricing.adjustments import AdjusterKind
from pricing.cards import Outcome, Owed
from pricing.coverage import try_catalogue
from pricing.linting import BOUNDS, lint
from pricing.months import Due, close_month
from pricing.shell.catalogues import load_catalogue
from pricing.terms import Terms
from tests.conftest import ROOT
from tests.terms import instant

GOOD: Final = ROOT / "tests" / "catalogues" / "good"
FOLDERS: Final = sorted(GOOD.iterdir())
PAGE: Final = ROOT / "docs" / "how-to" / "write-a-contract.md"
TODAY: Final = date(2026, 11, 15)
ALL_TESTED: Final = BOUNDS._replace(min_coverage=Decimal(100))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_construct_is_in_order_and_its_tests_cover_it(folder: Path) -> None:
    catalogue = load_catalogue(folder)
    tried = try_catalogue(catalogue)
    found = [f"{one.id} {one.file}:{one.line} {one.message}" for one in lint(catalogue, TODAY, ALL_TESTED, tried=tried)]
    meant = [f"CAT307 {one.part}" for one in catalogue.acknowledged]
    assert [line for line in found if not line.startswith("CAT307")] == []
    assert len(found) == len(meant)
    assert [trial.place for trial in tried.trials if not trial.passed] == []
    assert tried.coverage.parts > 0
    assert tried.coverage.untested == ()


def terms_in(name: str, account: str | None = None, on: str = "2026-11-15", host: str = "fal") -> Terms:
    return resolve(catalogue_of(name), Market(account, None, host), instant(on)).terms


def catalogue_of(name: str) -> Catalogue:
    return load_catalogue(GOOD / name)


@pytest.mark.parametrize(
    ("account", "on", "outcomes"),
    [
        pytest.param(
            "globex",
            "2026-10-31",
            {"failed": "free", "failed_upscaling": "rendered", "moderated": "full"},
            id="the-card",
        ),
        pytest.param(
            "globex", "2026-11-01", {"failed": "free", "failed_upscaling": "free", "moderated": "full"}, id="its-next"
        ),
        pytest.param(
            "acme",
            "2026-10-31",
            {"failed": "free", "failed_upscaling": "rendered", "canceled": "full", "moderated": "free"},
            id="the-agreement",
        ),
    ],
)
def test_what_unfinished_jobs_cost(account: str, on: str, outcomes: dict[Outcome, Owed]) -> None:
    """The card's word, and over it the agreement's; what neither says is not there."""
    assert terms_in("unfinished", account, on, "atlas").outcomes == outcomes


@pytest.mark.parametrize(
    ("spent", "due"),
    [
        pytest.param("0", "100", id="nothing-spent"),
        pytest.param("99.995", "0.005", id="nearly"),
        pytest.param("100", None, id="reached"),
        pytest.param("250", None, id="beyond"),
    ],
)
@pytest.mark.parametrize(("name", "kind"), [("minimum-per-month", "minimum"), ("commitment", "commitment")])
def test_what_a_month_lacks_is_due_when_it_is_closed(
    name: str, kind: AdjusterKind, spent: str, due: str | None
) -> None:
    found = close_month(terms_in(name), Decimal(spent))
    assert found == (() if due is None else (Due(kind, Decimal(due), "acme-fal:term/0"),))


def test_a_months_terms_say_whose_months_they_are() -> None:
    terms = terms_in("minimum-per-month")
    assert (terms.zone, terms.counters) == ("Europe/Berlin", ())
    assert (terms_in("commitment").zone, terms_in("commitment").counters) == ("Europe/Berlin", ("spend",))


def test_an_alias_leads_to_the_card_whose_day_has_begun() -> None:
    catalogue = catalogue_of("aliases")
    last = datetime(2026, 10, 31, 23, 59, 59, 999_999, UTC)
    cards = [resolve(catalogue, Market("acme", "production", "fal"), at).card.card.id for at in (last, TODAY_AT)]
    assert cards == ["summer", "winter"]


TODAY_AT: Final = datetime(2026, 11, 15, tzinfo=UTC)


def test_the_page_on_contracts_shows_files_of_these_catalogues() -> None:
    """Each card and agreement that it shows stands here, where it is checked whole."""
    shown = re.findall(r"<!-- file: \S+\.toml -->\n```toml\n(.*?\n)```\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    known = {path.read_text(encoding="utf-8") for folder in FOLDERS for path in folder.iterdir()}
    assert len(shown) > 10
    assert [text for text in shown if text not in known] == []
