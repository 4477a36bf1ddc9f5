"""What a file's own header says of it: `Found`, every length that it claims, and the error for what can't be read.

Whoever reads a header asks `Bytes` for no more than it needs, and gives back `Found` or raises UnreadableError. It
believes nothing: a size, count or length in a file is a claim, checked against what is there before it is followed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple, Protocol, TypeAlias

from wan_rules.media_facts import MediaKind
from wan_rules.payloads import WanRulesError

Container: TypeAlias = Literal["jpeg", "png", "bmp", "webp", "mp4", "mov", "wav", "mp3"]
"""As the rules' facts name formats."""
LengthName: TypeAlias = Literal["movie", "track", "edit", "samples", "index", "container"]
"""Who claims a length: a movie's header, its picture track's header, that track's edit list, its samples one by one
(sample table, fragments, MP3 frames, the bytes of a WAV file), its segment index, or the header of a container without
tracks (WAV, MP3)."""


class UnreadableError(WanRulesError):
    """A medium that can't be measured; `reason` is a sentence for whoever sent it."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class Bytes(Protocol):
    """A file that is read where it is wanted: local, held in memory, or remote by ranges."""

    @property
    def size(self) -> int | None:
        """Bytes in all; `None` where nobody says."""

    def read(self, at: int, count: int) -> bytes:
        """The bytes from `at`, `count` of them or as many as there are. Raises UnreadableError, past a budget too."""


class Length(NamedTuple):
    """A length that a file claims, in seconds, exact or rounded half up to the microsecond."""

    name: LengthName
    seconds: Decimal


class Found(NamedTuple):
    """What a header says. Pixels are those of the upright picture; `None` is not said.

    `lengths` are in the order of `LengthName`, each at most once. `frame_s` is how long one picture or one audio frame
    lasts: lengths that differ by no more agree. `notes` are sentences on what is odd.
    """

    kind: MediaKind
    container: Container
    codec: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    rotation_deg: int | None = None
    has_alpha: bool | None = None
    lengths: tuple[Length, ...] = ()
    frame_s: Decimal | None = None
    notes: tuple[str, ...] = ()
