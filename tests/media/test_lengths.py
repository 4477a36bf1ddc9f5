"""Lengths agree within a frame or are disputed; whose word is taken is configuration."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import examples
from wan_rules.shell.found import Found, Length, LengthName
from wan_rules.shell.lengths import BILLS, NO_LENGTH, TOLERANCE_MAX_S, Judged, judge, tell_doubt

NAMES: tuple[LengthName, ...] = ("movie", "track", "edit", "samples")
SECONDS = st.integers(1, 10**9).map(lambda micros: Decimal(micros) / 1_000_000)


def clip(frame: str | None, **claims: str) -> Found:
    lengths = tuple(Length(name, Decimal(text)) for name, text in claims.items())  # type: ignore[arg-type]
    return Found("video", "mp4", lengths=lengths, frame_s=None if frame is None else Decimal(frame))


@pytest.mark.parametrize(
    ("found", "judged"),
    [
        (clip("0.04"), NO_LENGTH),
        (clip("0.04", movie="5"), NO_LENGTH),
        (clip("0.04", movie="1", track="5"), NO_LENGTH),
        (clip("0.04", movie="5.04", track="5.02", samples="5"), Judged(Decimal(5), "samples")),
        (clip("0.04", movie="5.041", samples="5"), Judged(low=Decimal(5), high=Decimal("5.041"))),
        (clip("0.04", movie="1", track="1", edit="1", samples="5"), Judged(low=Decimal(1), high=Decimal(5))),
        (clip("5", movie="5.1", samples="5"), Judged(Decimal(5), "samples")),
        (clip("5", movie="5.101", samples="5"), Judged(low=Decimal(5), high=Decimal("5.101"))),
        (clip(None, movie="5", samples="5"), Judged(Decimal(5), "samples")),
        (clip(None, movie="5", samples="5.001"), Judged(low=Decimal(5), high=Decimal("5.001"))),
    ],
)
def test_lengths_agree_within_a_frame(found: Found, judged: Judged) -> None:
    assert judge(found) == judged


def test_whose_word_is_taken_is_said() -> None:
    found = clip("0.04", movie="5.02", edit="5.01", samples="5")
    assert judge(found, ("movie", *BILLS)).by == "movie"
    assert judge(found, ("container",)).by == "movie"  # nobody of them says any: the first that does
    assert judge(clip("0.04", movie="5"), ("movie", *BILLS)) == Judged(Decimal(5), "movie")
    assert judge(Found("voice", "mp3", lengths=(Length("container", Decimal(5)),))).by == "container"


def test_why_a_length_is_not_known_is_said() -> None:
    apart = clip("0.04", movie="5.05", edit="5.01", samples="5")
    assert tell_doubt(apart, judge(apart)) == (
        "its lengths differ by more than a frame: the movie's header 5.05 s, the edit list 5.01 s, the samples 5 s"
    )
    headers = clip("0.04", movie="1", track="1")
    assert tell_doubt(headers, judge(headers)) == (
        "its samples could not be counted, and its headers alone are not believed: "
        "the movie's header 1 s, the track's header 1 s"
    )
    assert tell_doubt(clip(None), NO_LENGTH) == "it does not say how long it is"
    whole = clip("0.04", samples="5")
    assert tell_doubt(whole, judge(whole)) is None
    assert tell_doubt(Found("image", "png"), NO_LENGTH) is None


@examples(200)
@given(st.dictionaries(st.sampled_from(NAMES), SECONDS, min_size=1), SECONDS, st.permutations(BILLS))
def test_a_length_lies_among_the_claims(
    claims: dict[LengthName, Decimal], frame: Decimal, bills: list[LengthName]
) -> None:
    """It is one of them, and none is further from it than a frame; or both ends are, and lie further apart."""
    found = Found("video", "mp4", lengths=tuple(Length(*claim) for claim in claims.items()), frame_s=frame)
    judged = judge(found, bills)
    if bills[0] == "samples" and "samples" not in claims:
        assert judged == NO_LENGTH
    elif judged.is_disputed:
        assert judged.low is not None
        assert judged.high is not None
        assert (judged.low, judged.high) == (min(claims.values()), max(claims.values()))
        assert judged.high - judged.low > min(frame, TOLERANCE_MAX_S)
        assert judged.seconds is None
    else:
        assert judged.seconds in claims.values()
        assert all(abs(seconds - judged.seconds) <= frame for seconds in claims.values() if judged.seconds is not None)
