"""The cases that peers are compared by: ours answers each of them, and what is counted and drawn is what it says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from benchmarks.peers.amounts import ask
from benchmarks.peers.bars import Bar, Panel, draw
from benchmarks.peers.matrix import fill, list_failures
from benchmarks.peers.solutions import OURS, SOLUTIONS, Solution, count_code
from benchmarks.peers.workload import make_payloads, make_requests

PRICES, RULES = (next(one for one in SOLUTIONS if (one.job, one.name) == (job, OURS)) for job in ("prices", "rules"))
CODE = '''"""A module

of words."""

# why
X = (
    "text"
    "more"
)


def count() -> int:
    """One."""
    return 1
'''
BY_HAND = Solution("prices", "by_hand", "by hand")


def test_there_is_a_case_of_each_class() -> None:
    assert [failure.number for failure in list_failures()] == list(range(1, 12))


def test_ours_knows_what_each_host_takes() -> None:
    assert [said.outcome for said in ask(PRICES).answers] == ["right"] * 4


def test_ours_is_right_where_others_fail() -> None:
    cells = list(fill((PRICES, RULES)))
    assert len(cells) == 22
    assert [cell for cell in cells if cell.outcome != ("right" if cell.answers else "cannot say")] == []


def test_a_wrong_answer_is_told_with_its_number() -> None:
    shown = {cell.number: cell.shown for cell in fill((BY_HAND,))}
    assert (shown[2], shown[7], shown[11]) == ("right", "refused", "wrong: 1.12, not 1.13")


def test_what_is_timed_is_what_it_is_called() -> None:
    module = RULES.load()
    sent = make_payloads(1)
    assert [bool(module.check(one.payload, one.facts)) for one in sent] == [bool(one.faults) for one in sent]
    for asked in make_requests(1, 40):
        PRICES.load().price(asked)


def test_lines_of_code_are_counted() -> None:
    assert count_code(CODE) == 6


def test_the_picture_tells_all_that_it_shows() -> None:
    drawn = draw(
        "Times", [Panel("one job", (Bar("ours", 2e-6, is_ours=True), Bar("theirs & more", 3.5, is_ours=False)))]
    )
    described = ET.fromstring(drawn).findtext("{http://www.w3.org/2000/svg}desc")  # noqa: S314 - our own text
    assert described == "one job: ours 2 us; theirs & more 3.5 s."
    assert drawn.count("<rect") == 3
