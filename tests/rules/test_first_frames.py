"""A first frame alone is told where it is known to be alone."""

from __future__ import annotations

import pytest

from wan_rules import HOSTS, read
from wan_rules.rules.first_frames import FIRST_FRAME_ALONE
from wan_rules.samples import SAMPLES

LIMITS = HOSTS["alibaba"].limits
CAST = read(SAMPLES["alibaba"], HOSTS["alibaba"]).draft.cast


@pytest.mark.parametrize(
    ("kinds", "frames", "readable", "found"),
    [
        ((), 1, True, ["references"]),
        ((), 0, True, []),
        ((), 1, False, []),
        ((), 0, False, []),
        (("image",), 1, True, []),
    ],
)
def test_a_frame_is_alone_where_no_reference_is_there_or_unreadable(
    kinds: tuple[str, ...], frames: int, *, readable: bool, found: list[str]
) -> None:
    cast = CAST._replace(kinds=kinds, frames=frames, readable=readable)  # type: ignore[arg-type]  # as they are read
    assert [one.at for one in FIRST_FRAME_ALONE.check(cast, LIMITS)] == found
