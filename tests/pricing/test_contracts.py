"""Which prices fit a request, and in which order they are looked for."""

from __future__ import annotations

from pricing.contracts import patterns
from pricing.keys import ANY, WITH_CLIPS, EntryKey

METER = "output_video_seconds"


def test_of_two_that_name_as_much_the_one_that_names_the_tier_is_looked_for_first() -> None:
    """And of two without it the one that names the ratio."""
    names = [pattern[1:] for pattern in patterns(EntryKey(METER, "720P", "9:16", WITH_CLIPS))]
    assert names == [
        ("720P", "9:16", WITH_CLIPS),
        ("720P", "9:16", ANY),
        ("720P", ANY, WITH_CLIPS),
        (ANY, "9:16", WITH_CLIPS),
        ("720P", ANY, ANY),
        (ANY, "9:16", ANY),
        (ANY, ANY, WITH_CLIPS),
        (ANY, ANY, ANY),
    ]
