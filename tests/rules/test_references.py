"""Where no reference at all is a fault of their number, and where another rule tells it."""

from __future__ import annotations

from typing import Final

import pytest

from wan_rules import HOSTS
from wan_rules.request import Cast, ReferenceKind
from wan_rules.rules.references import REFERENCE_COUNT

TAKEN: Final = "1 to 5 are taken, images and videos together."
NONE: Final = f"0 references: {TAKEN} Add an image or a video of the subject."


@pytest.mark.parametrize(
    ("count", "frames", "readable", "told"),
    [
        (0, 0, True, [NONE]),
        (0, 1, True, []),
        (0, 0, False, []),
        (0, 1, False, []),
        (5, 0, True, []),
        (6, 1, True, [f"6 references: {TAKEN} Remove 1."]),
        (8, 0, False, [f"8 references: {TAKEN} Remove 3."]),
    ],
    ids=["none", "beside-a-frame", "unreadable", "unreadable-beside-a-frame", "five", "six-beside-a-frame", "eight"],
)
def test_the_number_of_references_is_told(count: int, frames: int, *, readable: bool, told: list[str]) -> None:
    """A first frame without any has a rule of its own, and a list that can't be read may hold some."""
    image: ReferenceKind = "image"
    cast = Cast("wan2.7-r2v", (image,) * count, frames, readable, False, True, False, ())  # noqa: FBT003 - parts of a tuple
    found = REFERENCE_COUNT.check(cast, HOSTS["alibaba"].limits)
    assert [finding.message for finding in found] == told


def test_none_is_told_otherwise_than_too_many() -> None:
    image: ReferenceKind = "image"
    for count, remedy in ((6, "Remove 1."), (0, "Add an image or a video of the subject.")):
        cast = Cast("wan2.7-r2v", (image,) * count, 0, True, False, True, False, ())  # noqa: FBT003 - as above
        (finding,) = REFERENCE_COUNT.check(cast, HOSTS["alibaba"].limits)
        assert finding.message.endswith(remedy)
