"""What a detector saw becomes none, one, many or unknown, and the facts that the rules read."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import examples
from wan_rules import HOSTS, UnusableInputError, check, parse_facts, read
from wan_rules.samples import SAMPLE_FACTS, SAMPLES
from wan_rules.shell.detection.clips import join
from wan_rules.shell.kinds import FURNITURE, KINDS, THINGS
from wan_rules.shell.subjects import SEEN_MAX, Box, Seen, SightSettings, Subjects, facts_from, judge, unknown

SIZE: Final = (1000, 800)
DEFAULTS: Final = SightSettings()


def at(left: int, *, width: int = 200, height: int = 400) -> Box:
    return Box(left, 100, left + width, 100 + height)


def a(kind: str, sure: str, left: int = 0) -> Seen:
    return Seen(kind, Decimal(sure), at(left))


CASES: Final = {
    "nothing": ((), "none"),
    "a-person": ((a("person", "0.93"),), "one"),
    "two-people": ((a("person", "0.93"), a("person", "0.6", 300)), "many"),
    "a-person-and-a-dog": ((a("person", "0.93"), a("dog", "0.6", 300)), "many"),
    "perhaps-a-person": ((a("person", "0.37"),), "unknown"),
    "a-person-and-perhaps-another": ((a("person", "0.93"), a("person", "0.37", 300)), "unknown"),
    "two-people-and-perhaps-a-third": ((a("cat", "0.9"), a("cat", "0.8", 300), a("cat", "0.3", 600)), "many"),
    "hardly-anything": ((a("person", "0.24"),), "none"),
    "just-sure-enough": ((a("person", "0.5"),), "one"),
    "just-not-negligible": ((a("person", "0.25"),), "unknown"),
    "a-person-with-a-tie": ((a("person", "0.93"), a("tie", "0.88", 300)), "one"),
    "a-person-on-a-chair": ((a("person", "0.93"), a("chair", "0.88", 300)), "one"),
    "perhaps-a-person-with-a-tie": ((a("person", "0.3"), a("tie", "0.88", 300)), "unknown"),
    "a-chair": ((a("chair", "0.88"),), "one"),
    "a-cup-on-a-table": ((a("cup", "0.9"), a("dining table", "0.7", 300)), "one"),
    "a-cup-and-a-spoon": ((a("cup", "0.9"), a("spoon", "0.7", 300)), "unknown"),
    "one-thing-with-two-names": ((a("cat", "0.9"), a("dog", "0.6", 10)), "one"),
    "in-the-background": ((a("person", "0.93"), Seen("car", Decimal("0.9"), Box(900, 0, 940, 60))), "one"),
}


@pytest.mark.parametrize(("seen", "answer"), CASES.values(), ids=CASES)
def test_the_answer(seen: tuple[Seen, ...], answer: str) -> None:
    assert judge(seen, SIZE, DEFAULTS).answer == answer


def test_two_people_are_told_with_how_sure_that_is() -> None:
    subjects = judge((a("person", "0.6", 300), a("person", "0.93")), SIZE, DEFAULTS)
    assert subjects.reason == "2 subjects: person (0.93), person (0.6)"
    assert [one.box for one in subjects.seen] == [at(0), at(300)]


def test_ignored_kinds_never_count() -> None:
    seen = (a("person", "0.93"), a("dog", "0.6", 300))
    assert judge(seen, SIZE, SightSettings(ignored=frozenset(["dog"]))).answer == "one"
    assert judge(seen, SIZE, SightSettings(ignored=frozenset(["dog", "person"]))).answer == "none"


def test_what_is_a_thing_can_be_set() -> None:
    seen = (a("person", "0.93"), a("handbag", "0.6", 300))
    assert judge(seen, SIZE, SightSettings(things=frozenset())).answer == "many"


SEEN: Final = st.lists(
    st.builds(
        Seen,
        st.sampled_from(["person", "dog", "car", "tie", "cup", "chair", "bench"]),
        st.integers(200, 1000).map(lambda n: Decimal(n).scaleb(-3)),
        st.builds(at, st.integers(0, 800), width=st.integers(0, 200), height=st.integers(0, 700)),
    ),
    max_size=8,
)


@examples(200)
@given(seen=SEEN, data=st.data())
def test_the_order_in_which_things_were_seen_changes_nothing(seen: list[Seen], data: st.DataObject) -> None:
    assert judge(data.draw(st.permutations(seen)), SIZE, DEFAULTS) == judge(seen, SIZE, DEFAULTS)


@examples(200)
@given(seen=SEEN)
def test_an_answer_rests_on_what_is_sure(seen: list[Seen]) -> None:
    subjects = judge(seen, SIZE, DEFAULTS)
    sure = [one for one in subjects.seen if one.confidence >= DEFAULTS.sure]
    if subjects.answer != "unknown":
        assert len(sure) == len(subjects.seen)
        assert (len(sure) > 1, len(sure) == 1) == (subjects.answer == "many", subjects.answer == "one")
    assert set(subjects.seen) <= set(seen)


@examples(200)
@given(seen=SEEN, raised=st.integers(500, 1000).map(lambda n: Decimal(n).scaleb(-3)))
def test_a_higher_bar_never_finds_more(seen: list[Seen], raised: Decimal) -> None:
    strict = judge(seen, SIZE, SightSettings(sure=raised)).answer
    assert strict in {judge(seen, SIZE, DEFAULTS).answer, "unknown"}


def test_of_a_crowd_no_more_is_kept_than_facts_take() -> None:
    crowd = [Seen("person", Decimal("0.9"), Box(100 * i, 0, 100 * i + 90, 800)) for i in range(150)]
    subjects = judge(crowd, (15000, 800), DEFAULTS)
    assert (subjects.answer, len(subjects.seen)) == ("many", SEEN_MAX)
    assert parse_facts({"https://a/b.png": facts_from(subjects)})["https://a/b.png"].subjects == SEEN_MAX


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param(
            {"sure": Decimal("0.2")}, "unsure 0.25 and sure 0.2: 0 < unsure <= sure <= 1 is wanted", id="crossed"
        ),
        pytest.param({"unsure": Decimal(0)}, "unsure 0 and sure 0.5", id="nought"),
        pytest.param({"share_min": Decimal(5)}, "share_min is a share from 0 to 1, not 5", id="percent"),
        pytest.param({"ignored": frozenset(["persn"])}, "'persn' is none of the 80 kinds: did you mean", id="misspelt"),
        pytest.param({"things": frozenset(["logo", "cup"])}, "'logo' is none of the 80 kinds", id="no-kind"),
    ],
)
def test_settings_that_no_picture_can_meet_are_refused(settings: dict[str, Decimal], said: str) -> None:
    with pytest.raises(UnusableInputError, match=re.escape(said)):
        SightSettings(**settings)  # type: ignore[arg-type]


def test_every_kind_has_one_rank() -> None:
    assert len(set(KINDS)) == len(KINDS) == 80
    assert not THINGS & FURNITURE
    assert set(KINDS) >= THINGS | FURNITURE


URL: Final = "https://media.example.com/girl.jpg"


@pytest.mark.parametrize(
    ("case", "trusted", "verdict", "severity"),
    [
        pytest.param("two-people", False, "accepted", "warning", id="warned"),
        pytest.param("two-people", True, "rejected", "error", id="refused"),
        pytest.param("a-person", False, "accepted", None, id="one"),
        pytest.param("nothing", True, "accepted", "warning", id="none"),
        pytest.param("perhaps-a-person", True, "undetermined", None, id="unknown"),
    ],
)
def test_the_rules_read_the_facts(case: str, trusted: bool, verdict: str, severity: str | None) -> None:  # noqa: FBT001
    known = {
        **SAMPLE_FACTS[URL],
        "subjects": None,
        **facts_from(judge(CASES[case][0], SIZE, DEFAULTS), trusted=trusted),
    }
    report = check(read(SAMPLES["alibaba"], HOSTS["alibaba"], parse_facts({**SAMPLE_FACTS, URL: known})))
    assert report.verdict == verdict
    assert [one.severity for one in report.violations] == ([severity] if severity else [])


ANSWERS: Final = {case: judge(seen, SIZE, DEFAULTS) for case, (seen, _) in CASES.items()}
ONE, MANY, NONE, UNCLEAR = (ANSWERS[name] for name in ("a-person", "two-people", "nothing", "perhaps-a-person"))


@pytest.mark.parametrize(
    ("pictures", "answer"),
    [
        pytest.param((), "unknown", id="no-picture"),
        pytest.param((ONE,), "one", id="one"),
        pytest.param((MANY,), "many", id="only-one-picture"),
        pytest.param((ONE, NONE, ONE), "one", id="comes-and-goes"),
        pytest.param((NONE, NONE), "none", id="none"),
        pytest.param((ONE, MANY, ONE), "unknown", id="a-slip"),
        pytest.param((ONE, MANY, MANY), "many", id="a-second-one-comes"),
        pytest.param((ONE, UNCLEAR, ONE), "unknown", id="unclear"),
        pytest.param((UNCLEAR, MANY, MANY), "many", id="many-whatever-else"),
    ],
)
def test_the_answer_for_a_clip(pictures: tuple[Subjects, ...], answer: str) -> None:
    assert join((one, b"") for one in pictures).subjects.answer == answer


@examples(100)
@given(pictures=st.lists(st.sampled_from([ONE, MANY, NONE, UNCLEAR, unknown("broken")])), data=st.data())
def test_the_order_of_a_clip_s_pictures_changes_no_answer(pictures: list[Subjects], data: st.DataObject) -> None:
    turned = data.draw(st.permutations(pictures))
    straight, other = (join((one, b"") for one in order) for order in (pictures, turned))
    assert (straight.subjects.answer, straight.pictures) == (other.subjects.answer, other.pictures)
    assert straight.subjects.answer != "many" or MANY in pictures
