"""Which rules are asked of a medium, of which facts, and which of them a plain fact spares."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Final

import pytest

from tests.test_additions import find
from wan_rules import HOSTS
from wan_rules.groups import RuleGroup, group_rules, regroup, spare, split, suspect
from wan_rules.rule import MediumRule, Over
from wan_rules.rules.clips import VIDEO_ASPECT, VIDEO_BYTES, VIDEO_FORMAT, VIDEO_LENGTH, VIDEO_SIDES
from wan_rules.rules.media import MEDIUM_KIND

ALIBABA: Final = HOSTS["alibaba"]
CLIPS: Final = RuleGroup("video", (VIDEO_FORMAT, VIDEO_SIDES, VIDEO_ASPECT, VIDEO_LENGTH))
BYTES_MAX: Final = ALIBABA.limits.video_bytes.value


def added(over: Over) -> MediumRule:
    """A rule of a plugin."""
    return MediumRule(
        id="ODD101",
        name="odd-thing",
        family="media",
        severity="warning",
        source="https://example.com",
        passes=(),
        fails=(),
        check=find,
        over=over,
        needs=(),
    )


@pytest.mark.parametrize(
    ("over", "asked"),
    [
        ("medium", ["image", "video", "unknown", "frame"]),
        ("reference", ["image", "video", "unknown"]),
        ("image", ["image", "frame"]),
        ("video", ["video"]),
        ("voice", ["voice"]),
    ],
)
def test_a_rule_is_asked_of_what_it_looks_at(over: Over, asked: list[str]) -> None:
    """Of a reference of no known kind no rule over images or clips is."""
    rule = added(over)
    groups = group_rules((rule,))
    named = {
        "image": groups.references["image"],
        "video": groups.references["video"],
        "unknown": groups.references[None],
        "frame": groups.frame,
        "voice": groups.voice,
    }
    assert [name for name, group in named.items() if rule in group.rules] == asked
    kinds = {name: group.kind for name, group in named.items()}
    assert kinds == {"image": "image", "video": "video", "unknown": None, "frame": "image", "voice": "voice"}


def test_a_group_needs_each_fact_once_and_picks_them() -> None:
    group = RuleGroup("video", CLIPS.rules)
    assert group.needs == ("format", "width_px", "height_px", "duration_s")
    known = {"duration_s": 4, "height_px": 3, "bytes": 9, "width_px": 2, "format": 1}
    assert group.pick(known)[:4] == (1, 2, 3, 4)


def test_a_part_of_a_group_is_of_media_sent_as_the_same() -> None:
    lacking, others = split(CLIPS, ("height_px", "bytes"))
    assert (lacking.kind, lacking.rules) == ("video", (VIDEO_SIDES, VIDEO_ASPECT))
    assert (others.kind, others.rules) == ("video", (VIDEO_FORMAT, VIDEO_LENGTH))
    mistaken = regroup(RuleGroup("video", (MEDIUM_KIND, VIDEO_FORMAT)), "image")
    assert (mistaken.kind, mistaken.rules) == ("video", (MEDIUM_KIND,))


@pytest.mark.parametrize(
    ("rule", "fact", "spared", "asked"),
    [
        pytest.param(VIDEO_LENGTH, "duration_s", ["1", "8.5", "30"], ["0.999", "30.001"], id="length"),
        pytest.param(VIDEO_BYTES, "bytes", [1, BYTES_MAX], [0, BYTES_MAX + 1], id="bytes"),
        pytest.param(VIDEO_FORMAT, "format", ["mp4", "mov"], ["webm"], id="format"),
        pytest.param(MEDIUM_KIND, "kind", ["video"], ["image", "voice"], id="kind"),
    ],
)
def test_a_fact_within_its_limit_spares_the_rule(
    rule: MediumRule, fact: str, spared: list[object], asked: list[object]
) -> None:
    """Both ends of a limit are within it."""
    own = spare(RuleGroup("video", (rule,)), ALIBABA)

    def list_suspects(value: object) -> list[MediumRule]:
        return list(suspect(own, {fact: Decimal(str(value)) if fact == "duration_s" else value}))

    assert [list_suspects(value) for value in spared] == [[] for _ in spared]
    assert [list_suspects(value) for value in asked] == [[rule] for _ in asked]


def test_a_rule_that_nothing_spares_is_always_asked() -> None:
    own = spare(CLIPS, ALIBABA)
    plain = {"format": "mp4", "width_px": 1000, "height_px": 1000, "duration_s": Decimal(5)}
    assert list(suspect(own, plain)) == [VIDEO_ASPECT]
    assert list(suspect(own, {**plain, "width_px": 1})) == [VIDEO_SIDES, VIDEO_ASPECT]


def test_a_group_that_is_sent_or_copied_is_the_one_that_is_there() -> None:
    (group, *_) = group_rules(()).references.values()
    assert pickle.loads(pickle.dumps(group)) is group  # noqa: S301 - our own bytes
    assert copy.deepcopy(group) is group
