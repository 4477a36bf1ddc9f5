"""Every seed, every kept input and every case that was once a fault is judged again, without a fuzzer."""

from __future__ import annotations

import ast
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.fuzz import kept, target
from tests.fuzz.cases import CASES
from tests.fuzz.kept import FOLDER, read_kept
from tests.fuzz.target import Blind, Target, judge
from tests.fuzz.targets import NAMES, SLOW, find_target

MUTATED: Final = 200
KEPT_BYTES: Final = 1_500_000


@pytest.mark.parametrize("name", [name for name in NAMES if name != SLOW])
def test_seeds_and_kept_inputs_hold(name: str) -> None:
    fuzzed = find_target(name)
    for data in (*fuzzed.seeds(), *read_kept(name)):
        _judge(name, data)


def test_a_table_holds() -> None:
    """One of its seeds: each takes about a second, and tests/bulk goes the same way by hundreds of others."""
    _judge(SLOW, [*find_target(SLOW).seeds()][-1])


@pytest.mark.parametrize(
    ("name", "data"),
    [pytest.param(name, data, id=f"{name}-{case}") for name in CASES for case, data in CASES[name].items()],
)
def test_what_was_a_fault_is_none(name: str, data: bytes) -> None:
    _judge(name, data)


def _judge(name: str, data: bytes) -> None:
    try:
        judge(find_target(name), data)
    except BaseException as error:
        error.add_note(f"{name}: the input is {data!r}")
        raise


@pytest.mark.parametrize("name", NAMES)
def test_any_input_becomes_another(name: str) -> None:
    """What atheris calls has to take whatever it comes to, and keep within the limit."""
    fuzzed, limit = find_target(name), 2_000
    begins = [data[:limit] for data in islice(fuzzed.seeds(), 20)]
    for seed in range(MUTATED):
        chance = Random(seed)  # noqa: S311 - no secret
        blind = Blind(limit, partial(_blindly, chance))
        data = begins[seed % len(begins)]
        for _ in range(3):
            data = fuzzed.mutate(chance, data, blind)
            assert len(data) <= limit


def _blindly(chance: Random, data: bytes, limit: int) -> bytes:
    at = chance.randrange(len(data) + 1)
    return (data[:at] + chance.randbytes(3) + data[at + chance.randrange(9) :])[:limit]


def test_an_input_may_take_as_long_as_the_machine_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Target(_count, lambda: iter(()), list, lambda *_: b"", patience_s=0.000_01)
    monkeypatch.setattr(target, "measure_slowness", lambda: 1_000_000.0)
    judge(slow, b"")
    monkeypatch.setattr(target, "measure_slowness", lambda: 1.0)
    with pytest.raises(AssertionError, match="0 bytes, twice"):
        judge(slow, b"")


def _count(_: bytes) -> None:
    assert sum(range(100_000)) > 0


def test_a_machine_is_never_faster_than_the_one_that_patience_was_measured_on() -> None:
    assert 1.0 <= target.measure_slowness() < 1_000


def test_the_kept_corpus_is_small_and_in_order() -> None:
    files = sorted(FOLDER.glob("*.txt"))
    assert {path.stem for path in files} <= set(NAMES)
    assert sum(path.stat().st_size for path in files) < KEPT_BYTES


def test_what_is_kept_reads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    inputs = [bytes(range(256)), b"", b'{"a": "\\n"}\n', "界\u2028".encode()]
    path = kept.write_kept("any", [*inputs, b""])
    assert path.read_text(encoding="ascii").count("\n") == len(inputs)
    assert sorted(kept.read_kept("any")) == sorted(inputs)


def test_only_the_child_needs_atheris() -> None:
    """The corpus is judged where there is none."""
    for path in Path(__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert ("atheris" in names) == (path.stem == "running"), path
