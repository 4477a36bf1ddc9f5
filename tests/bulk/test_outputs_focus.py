"""Rows of FOCUS: corrections of a reconciliation and expected charges, by the rules of the published model."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.reconciliations import Reconciliation
from pricing.shell.bulk.focus_rules import check_file, check_heads, check_rows
from pricing.shell.bulk.outputs.focus import write_corrections
from pricing.shell.bulk.outputs.focus_charges import Written, write_focus_rows
from pricing.shell.bulk.outputs.focus_columns import COLUMNS, OURS, write_number, write_text
from pricing.shell.bulk.schemas import USAGE
from pricing.shell.bulk.usage_tables import Reading, open_usage
from tests.bulk.focus_charged import LISTED, write_charges
from tests.bulk.handed_over import AT, add, reconciliation, standing, varied


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text), strict=True))


def correct(told: Reconciliation) -> list[dict[str, str]]:
    """The corrections, once they are found to hold to the rules."""
    rows = read(write_corrections(told))
    assert [*check_heads([*COLUMNS, *OURS]), *check_rows(rows)] == []
    return rows


def test_each_claim_is_a_correction_that_rights_the_invoice() -> None:
    told = varied()
    rows = correct(told)
    for own in told.totals:
        claims = [
            one
            for one in told.standings
            if one.age != "resolved" and one.status != "accepted" and one.found.part.currency == own.currency
        ]
        found = [row for row in rows if row["BillingCurrency"] == own.currency]
        if own.currency == "atlas-credit":
            assert found == []
            continue
        assert Counter(row["x_BreakId"] for row in found) == Counter(one.found.id for one in claims)
        accepted = [one.found.part.amount for one in told.standings if one.status == "accepted"]
        kept = add(own.expected, own.tolerated, *(accepted if own.currency == "USD" else []))
        assert add(own.invoiced, *(Decimal(row["BilledCost"]) for row in found)) == kept


@given(
    st.lists(
        st.tuples(st.integers(-(10**30), 10**30).filter(bool), st.sampled_from(["USD", "JPY"]), st.booleans()),
        max_size=8,
    )
)
def test_any_claims_are_rows_of_focus(breaks: list[tuple[int, str, bool]]) -> None:
    told = reconciliation(
        [
            standing(number, amount=f"{Decimal(whole).scaleb(-18):f}", currency=currency, at=None if bare else AT)
            for number, (whole, currency, bare) in enumerate(breaks)
        ]
    )
    rows = correct(told)
    for own in told.totals:
        costs = [Decimal(row["BilledCost"]) for row in rows if row["BillingCurrency"] == own.currency]
        assert add(own.invoiced, *costs) == own.expected


def test_a_correction_says_what_it_is_about() -> None:
    (row,) = correct(reconciliation([standing(amount="4.12")]))
    assert row["BilledCost"] == row["ListCost"] == row["ContractedCost"] == row["EffectiveCost"] == "-4.12"
    assert (row["ChargeCategory"], row["ChargeClass"]) == ("Usage", "Correction")
    assert (row["BillingPeriodStart"], row["BillingPeriodEnd"]) == ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")
    assert (row["ChargePeriodStart"], row["ChargePeriodEnd"]) == ("2026-11-03T09:30:00Z", "2026-11-03T09:30:01Z")
    assert (row["BillingAccountId"], row["SubAccountId"], row["x_Host"]) == ("acme", "acme", "alibaba")
    assert row["ProviderName"] == "Alibaba Cloud Model Studio"
    assert (row["ResourceId"], json.loads(row["x_InvoiceLines"])) == ("task-1", ["INV-7/1"])


def test_of_many_tasks_none_is_the_resource() -> None:
    (row,) = correct(reconciliation([standing(task_ids=("a", "b"))]))
    assert (row["ResourceId"], row["ResourceType"], row["x_TaskId"]) == ("", "", "")
    assert json.loads(row["x_TaskIds"]) == ["a", "b"]


def test_where_no_period_is_stated_the_month_of_the_request_is_billed() -> None:
    told = reconciliation([standing(), standing(2, at=None)], period=None)
    assert {(row["BillingPeriodStart"], row["BillingPeriodEnd"]) for row in correct(told)} == {
        ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")
    }


def test_texts_are_no_formulas_and_amounts_stay_numbers() -> None:
    rows = {row["x_BreakId"]: row for row in correct(varied())}
    assert rows["b0000020"]["BillingAccountId"] == "'=cmd()"
    assert (rows["b0000021"]["x_Host"], rows["b0000021"]["BillingAccountId"]) == ("'@host", "'+1")
    assert rows["b0000020"]["BilledCost"] == "-0.000000000000000001"
    assert [write_text(text) for text in ("-1", "'-1", "\tx", "'a=b", None)] == ["'-1", "''-1", "'\tx", "'a=b", ""]
    assert [write_number(Decimal(text)) for text in ("12", "-0.50", "0E+3")] == ["12.0", "-0.5", "0.0"]


TASKS: list[Mapping[str, Any]] = [
    {
        "output_quantity": "5",
        "output_unit_price": "0.1",
        "output_amount": "0.5",
        "output_list_unit_price": "0.12",
        "reference_quantity": "8",
        "reference_unit_price": "0.05",
        "reference_amount": "0.4",
        "reference_list_unit_price": "0.06",
        "rounding": "0.003",
        "credit": "-0.1",
        "total": "0.803",
        "list_total": "1.08",
    },
    {
        "id": "=cmd()",
        "account": None,
        "region": None,
        "host": "new'host",
        "output_quantity": "5",
        "output_amount": "0.49",
        "total": "0.49",
        "billed_clips_s": "2.5",
        "clips_s": None,
    },
    {"id": "free", "status": "failed", "at": "2026-12-31 23:59:59.999999"},
    {
        "id": "staged",
        "output_quantity": "5",
        "output_unit_price": "0.07",
        "output_amount": "0.35",
        "super_resolution_quantity": "5",
        "super_resolution_unit_price": "0.03",
        "super_resolution_amount": "0.15",
        "requests_quantity": "1",
        "requests_unit_price": "0.02",
        "requests_amount": "0.02",
        "minimum": "0.08",
        "total": "0.6",
        "list_total": "0.52",
    },
    {"id": "credit", "currency": "atlas-credit", "output_quantity": "5", "output_amount": "5", "total": "5"},
]


@pytest.fixture(name="listed", params=[True, False], ids=["list-prices", "list-totals"])
def _listed(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def write(folder: Path, tasks: list[Mapping[str, Any]], *, listed: bool) -> tuple[Written, list[dict[str, str]]]:
    """What is written of the tasks, once it is found to hold to the rules."""
    charges = write_charges(folder / "charges.parquet", tasks, LISTED if listed else None)
    written = write_focus_rows(duckdb.connect(), charges, folder / "focus.csv")
    assert list(check_file(folder / "focus.csv")) == []
    return written, read((folder / "focus.csv").read_text(encoding="utf-8"))


def test_costs_of_a_task_sum_to_its_charge(tmp_path: Path, listed: bool) -> None:  # noqa: FBT001 - a fixture
    written, rows = write(tmp_path, TASKS, listed=listed)
    assert written == Written(4, {"atlas-credit": 1})
    for task in TASKS[:4]:
        name = task.get("id", "task-1")
        own = [row for row in rows if row["x_TaskId"].removeprefix("'") == name]
        assert add(*(Decimal(row["BilledCost"]) for row in own)) == Decimal(task.get("total", "0"))
        if "list_total" in task:
            used = [Decimal(row["ListCost"]) for row in own if row["ChargeCategory"] == "Usage"]
            assert add(*used) == Decimal(task["list_total"])


def test_a_line_says_what_was_used_and_what_is_priced(tmp_path: Path) -> None:
    _, rows = write(tmp_path, TASKS[:1], listed=True)
    output, reference, credit, rounding = rows
    assert (output["ConsumedQuantity"], output["PricingQuantity"], output["PricingUnit"]) == ("5.0", "5.0", "Seconds")
    assert (reference["ConsumedQuantity"], reference["PricingQuantity"]) == ("10.2", "8.0")
    assert (reference["ListCost"], reference["ContractedCost"]) == ("0.48", "0.4")
    assert reference["SkuMeter"] == "reference_video_seconds"
    assert (credit["ChargeCategory"], credit["BilledCost"], credit["PricingQuantity"]) == ("Credit", "-0.1", "")
    assert (rounding["ChargeCategory"], rounding["x_Adjustment"]) == ("Adjustment", "rounding")
    assert output["x_ClipsSeconds"] == "[7.2, 3.0]"
    assert output["x_SubmittedAt"] == "2026-10-05T09:30:00.250000Z"
    assert (output["ChargePeriodStart"], output["BillingPeriodEnd"]) == ("2026-10-05T09:30:00Z", "2026-11-01T00:00:00Z")


def test_what_no_one_price_makes_is_priced_by_itself(tmp_path: Path, listed: bool) -> None:  # noqa: FBT001 - a fixture
    _, (row,) = write(tmp_path, TASKS[1:2], listed=listed)
    assert (row["PricingQuantity"], row["PricingUnit"], row["ContractedUnitPrice"]) == ("1.0", "Charges", "0.49")
    assert (row["ConsumedQuantity"], row["ConsumedUnit"]) == ("5.0", "Seconds")
    assert (row["BillingAccountId"], row["SubAccountId"], row["ProviderName"]) == ("unnamed", "", "new'host")
    assert (row["x_TaskId"], row["x_BilledClipsSeconds"], row["x_ClipsSeconds"]) == ("'=cmd()", "2.5", "")


def test_a_task_that_costs_nothing_was_used_all_the_same(tmp_path: Path, listed: bool) -> None:  # noqa: FBT001 - a fixture
    _, (row,) = write(tmp_path, TASKS[2:3], listed=listed)
    assert (row["BilledCost"], row["ConsumedQuantity"], row["x_Status"]) == ("0.0", "5.0", "failed")
    assert (row["ChargePeriodEnd"], row["BillingPeriodEnd"]) == ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z")


def test_columns_are_the_same_for_charges_and_corrections(tmp_path: Path) -> None:
    _, rows = write(tmp_path, TASKS[:1], listed=True)
    assert [*rows[0]] == [*COLUMNS, *OURS] == [*correct(varied())[0]]


def test_usage_is_read_back_from_the_rows_of_its_charges(tmp_path: Path) -> None:
    bare = {"id": "-1", "output_quantity": "5", "output_amount": "1", "references": None, "ratio": None}
    tasks = [*TASKS[:4], {**bare, "clips_s": None, "billed_clips_s": "0"}, {"id": "no clips", "clips_s": []}]
    write(tmp_path, tasks, listed=True)
    backend = ibis.duckdb.connect()
    usage = open_usage(backend, [str(tmp_path / "focus.csv")], Reading(shape="focus"))
    (piece,) = usage.pieces()
    read_back = backend.to_pyarrow(usage.rows(piece).all()).to_pylist()
    assert {row["fault"] for row in read_back} == {None}
    columns = ", ".join(f'"{name}"' for name in USAGE)
    made = duckdb.sql(f"SELECT {columns} FROM read_parquet('{tmp_path / 'charges.parquet'}')").fetchall()  # noqa: S608 - ours
    found = [tuple(row[name] for name in USAGE) for row in read_back]
    assert sorted(found, key=itemgetter(0)) == sorted(made, key=itemgetter(0))


def test_ids_like_formulas_are_read_back_as_they_were(tmp_path: Path) -> None:
    names = ["-1", "=a", "'=a", "''=a", "'b", "c"]
    write(tmp_path, [{**TASKS[0], "id": name} for name in names], listed=True)
    backend = ibis.duckdb.connect()
    usage = open_usage(backend, [str(tmp_path / "focus.csv")], Reading(shape="focus"))
    read_back = backend.to_pyarrow(usage.rows(usage.pieces()[0]).all()).to_pylist()
    assert sorted(row["id"] for row in read_back) == sorted(names)
