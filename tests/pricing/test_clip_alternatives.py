"""Other quantities than the terms': which are tried for which rule, the rule that each makes of it, and the seconds."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from pricing.cases import Alternative, Case, Rerater, describe_case, find_version
from pricing.clip_alternatives import list_quantities
from pricing.clips import ClipRule, Step
from pricing.terms import Terms
from tests.reconciling import books, used

D = Decimal
METER: Final = "reference_video_seconds"
TWO: Final = ("4", "4.2")
ONE: Final = ("7.3",)
PLAIN: Final = 'billed = "yes"'
TOTAL: Final = f'{PLAIN}\ncap_total_s = "6"'
EACH: Final = f'{PLAIN}\ncap_per_clip_s = "5"'
CUT: Final = f'{PLAIN}\ncuts_s = ["5", "2.5"]'
CUT_IN_TOTAL: Final = f'{TOTAL}\ncuts_s = ["5", "2.5"]'
ALL: Final = f'{PLAIN}\ncap_per_clip_s = "3"\ncap_total_s = "5"\ncuts_s = ["3", "2"]\ncuts_by = "references"'
FIVE: Final = (D(5), D("2.5"))


def kind(rule: str = PLAIN, clips: tuple[str, ...] = (), **row: object) -> Case:
    """A row with those clips under a card with that rule for them."""
    catalogue = books(clips=f"[[reference_video]]\nfrom = 2026-01-01\n{rule}\n")
    expected = used(catalogue, clips_s=list(clips), **row)
    return describe_case(expected, find_version(catalogue, expected.pricing, expected.row.at))


def details(case: Case) -> list[str]:
    return [one.detail for one in list_quantities(case)]


def pick(case: Case, detail: str) -> Alternative:
    return next(one for one in list_quantities(case) if one.detail == detail)


def edited(case: Case, one: Alternative) -> Terms:
    terms = case.version.pricing.terms
    for edit in one.edits_terms:
        terms = edit(terms)
    return terms


def seconds(case: Case, one: Alternative) -> Decimal:
    """The seconds of clips that are billed."""
    outcome = Rerater().rerate(case, one)
    assert outcome is not None
    return outcome.find(METER).quantity


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        pytest.param(PLAIN, [], id="whole"),
        pytest.param(TOTAL, ["clips uncapped", "clips capped each"], id="in-total"),
        pytest.param(EACH, ["clips uncapped", "clips capped in total"], id="each"),
        pytest.param(CUT, ["clips uncapped", "clips counted otherwise"], id="cut"),
        pytest.param(
            CUT_IN_TOTAL,
            ["clips uncapped", "clips not cut", "clips capped each", "clips counted otherwise"],
            id="cut-and-in-total",
        ),
        pytest.param(
            f'{EACH}\ncuts_s = ["5", "2.5"]',
            ["clips uncapped", "clips not cut", "clips capped in total", "clips counted otherwise"],
            id="cut-and-each",
        ),
        pytest.param(ALL, ["clips uncapped", "clips not cut", "clips counted otherwise"], id="all"),
        pytest.param(f'{PLAIN}\nminimum_s = "9"', ["clips without minimum"], id="at-least"),
    ],
)
def test_each_rule_is_tried_without_its_parts_and_with_them_elsewhere(rule: str, named: list[str]) -> None:
    found = details(kind(rule, TWO))
    assert found[0] == "clips not billed"
    assert [detail for detail in found[1:] if "rounded" not in detail] == named


@pytest.mark.parametrize(
    ("rule", "detail", "said", "made", "amount"),
    [
        pytest.param(
            ALL,
            "clips uncapped",
            "with the reference clips neither capped nor cut",
            ClipRule(cuts_by="references"),
            "8.2",
            id="uncapped",
        ),
        pytest.param(
            CUT_IN_TOTAL,
            "clips not cut",
            "with the clips capped and not cut",
            ClipRule(cap_total_s=D(6)),
            "6",
            id="not-cut",
        ),
        pytest.param(
            TOTAL,
            "clips capped each",
            "with each clip capped at 6 s, not the sum",
            ClipRule(cap_per_clip_s=D(6)),
            "8.2",
            id="capped-each",
        ),
        pytest.param(
            EACH,
            "clips capped in total",
            "with all clips capped at 5 s together",
            ClipRule(cap_total_s=D(5)),
            "5",
            id="capped-in-total",
        ),
        pytest.param(
            CUT,
            "clips counted otherwise",
            "with the cuts by the number of the others",
            ClipRule(cuts_s=FIVE, cuts_by="references"),
            "5",
            id="counted-by-references",
        ),
        pytest.param(
            f'{CUT}\ncuts_by = "references"',
            "clips counted otherwise",
            "with the cuts by the number of the others",
            ClipRule(cuts_s=FIVE, cuts_by="videos"),
            "5",
            id="counted-by-videos",
        ),
        pytest.param(
            f'{PLAIN}\nminimum_s = "9"',
            "clips without minimum",
            "without the least seconds of clips",
            ClipRule(),
            "8.2",
            id="without-minimum",
        ),
        pytest.param(
            f'{PLAIN}\nround_to_s = "0.5"',
            "clips not rounded",
            "with the seconds of clips not rounded",
            ClipRule(),
            "8.2",
            id="not-rounded",
        ),
        pytest.param(
            PLAIN,
            "each clip rounded up",
            "with each clip rounded up to 1 s",
            ClipRule(rounding=Step(D(1), "up", "clip")),
            "9",
            id="each-rounded",
        ),
        pytest.param(
            f'{PLAIN}\nround_to_s = "0.5"',
            "the sum of clips rounded down",
            "with the sum of clips rounded down to 0.5 s",
            ClipRule(rounding=Step(D("0.5"), "down", "total")),
            "8",
            id="rounded-by-the-cards-own-step",
        ),
    ],
)
def test_what_a_rule_is_made_into(rule: str, detail: str, said: str, made: ClipRule, amount: str) -> None:
    """Two clips of 4 s and 4.2 s, with three pictures."""
    case = kind(rule, TWO)
    one = pick(case, detail)
    assert (one.cause, one.said) == ("quantity", said)
    assert edited(case, one).clip_rule == made
    assert edited(case, one).billed == "yes"
    assert seconds(case, one) == D(amount)


class TestBilled:
    """Clips billed where the terms do not, and the reverse."""

    def test_though_not_billed(self) -> None:
        case = kind('billed = "no"\ncap_total_s = "5"', ONE)
        assert details(case) == ["clips billed", "clips billed whole"]
        capped, whole = list_quantities(case)
        assert (capped.said, seconds(case, capped)) == (
            "with the reference clips billed, which these terms do not",
            D(5),
        )
        assert (whole.said, seconds(case, whole)) == ("with the reference clips billed whole", D("7.3"))
        assert [edited(case, one).billed for one in (capped, whole)] == ["yes", "yes"]

    def test_not_though_billed(self) -> None:
        case = kind(TOTAL, ONE)
        one = pick(case, "clips not billed")
        assert (one.said, edited(case, one).billed, seconds(case, one)) == ("with no reference clip billed", "no", D(0))

    def test_what_was_billed_of_them_has_no_rule(self) -> None:
        catalogue = books()
        expected = used(catalogue, clips_s=None, billed_clips_s="4.2")
        case = describe_case(expected, find_version(catalogue, expected.pricing, expected.row.at))
        assert details(case) == ["clips not billed"]

    def test_of_no_clips_there_is_no_other_quantity(self) -> None:
        assert details(kind(TOTAL)) == []
        assert details(kind('billed = "no"')) == []


class TestRounded:
    """Seconds rounded in other modes and places."""

    def test_one_clip_is_its_sum(self) -> None:
        case = kind(PLAIN, ONE)
        found = {one.detail: seconds(case, one) for one in list_quantities(case) if "rounded" in one.detail}
        assert found == {
            "the sum of clips rounded up": 8,
            "the sum of clips rounded half-up": 7,
            "the sum of clips rounded down": 7,
        }

    def test_of_several_each_or_the_sum(self) -> None:
        case = kind(f'{PLAIN}\nround_to_s = "1"', TWO)
        assert {one.detail: seconds(case, one) for one in list_quantities(case) if " rounded " in one.detail} == {
            "each clip rounded up": 4 + 5,
            "each clip rounded half-up": 4 + 4,
            "the sum of clips rounded half-up": 8,
            "each clip rounded down": 4 + 4,
            "the sum of clips rounded down": 8,
        }

    def test_the_output(self) -> None:
        case = kind(duration_s="7.5")
        found = {one.detail: (one.said, Rerater().rerate(case, one)) for one in list_quantities(case)}
        assert {detail: (said, outcome and outcome.total) for detail, (said, outcome) in found.items()} == {
            "output rounded up": ("with the output rounded up to a second", 8 * D("0.13")),
            "output rounded half-up": ("with the output rounded half-up to a second", 8 * D("0.13")),
            "output rounded down": ("with the output rounded down to a second", 7 * D("0.13")),
        }
