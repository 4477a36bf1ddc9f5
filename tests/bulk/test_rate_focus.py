"""`wan-rules rate --focus`: the charges once more, as rows of FOCUS, whole and to the last digit."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pricing.shell.bulk.engines import Limits
from pricing.shell.bulk.outputs.focus_files import write_focus_file
from pricing.shell.catalogues import load_catalogue
from pricing.usage import UsageRow
from tests.backtesting import row
from tests.bulk.rows import names_in
from tests.bulk.test_rate import EXAMPLE, GOOD, USAGE, write_usage
from tests.shell.runner import Done, run
from tests.usage_rows import make_rows
from wan_rules.payloads import UnusableInputError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rate(*arguments: str, catalogue: str = EXAMPLE, usage: str = str(USAGE)) -> Done:
    return run("rate", usage, "--catalogue", catalogue, "--focus", "focus.csv", *arguments)


def read() -> list[dict[str, str]]:
    return list(csv.DictReader(Path("focus.csv").read_text(encoding="utf-8").splitlines()))


def make(name: str) -> Sequence[UsageRow]:
    rows = make_rows(5, 60, names_in(load_catalogue(GOOD / name)))
    write_usage(rows, "a.parquet", "b.parquet")
    return rows


@pytest.mark.parametrize("output", ["charges", "charges.parquet", "ch[a]r*ges"])
def test_rows_sum_to_the_charges(output: str) -> None:
    make("graduated-by-spend")
    done = rate("-o", output, "--format", "json", usage="*.parquet", catalogue=str(GOOD / "graduated-by-spend"))
    rated = done.document["rated"]
    assert done.document["focus"] == {"file": "focus.csv", "charges": rated, "left_out": {}}
    sums: Counter[str] = Counter()
    for one in read():
        sums[one["ResourceId"]] += Decimal(one["BilledCost"])  # type: ignore[assignment]  # a Counter of amounts
    charges = {one["id"]: one["total"] for one in pq.read_table(Path(output)).to_pylist()}
    assert (len(sums), dict(sums)) == (rated, charges)


def test_people_read_how_many_there_are() -> None:
    assert "focus.csv has 12 charges as rows of FOCUS 1.2." in rate("-o", "charges").out
    assert {path.name for path in Path().iterdir()} == {"charges", "focus.csv"}


@pytest.mark.parametrize("output", ["charges", "charges.parquet"])
def test_a_price_of_packages_is_of_so_many_seconds(output: str) -> None:
    """6 s are two packages of 5 s at 0.40, and 3 s of clips two of 2 s at 0.10."""
    fields = {"account": None, "environment": None, "host": "fal", "duration_s": 6, "clips_s": ["3"], "references": 1}
    write_usage([row(**fields)], "a.parquet")
    assert rate("-o", output, usage="a.parquet", catalogue=str(GOOD / "package")).code == 0
    columns = ("SkuMeter", "PricingQuantity", "PricingUnit", "ContractedUnitPrice", "ConsumedQuantity", "ConsumedUnit")
    assert [tuple(line[name] for name in columns) for line in read()] == [
        ("output_video_seconds", "2.0", "5 Seconds", "0.4", "6.0", "Seconds"),
        ("reference_video_seconds", "2.0", "2 Seconds", "0.1", "3.0", "Seconds"),
    ]


def test_a_price_of_packages_that_not_every_job_has_is_not_told_as_one_of_a_second() -> None:
    """10 s are two packages of 5 s at 0.40, or ten seconds at 0.08 where there are clips."""
    card = (GOOD / "package" / "card.toml").read_text(encoding="utf-8")
    named = card.replace('size = "5"', 'size = "5"\nhas_reference_video = false')
    other = '[[entry]]\nfrom = 2026-06-01\nmeter = "output_video_seconds"\nprice = "0.08"\nhas_reference_video = true\n'
    Path("cards").mkdir()
    Path("cards/card.toml").write_text(f"{named}\n{other}", encoding="utf-8")
    Path("cards/catalogue.toml").write_text('schema_version = "1"\n[catalogue]\nname = "c"\n', encoding="utf-8")
    used = row(account=None, environment=None, host="fal", duration_s=10, clips_s=[], references=1)
    write_usage([used], "a.parquet")
    assert rate("-o", "charges", usage="a.parquet", catalogue="cards").code == 0
    columns = ("PricingQuantity", "PricingUnit", "ContractedUnitPrice")
    assert [tuple(line[name] for name in columns) for line in read()] == [("2.0", "Charges", "0.4")]


def test_where_nothing_is_in_packages_prices_are_of_a_second() -> None:
    rate("-o", "charges")
    assert {line["PricingUnit"] for line in read()} == {"Seconds", ""}


def test_credits_are_left_out_and_said() -> None:
    make("credits")
    done = rate("-o", "charges", usage="*.parquet", catalogue=str(GOOD / "credits"))
    left = pq.read_table("charges").num_rows
    assert f"{left} charges in credits left out: FOCUS bills in currencies of ISO 4217." in done.out
    assert read() == []


def test_without_a_charge_there_are_columns_alone() -> None:
    write_usage([row(at="2001-01-01")], "a.parquet")
    done = rate("-o", "charges", usage="a.parquet")
    assert "focus.csv has 0 charges" in done.out
    assert Path("focus.csv").read_text(encoding="utf-8").startswith("BilledCost,")
    assert read() == []


def test_charges_may_be_folders_of_parts() -> None:
    rate("-o", "charges.parquet")
    for number in range(2):
        Path(f"spark/part-{number}").mkdir(parents=True)
        Path(f"spark/part-{number}/part-0.parquet").write_bytes(Path("charges.parquet").read_bytes())
    written = write_focus_file([Path("spark/part-0"), Path("spark/part-1")], Path("focus.csv"), Limits())
    assert written.charges == 2 * 12


@pytest.mark.parametrize(
    ("output", "focus", "told"),
    [
        ("charges.csv", "focus.csv", "charges.csv is none: name a folder, or a file .parquet"),
        ("charges", "focus.parquet", "name a file that ends in .csv"),
        ("charges", "folder.csv", "name a file that ends in .csv"),
        ("charges", "file/focus.csv", "can't be written"),
    ],
)
def test_what_cannot_be_written_is_refused_first(output: str, focus: str, told: str) -> None:
    Path("folder.csv").mkdir()
    Path("file").write_text("mine", encoding="utf-8")
    done = rate("-o", output, "--focus", focus)
    assert (done.code, told in done.err, Path(output).exists()) == (2, True, False)


def test_a_folder_that_went_away_is_told(tmp_path: Path) -> None:
    rate("-o", "charges.parquet")
    with pytest.raises(UnusableInputError, match="can't be written"):
        write_focus_file([Path("charges.parquet")], tmp_path / "gone" / "focus.csv", Limits())
