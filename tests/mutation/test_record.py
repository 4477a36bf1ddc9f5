"""The record of mutants: whole, sealed, and nothing in it without a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.mutation.records import (
    ACCEPTED,
    EQUIVALENT,
    Entry,
    Record,
    Survivor,
    find_faults,
    is_stale,
    keep_reasons,
    load_record,
)
from tests.mutation.sources import core_modules, digest_source, digest_tests

RECORD: Final = load_record()
MODULE: Final = "pricing/money.py"
KILLERS: Final = ("tests/mutation/test_record.py::test_every_module_of_the_core_is_accounted_for",)
SURVIVOR: Final = Survivor("0123456789abcdef", "add", "a", "b")


def entry(*reasons: str, killed: int = 95) -> Entry:
    survivors = tuple(replace(SURVIVOR, key=f"{number:016x}", why=why) for number, why in enumerate(reasons))
    source, tests = digest_source(MODULE), digest_tests(KILLERS)
    return Entry(source, killed + len(reasons), killed, 1, survivors, KILLERS, tests, "abc").sealed()


def test_every_module_of_the_core_is_accounted_for() -> None:
    assert set(core_modules()) == {*RECORD.modules, *RECORD.pending}


@pytest.mark.parametrize("path", RECORD.modules)
def test_an_entry_is_sealed_and_passes_or_is_open(path: str) -> None:
    found = RECORD.modules[path]
    assert found.seal == found.sealed().seal
    assert found.killed + len(found.survivors) == found.mutants
    assert not [*find_faults([(path, found)])] or path in RECORD.pending


def test_what_is_open_says_why() -> None:
    assert all(RECORD.pending.values())


def test_enough_is_killed_and_each_survivor_has_a_reason() -> None:
    reasons = [EQUIVALENT + "no difference"] * 6 + [ACCEPTED + "nobody minds"] * 5
    assert [*find_faults([(MODULE, entry(*reasons))])] == []
    assert [*find_faults([(MODULE, entry(*reasons, killed=94))])] == [
        (MODULE, "94 of 105 mutants killed, 6 equivalent: too few")
    ]
    ((path, fault),) = find_faults([(MODULE, entry("because"))])
    assert (path, fault) == (MODULE, "add: unexplained survivor 0000000000000000\n  - a\n  + b")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"source": "of another source"}, id="source"),
        pytest.param({"tests": "of other tests"}, id="tests"),
        pytest.param({"killers": ("tests/mutation/test_record.py::test_that_is_gone",)}, id="test-gone"),
        pytest.param({"killed": 96}, id="figure-by-hand"),
        pytest.param({"survivors": ()}, id="survivor-taken-out"),
    ],
)
def test_what_changes_makes_an_entry_stale(other: dict[str, object]) -> None:
    found = entry(ACCEPTED + "nobody minds")
    assert not is_stale(MODULE, Record({MODULE: found}))
    assert is_stale(MODULE, Record({MODULE: replace(found, **other)}))  # type: ignore[arg-type]


def test_a_module_without_an_entry_is_stale_unless_that_is_known() -> None:
    assert is_stale(MODULE, Record())
    assert not is_stale(MODULE, Record({}, {MODULE: "to come"}))


def test_reasons_belong_to_their_mutants() -> None:
    before, now = entry(ACCEPTED + "nobody minds"), entry("", "")
    assert [one.why for one in keep_reasons(now, before).survivors] == [ACCEPTED + "nobody minds", ""]
