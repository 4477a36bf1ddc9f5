"""Which of the lengths that a file claims is taken for its length, and when they contradict each other.

Lengths that lie within one frame of each other, a tenth of a second at most, agree: headers count in ticks of their
own. Where they lie further apart nobody can say which of them a host bills, so there is no one length, and the shortest
and the longest are its ends. A clip whose samples could not be counted has no length by its headers alone: those can be
rewritten, and whoever wants to trust them says so by `bills`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from wan_rules.shell.found import Found, LengthName

BILLS: Final[tuple[LengthName, ...]] = ("samples", "edit", "track", "movie", "index", "container")
"""Whose word is taken where they agree, the first that says any (docs/adr/0029-lengths.md): what is there to decode
can't be claimed without being sent, and the headers can."""
TOLERANCE_MAX_S: Final = Decimal("0.1")
"""The longest frame by which lengths may differ and agree: a clip of one picture has one as long as itself."""
SAID_BY: Final[dict[LengthName, str]] = {
    "movie": "the movie's header",
    "track": "the track's header",
    "edit": "the edit list",
    "samples": "the samples",
    "index": "the index of segments",
    "container": "the container",
}


class Judged(NamedTuple):
    """The length in seconds, by whose word; or the ends that it lies between, where it is disputed."""

    seconds: Decimal | None = None
    by: LengthName | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether the lengths contradict each other."""
        return self.low is not None


NO_LENGTH: Final = Judged()
UNCOUNTED: Final = "its samples could not be counted, and its headers alone are not believed"


def judge(found: Found, bills: Sequence[LengthName] = BILLS) -> Judged:
    """The length by the first of `bills` that is claimed, where all agree to within a frame."""
    claims = {length.name: length.seconds for length in found.lengths}
    is_uncounted = found.kind == "video" and bills[0] == "samples" and "samples" not in claims
    if not claims or is_uncounted:
        return NO_LENGTH
    low, high = min(claims.values()), max(claims.values())
    if high - low > min(found.frame_s or Decimal(0), TOLERANCE_MAX_S):
        return Judged(low=low, high=high)
    by = next((name for name in bills if name in claims), found.lengths[0].name)
    return Judged(claims[by], by)


def tell_doubt(found: Found, judged: Judged) -> str | None:
    """Why the length of a clip or voice is not known, with every claim; `None` where it is known, or there is none."""
    if judged.seconds is not None or found.kind == "image":
        return None
    claims = ", ".join(f"{SAID_BY[length.name]} {length.seconds} s" for length in found.lengths)
    if judged.is_disputed:
        return f"its lengths differ by more than a frame: {claims}"
    return f"{UNCOUNTED}: {claims}" if claims else "it does not say how long it is"
