"""Where a mutant stands, and so which tests it meets: those that run any of its lines."""

from __future__ import annotations

from typing import Final

import pytest

pytest.importorskip("mutmut", reason="mutants are made where the group `attack` is installed")

from tests.mutation.mutants import Mutant, find_mutants
from tests.mutation.reach import Reach

SOURCE: Final = """
def price(seconds, rate):
    return (
        seconds
        * rate
        if seconds > 0
        else rate
    )
"""
PATH: Final = "pricing/money.py"


def find(after: str, source: str = SOURCE) -> Mutant:
    return next(mutant for mutant in find_mutants(PATH, source) if after in mutant.after)


def test_a_mutant_stands_on_all_the_lines_of_what_is_changed() -> None:
    decided = find("(seconds > 0) and False")
    assert (decided.line, decided.last_line, decided.statement_line) == (4, 7, 3)
    product = find("/ rate")
    assert (product.line, product.last_line) == (4, 5)
    compared = find(">= 0")
    assert (compared.line, compared.last_line) == (6, 6)


def test_it_meets_the_tests_that_run_any_of_them() -> None:
    reach = Reach(lines={PATH: {"4": ["one"], "5": ["two", "one"], "6": ["other"]}})
    assert reach.running(PATH, 4, 5) == ["one", "two"]
    assert reach.running(PATH, 6, 6) == ["other"]
    assert reach.running(PATH, 7, 9) == []
    assert reach.running("pricing/quotes.py", 4, 5) == []


def test_its_key_knows_no_lines() -> None:
    here, there = find("/ rate"), find("/ rate", "\n" + SOURCE.replace("seconds\n        * rate", "seconds * rate"))
    assert (here.line, here.last_line, there.line, there.last_line) == (4, 5, 5, 5)
    assert here.key == there.key
