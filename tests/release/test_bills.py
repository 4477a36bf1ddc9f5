"""The bills of materials: as the schema wants them, whole, and the same from the same lock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from pricing.version import __version__
from tests.release import bills
from tests.release.asked_for import USERS

Json: TypeAlias = Mapping[str, Any]
EPOCH: Final = "1790000000"
SILENT: Final = {"protobuf", "pyarrow-hotfix"}
"""Their licences (BSD-3-Clause, Apache-2.0) stand in their metadata in words that cyclonedx-bom does not take over."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Json]:
    """By file name, what was written; their parts have passed the schema, or writing them had failed."""
    folder = tmp_path_factory.mktemp("bills")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        return {path.name: json.loads(path.read_bytes()) for path in bills.write_bills(folder)}


def test_there_is_one_for_the_plain_install_and_for_each_extra(written: Mapping[str, Json]) -> None:
    names = ["", *(f"-{extra}" for extra in USERS)]
    assert list(written) == [f"wan-rules-{__version__}{name}.cdx.json" for name in names]


def test_one_taken_out_of_the_whole_is_as_the_schema_wants_it(written: Mapping[str, Json]) -> None:
    text = json.dumps(written[f"wan-rules-{__version__}.cdx.json"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_each_says_what_it_is_of_and_nothing_that_differs_with_the_run(written: Mapping[str, Json]) -> None:
    for bill in written.values():
        assert (bill["specVersion"], "serialNumber" in bill) == ("1.6", False)
        assert bill["metadata"]["timestamp"] == "2026-09-21T14:13:20+00:00"
        assert bill["metadata"]["component"]["purl"] == f"pkg:pypi/wan-rules@{__version__}"


def test_each_part_has_its_version_its_digests_and_its_licence(written: Mapping[str, Json]) -> None:
    parts = {part["purl"]: part for bill in written.values() for part in bill["components"]}
    assert {part["name"] for part in parts.values() if not part.get("licenses")} <= SILENT
    hashed = {name for name, part in parts.items() if any("hashes" in found for found in part["externalReferences"])}
    assert set(parts) == hashed


def test_what_an_extra_brings_is_in_its_bill_alone(written: Mapping[str, Json]) -> None:
    def names(extra: str) -> set[str]:
        bill = written[f"wan-rules-{__version__}{extra}.cdx.json"]
        return {part["name"].lower() for part in bill["components"]}

    assert "pydantic" in names("")
    assert {"duckdb", "pyarrow"} <= names("-tables") - names("")
    assert "pyspark" in names("-spark") - names("-tables")
