"""How many subjects a picture shows: the port for whoever counts them, and the judgement on what a detector saw.

A detector says what it sees and how sure it is. `judge` makes one of three answers of it, or `unknown`: what is neither
sure nor negligible is never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias

from wan_rules.payloads import UnusableInputError
from wan_rules.shell.kinds import FURNITURE, KINDS, THINGS

Answer: TypeAlias = Literal["none", "one", "many", "unknown"]

TOLD: Final = 4
"""Things that a reason names one by one."""
SEEN_MAX: Final = 100
"""Things of one picture that are kept, the surest first: as many as facts take."""


class Box(NamedTuple):
    """A part of a picture, in pixels of the upright picture; it ends before `right_px` and `bottom_px`."""

    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    @property
    def area_px(self) -> int:
        """Pixels in it; none where it ends before it begins."""
        return max(0, self.right_px - self.left_px) * max(0, self.bottom_px - self.top_px)


class Seen(NamedTuple):
    """One thing that was seen: what kind, how sure that is (0 to 1), and where."""

    kind: str
    confidence: Decimal
    box: Box


class Subjects(NamedTuple):
    """What was counted; `seen` is what the answer rests on, the surest first, and `reason` a sentence on it."""

    answer: Answer
    seen: tuple[Seen, ...]
    reason: str


class SubjectCounter(Protocol):
    """Whoever counts the subjects of a picture."""

    def count_subjects(self, image: bytes) -> Subjects:
        """What the picture in these bytes of a file shows; `unknown` with the reason where it can't be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SightSettings:
    """What counts as seen; docs/how-to/see-subjects.md argues the defaults. Raises UnusableInputError.

    From `sure` on a thing is seen, below `unsure` it is not, between them nobody knows. Of two boxes of one kind that
    have more than `overlap` of what both cover in common, or of any two that have `same_place`, the surer counts. What
    covers less than `share_min` of the picture is background. `ignored` kinds never count, `things` only where nothing
    else is in sight, `furniture` only where no thing is either.
    """

    sure: Decimal = Decimal("0.5")
    unsure: Decimal = Decimal("0.25")
    overlap: Decimal = Decimal("0.45")
    same_place: Decimal = Decimal("0.7")
    share_min: Decimal = Decimal("0.005")
    ignored: frozenset[str] = frozenset()
    things: frozenset[str] = THINGS
    furniture: frozenset[str] = FURNITURE

    def __post_init__(self) -> None:
        """Refuse what no picture could meet."""
        if not 0 < self.unsure <= self.sure <= 1:
            said = f"unsure {self.unsure} and sure {self.sure}: 0 < unsure <= sure <= 1 is wanted"
            raise UnusableInputError("subjects", said)
        for name in ("overlap", "same_place", "share_min"):
            if not 0 <= (share := getattr(self, name)) <= 1:
                raise UnusableInputError("subjects", f"{name} is a share from 0 to 1, not {share}")
        if strange := sorted((self.ignored | self.things | self.furniture).difference(KINDS)):
            raise UnusableInputError("subjects", _unknown_kind(strange[0]))

    def rank(self, kind: str) -> int:
        """How near to a subject the kind is: 0 a subject, 1 a thing, 2 furniture."""
        return 2 if kind in self.furniture else 1 if kind in self.things else 0


def _unknown_kind(kind: str) -> str:
    near = get_close_matches(kind.casefold(), KINDS, n=1)
    return f"{kind[:40]!r} is none of the {len(KINDS)} kinds{f': did you mean {near[0]!r}?' if near else ''}"


def judge(seen: Iterable[Seen], size_px: tuple[int, int], settings: SightSettings) -> Subjects:
    """The answer on what was seen in a picture of that width and height; the order of `seen` changes nothing."""
    area = Decimal(size_px[0] * size_px[1])
    eligible = [
        one
        for one in sorted(seen, key=lambda one: (-one.confidence, one))
        if one.confidence >= settings.unsure
        and one.kind not in settings.ignored
        and one.box.area_px >= settings.share_min * area
    ]
    things = _at_own_places(eligible, settings.same_place)
    rank = min((settings.rank(one.kind) for one in things), default=0)
    counted = tuple([one for one in things if settings.rank(one.kind) == rank][:SEEN_MAX])
    return _answer(counted, sum(one.confidence >= settings.sure for one in counted), is_subject=rank == 0)


def _at_own_places(seen: Sequence[Seen], same_place: Decimal) -> list[Seen]:
    """Each thing once: a box on top of a surer one is another name for it."""
    kept: list[Seen] = []
    for one in seen:
        if all(_shared(one.box, other.box) < same_place for other in kept):
            kept.append(one)
    return kept


def _shared(one: Box, other: Box) -> Decimal:
    """How much of what two boxes cover is covered by both, from 0 to 1."""
    common = Box(*map(max, one[:2], other[:2]), *map(min, one[2:], other[2:])).area_px
    return Decimal(common) / (one.area_px + other.area_px - common) if common else Decimal(0)


def _answer(counted: tuple[Seen, ...], sure: int, *, is_subject: bool) -> Subjects:
    told, doubted = _tell(counted[:sure]), _tell(counted[sure:])
    if not counted:
        return Subjects(
            "none", (), f"none of the {len(KINDS)} kinds was seen; logos and most products are none of them"
        )
    if sure > 1 and is_subject:
        return Subjects("many", counted[:sure], f"{sure} subjects: {told}")
    if sure > 1:
        return Subjects("unknown", counted, f"{sure} things, any of which may be the subject: {told}")
    if sure == 1 and len(counted) == 1:
        return Subjects("one", counted, f"one subject: {told}")
    return Subjects(
        "unknown", counted, f"{f'{told} is seen, ' if sure else ''}{doubted} may be: not sure enough to say"
    )


def _tell(seen: Sequence[Seen]) -> str:
    more = f" and {len(seen) - TOLD} more" if len(seen) > TOLD else ""
    return ", ".join(f"{one.kind} ({one.confidence})" for one in seen[:TOLD]) + more


def unknown(reason: str) -> Subjects:
    """The answer where nobody could look."""
    return Subjects("unknown", (), reason)


def facts_from(subjects: Subjects, *, trusted: bool = False) -> Mapping[str, object]:
    """What the answer says of a medium, as facts are written in JSON; nothing where it is `unknown`.

    The rules warn of what a detector counted, and refuse only where it is `trusted`. Only for a medium of which nobody
    declared a count: beside a declared one, `detected` would say that a detector counted.
    """
    if subjects.answer == "unknown":
        return {}
    sightings = [{"kind": kind, "confidence": str(sure), **box._asdict()} for kind, sure, box in subjects.seen]
    return {"subjects": len(subjects.seen), "detected": {"seen": sightings, "trusted": trusted}}
