"""The rules of FOCUS 1.2: each finds the fault that it is there for, and a right file has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing.shell.bulk.focus_model import COLUMNS
from pricing.shell.bulk.focus_row_rules import ROW_RULES
from pricing.shell.bulk.focus_rules import MOST_FAULTS, check_file, check_heads, check_rows, main
from pricing.shell.bulk.outputs.focus import write_corrections
from tests.bulk.handed_over import varied

RIGHT = {
    **dict.fromkeys(COLUMNS, ""),
    **dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost"), "0.5"),
    "ListCost": "0.60",
    "BillingAccountId": "acme",
    "BillingAccountType": "Account",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-10-01T00:00:00Z",
    "BillingPeriodEnd": "2026-11-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeFrequency": "Usage-Based",
    "ChargePeriodStart": "2026-10-05T09:30:00Z",
    "ChargePeriodEnd": "2026-10-05T09:30:01Z",
    "ConsumedQuantity": "5",
    "ConsumedUnit": "Seconds",
    "ContractedUnitPrice": "1E-1",
    "ListUnitPrice": "0.12",
    "InvoiceIssuerName": "Atlas",
    "PricingCategory": "Standard",
    "PricingCurrency": "USD",
    "PricingCurrencyEffectiveCost": "0.5",
    "PricingQuantity": "5.0",
    "PricingUnit": "Seconds",
    "ProviderName": "Atlas",
    "PublisherName": "Atlas",
    "ServiceCategory": "AI and Machine Learning",
    "ServiceName": "Video",
    "ServiceSubcategory": "Generative AI",
    "SkuId": "a",
    "SkuPriceId": "a/b",
    "SkuPriceDetails": '{"x_Resolution": "1080P", "GpuCount": 2}',
    "x_Own": "anything",
}


def find(**changed: str) -> list[str]:
    return [f"{fault.column}: {fault.message}" for fault in check_rows([{**RIGHT, **changed}])]


def test_a_right_row_has_no_fault() -> None:
    assert find() == []
    assert list(check_heads(list(RIGHT))) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"BilledCost": ""}, "BilledCost: a value is wanted in each row", id="null"),
        pytest.param({"BilledCost": "+1"}, "BilledCost: '+1': a number is wanted", id="plus"),
        pytest.param({"BilledCost": "1,000"}, "BilledCost: '1,000': a number is wanted", id="comma"),
        pytest.param({"BilledCost": "1E+3"}, "BilledCost: '1E+3': a number is wanted", id="exponent-with-plus"),
        pytest.param({"BilledCost": "NaN"}, "BilledCost: 'NaN': a number is wanted", id="no-number"),
        pytest.param({"BilledCost": ".5"}, "BilledCost: '.5': a number is wanted", id="no-digit"),
        pytest.param({"ListUnitPrice": "-1"}, "ListUnitPrice: '-1': a price is wanted", id="negative-price"),
        pytest.param({"BillingCurrency": "usd"}, "BillingCurrency: 'usd': a currency of ISO 4217", id="small-letters"),
        pytest.param({"BillingCurrency": "atlas-credit"}, "BillingCurrency: 'atlas-credit': a currency", id="credit"),
        pytest.param(
            {"ChargeCategory": "Refund"}, "ChargeCategory: 'Refund' is none of Usage, Purchase", id="category"
        ),
        pytest.param({"ChargeClass": "correction"}, "ChargeClass: 'correction' is none of", id="class"),
        pytest.param({"ServiceName": "  "}, "ServiceName: '  ': spaces alone", id="spaces"),
        pytest.param({"ChargePeriodEnd": "2026-10-06"}, "ChargePeriodEnd: '2026-10-06': an instant", id="day"),
        pytest.param({"ChargePeriodEnd": "2026-13-06T00:00:00Z"}, "ChargePeriodEnd: '2026-13-", id="no-month"),
        pytest.param(
            {"ChargePeriodEnd": "2026-10-05T09:30:00Z"},
            "ChargePeriodStart: ChargePeriodStart lies before",
            id="no-time",
        ),
        pytest.param({"BillingPeriodEnd": "2026-09-01T00:00:00Z"}, "BillingPeriodStart: BillingPeriod", id="backwards"),
        pytest.param({"SkuPriceDetails": "[1]"}, "SkuPriceDetails: '[1]': an object of JSON", id="array"),
        pytest.param({"SkuPriceDetails": '{"a":' + "[" * 5_000}, "SkuPriceDetails: '{", id="deep"),
        pytest.param({"SkuPriceDetails": "{"}, "SkuPriceDetails: '{': an object of JSON", id="half-an-object"),
        pytest.param({"Tags": '{"x_a": 1, "x_a": 2}'}, 'Tags: \'{"x_a": 1, "x_a": 2}\': each key once', id="twice"),
        pytest.param({"Tags": '{"x_a": [1]}'}, "Tags: '{\"x_a\": [1]}': each key once", id="nested"),
        pytest.param({"SkuPriceDetails": '{"Mine": 1}'}, "SkuPriceDetails: '{\"Mine\": 1}': keys that", id="own-key"),
        pytest.param({"SkuId": ""}, "SkuId: SkuId is wanted for what is used", id="no-sku"),
        pytest.param({"PricingCategory": ""}, "PricingCategory: PricingCategory is wanted", id="no-category"),
        pytest.param({"ContractedCost": "0.6"}, "ContractedCost: ContractedCost is ContractedUnitPrice", id="product"),
        pytest.param({"ListCost": "0.61"}, "ListCost: ListCost is ListUnitPrice times", id="list-product"),
        pytest.param({"PricingUnit": ""}, "PricingUnit: PricingUnit goes with PricingQuantity", id="no-unit"),
        pytest.param({"ConsumedUnit": ""}, "ConsumedUnit: ConsumedUnit goes with", id="no-consumed-unit"),
        pytest.param({"ConsumedQuantity": "", "ConsumedUnit": ""}, "ConsumedQuantity: ConsumedQ", id="not-consumed"),
        pytest.param({"ChargeCategory": "Tax"}, "ListUnitPrice: ListUnitPrice has no place in a tax", id="tax"),
        pytest.param({"ChargeCategory": "Credit"}, "ConsumedQuantity: ConsumedQuantity is of usage", id="credit-used"),
        pytest.param(
            {"ChargeCategory": "Credit", "EffectiveCost": "1"}, "EffectiveCost: EffectiveCost is", id="effective"
        ),
        pytest.param({"ChargeCategory": "Purchase"}, "ChargeFrequency: a purchase is not", id="purchase"),
        pytest.param(
            {"ChargeClass": "Correction", "ListUnitPrice": ""}, "ListCost: ListCost is BilledCost", id="unpriced"
        ),
        pytest.param({"RegionId": "eu"}, "RegionName: RegionName goes with RegionId", id="region"),
        pytest.param({"ResourceType": "Task"}, "ResourceType: ResourceType goes with", id="resource"),
        pytest.param({"SubAccountName": "a"}, "SubAccountName: SubAccountName goes with", id="sub-account"),
        pytest.param(
            {"ChargeClass": "Correction", "SkuId": "", "SkuMeter": "m"}, "SkuMeter: SkuMeter has no", id="meter"
        ),
        pytest.param(
            {"ChargeClass": "Correction", "SkuPriceId": ""}, "SkuPriceDetails: SkuPriceDetails has", id="details"
        ),
        pytest.param({"ServiceSubcategory": "Video"}, "ServiceSubcategory: 'Video' is none of AI", id="subcategory"),
    ],
)
def test_each_fault_is_found(changed: dict[str, str], said: str) -> None:
    assert any(found.startswith(said) for found in find(**changed)), find(**changed)


def test_a_correction_may_leave_out_prices_and_quantities() -> None:
    bare = (
        "ConsumedQuantity",
        "ConsumedUnit",
        "ContractedUnitPrice",
        "ListUnitPrice",
        "PricingQuantity",
        "PricingUnit",
    )
    sku = ("PricingCategory", "SkuId", "SkuPriceId", "SkuPriceDetails")
    assert find(**dict.fromkeys((*bare, *sku), ""), ChargeClass="Correction", ListCost="0.5") == []
    assert find(ChargeClass="Correction", ContractedCost="0.7") == []


def test_a_tax_has_neither_prices_nor_quantities() -> None:
    bare = (
        "ConsumedQuantity",
        "ConsumedUnit",
        "ContractedUnitPrice",
        "ListUnitPrice",
        "PricingQuantity",
        "PricingUnit",
    )
    sku = ("PricingCategory", "SkuId", "SkuPriceId", "SkuPriceDetails")
    assert find(**dict.fromkeys((*bare, *sku), ""), ChargeCategory="Tax") == []


def test_rules_ask_nothing_of_columns_that_are_not_there() -> None:
    mandatory = {name: value for name, value in RIGHT.items() if name not in COLUMNS or COLUMNS[name].always}
    assert list(check_heads(list(mandatory))) == []
    assert list(check_rows([mandatory])) == []
    assert all(set(rule.columns) <= set(COLUMNS) for rule in ROW_RULES)


def test_heads_have_faults_of_their_own() -> None:
    heads = [name for name in RIGHT if name != "BilledCost"]
    found = [f"{fault.row} {fault.column}: {fault.message}" for fault in check_heads([*heads, "Mine", "SkuId"])]
    assert found == [
        "0 SkuId: the column stands twice",
        "0 BilledCost: the column is mandatory, and not there",
        "0 Mine: FOCUS 1.2 has no such column: names of one's own begin with x_",
        "0 x_Own: columns of one's own stand after those of FOCUS",
    ]


def test_a_row_of_another_length_is_a_fault(tmp_path: Path) -> None:
    lines = write_corrections(varied()).splitlines()
    (tmp_path / "focus.csv").write_text("\n".join((lines[0], "a,b", f"{lines[2]},more")), encoding="utf-8")
    assert [(fault.row, fault.message[:12]) for fault in check_file(tmp_path / "focus.csv")] == [
        (1, "the row has "),
        (2, "the row has "),
    ]


def test_files_are_checked_from_the_command_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    right, wrong = tmp_path / "right.csv", tmp_path / "wrong.csv"
    right.write_text(write_corrections(varied()), encoding="utf-8")
    assert main([str(right)]) == 0
    assert capfd.readouterr().out == "0 faults in 1 files\n"
    wrong.write_text("BilledCost,Mine\n" + "x,y\n" * 200, encoding="utf-8")
    assert main([str(right), str(wrong)]) == 1
    said = capfd.readouterr().out.splitlines()
    assert said[-1] == f"{MOST_FAULTS} faults in 2 files"
    assert f"{wrong}:0 Mine: FOCUS 1.2 has no such column: names of one's own begin with x_" in said
