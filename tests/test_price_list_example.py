"""The converter of `docs/how-to/move-a-price-list-in.md` guesses nothing: what it can't read ends it with the line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.shell.runner import run

FOLDER = ROOT / "examples" / "price-list"
SHEET = (FOLDER / "prices.csv").read_text(encoding="utf-8")


def convert(folder: Path, sheet: str, environments: str = "production") -> subprocess.CompletedProcess[str]:
    (folder / "sheet.csv").write_text(sheet, encoding="utf-8")
    words = ["--environments", environments, "--others", "hooli", "--checked", "2026-11-10"]
    return subprocess.run(
        [sys.executable, str(FOLDER / "convert.py"), "sheet.csv", "prices", *words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("shown", "wrong", "said"),
    [
        pytest.param("0.16", "", "line 3: a price is wanted, or a discount", id="neither"),
        pytest.param(",,,10,", ",0.1,USD,10,", "line 7: a price is wanted, or a discount", id="both"),
        pytest.param("0.16", "-0.16", "line 3: '-0.16' is no number", id="sign"),
        pytest.param("1080P,", "1080p,", "line 3: '1080p' is no tier", id="tier"),
        pytest.param("acme,production", ",", "line 7: a discount is somebody's", id="whose"),
        pytest.param("2026-08-01", "1.8.2026", "line 9: Invalid isoformat string", id="day"),
        pytest.param("Atlas,1080P,", "Atlantis,1080P,", "line 3: 'Atlantis'", id="host"),
        pytest.param("1080P,", "720P,", "line 3: the same customer, host, tier and day as in line 2", id="twice"),
        pytest.param("0.16,USD", "0.16,EUR", "atlas: the prices of a host have one currency", id="money"),
        pytest.param("0.18,USD", "0.18,EUR", "atlas: the prices of a host have one currency", id="a-customer-s-money"),
        pytest.param(",,Atlas,1080P,", ",production,Atlas,1080P,", "line 3: a price without a customer", id="where"),
        pytest.param(",,Atlas,1080P,2026-06-01,0.16,USD,,list", ",,Atlas", "line 3: Invalid isoformat", id="short"),
        pytest.param("0.18,USD", "0.18,", "line 9: '' is no currency", id="no-currency"),
    ],
)
def test_what_can_t_be_read_ends_it(tmp_path: Path, shown: str, wrong: str, said: str) -> None:
    assert shown in SHEET
    done = convert(tmp_path, SHEET.replace(shown, wrong, 1))
    assert (done.returncode, done.stderr.startswith(said)) == (1, True), done.stderr
    assert not (tmp_path / "prices").exists()


def test_a_price_that_follows_another_ends_it(tmp_path: Path) -> None:
    later = "initech,,Atlas,1440P-SR,2027-01-01,0.17,USD,,\n"
    assert convert(tmp_path, SHEET + later).returncode == 0
    terms = (tmp_path / "prices" / "agreements" / "initech-atlas.toml").read_text(encoding="utf-8")
    assert "until = 2027-01-01" in terms
    assert "from = 2027-01-01" in terms


def test_a_price_in_another_currency_than_the_host_has_fails_its_test(tmp_path: Path) -> None:
    """The shipped card of fal is in USD, and an agreement has no currency of its own: 0.09 EUR would be 0.09 USD."""
    assert convert(tmp_path, SHEET + "initech,,fal,720P,2026-11-01,0.09,EUR,,\n").returncode == 0
    done = run("cards", "test", str(tmp_path / "prices"))
    assert done.code == 1
    assert "line 10 of the price list, 720P" in done.out
    assert "currency" in done.out
    assert "EUR" in done.out


def test_a_price_for_all_environments_is_tested_where_the_customer_has_no_other(tmp_path: Path) -> None:
    """In production the row of production comes first: there the row for all of them would be seen by nobody."""
    sheet = SHEET + "globex,,Atlas,1080P-SR,2026-06-01,0.13,USD,,\n"
    assert convert(tmp_path, sheet, "production,staging").returncode == 0
    done = run("cards", "test", str(tmp_path / "prices"))
    assert done.code == 0, done.out
    shutil.rmtree(tmp_path / "prices")
    assert convert(tmp_path, sheet, "production").returncode == 0
    assert run("cards", "test", str(tmp_path / "prices")).code == 1  # it counts nowhere, and that is said


def test_what_no_row_makes_any_more_is_not_left_to_hold(tmp_path: Path) -> None:
    assert convert(tmp_path, SHEET).returncode == 0
    before = (tmp_path / "prices" / "catalogue.toml").read_bytes()
    done = convert(tmp_path, SHEET.replace("initech,,Atlas,1440P-SR", "initech,,fal,720P"))
    said = (
        f"{Path('prices', 'agreements', 'initech-atlas.toml')}: no row of the sheet makes this file, and it would hold"
    )
    assert (done.returncode, done.stderr.startswith(said)) == (1, True), done.stderr
    assert (tmp_path / "prices" / "catalogue.toml").read_bytes() == before
    assert convert(tmp_path, SHEET.replace("0.16", "0.17")).returncode == 0
