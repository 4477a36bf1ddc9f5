"""The one canonical request: what every host's payload is read into, and written from.

`Draft` is the request as far as it could be read, before any rule has looked at it; `Request` is the strict form
that only `validation.validate` hands out. Both are immutable tuples: they are made once for every payload, and a
named tuple is four times cheaper to make than a frozen dataclass (docs/adr/0004-named-tuples.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from wan_rules.media_facts import MediaFacts
from wan_rules.messages import Message
from wan_rules.urls import redact

Resolution: TypeAlias = Literal["720P", "1080P", "1080P-SR", "1440P-SR"]
AspectRatio: TypeAlias = Literal["16:9", "9:16", "1:1", "4:3", "3:4"]
ReferenceKind: TypeAlias = Literal["image", "video"]

RENDERED_AT: Final[Mapping[Resolution, Resolution]] = MappingProxyType(
    {"720P": "720P", "1080P": "1080P", "1080P-SR": "720P", "1440P-SR": "720P"}
)
"""The tier of the first stage: a super-resolution tier renders 720P (Atlas Cloud's page for the model)."""
RESOLUTIONS: Final[tuple[Resolution, ...]] = tuple(RENDERED_AT)
NATIVE_RESOLUTIONS: Final[tuple[Resolution, ...]] = tuple(tier for tier in RESOLUTIONS if RENDERED_AT[tier] == tier)
SR_RESOLUTIONS: Final[tuple[Resolution, ...]] = tuple(tier for tier in RESOLUTIONS if RENDERED_AT[tier] != tier)
ASPECT_RATIOS: Final[tuple[AspectRatio, ...]] = ("16:9", "9:16", "1:1", "4:3", "3:4")

K = TypeVar("K")
U = TypeVar("U")
V = TypeVar("V")


class ReferenceOf(NamedTuple, Generic[K, U, V]):
    """One subject to appear in the video: an image or a clip, and the voice that it speaks with."""

    kind: K
    url: U
    voice: V

    def __repr__(self) -> str:
        """Without what may be a credential in a URL."""
        return f"Reference(kind={self.kind!r}, url={_show_url(self.url)}, voice={_show_url(self.voice)})"


class Unreadable(NamedTuple):
    """A field that holds a value of the wrong type, or none of the words its host knows; rules skip it."""

    raw: object

    def __repr__(self) -> str:
        """Without the value, which may be anything."""
        return f"Unreadable({type(self.raw).__name__})"


Reference: TypeAlias = ReferenceOf[ReferenceKind, str, str | None]
"""A reference of a request that no rule refuses."""

DraftReference: TypeAlias = ReferenceOf[ReferenceKind | Unreadable, str | Unreadable, str | Unreadable | None]
"""A reference or first frame as read: each part may be unreadable."""


class Request(NamedTuple):
    """A reference-to-video request with every default resolved; what a host is asked to render.

    `references` are in the order that `character1..n` counts. `voice` belongs to the request as a whole (a host that
    cannot say whose it is). `seed` is `None` for a random one, `duration_s` counts whole seconds.
    """

    prompt: str
    negative_prompt: str | None
    references: tuple[Reference, ...]
    first_frame: str | None
    voice: str | None
    resolution: Resolution
    ratio: AspectRatio
    duration_s: int
    prompt_extend: bool | None
    watermark: bool | None
    seed: int | None

    def __repr__(self) -> str:
        """Without what may be a credential in a URL."""
        shown = {name: _show_url(value) if name in _URLS else repr(value) for name, value in self._asdict().items()}
        return f"Request({', '.join(f'{name}={value}' for name, value in shown.items())})"


_URLS: Final = ("first_frame", "voice")


def _show_url(url: object) -> str:
    return repr(redact(url) if isinstance(url, str) else url)


class Evidence(NamedTuple):
    """The facts that came beside the payload for one medium and for its voice."""

    medium: MediaFacts | None
    voice: MediaFacts | None


class Misfit(NamedTuple):
    """A value of the wrong type: where it stands in the payload, and what is wanted, a type's name most often."""

    pointer: str
    raw: object
    wanted: str | Message
    removable: bool


class Stray(NamedTuple):
    """A field that the host's payload does not have: where it stands, and which names it may have been meant for.

    `name` is as it can be shown; where that is not the whole of it, `pointer` is of the object that holds it.
    `outdated` says what to use instead of a field of another model; `is_bare` that it holds no array or object.
    """

    pointer: str
    name: str
    known: tuple[str, ...]
    outdated: str | Message | None
    is_bare: bool


class Cast(NamedTuple):
    """Who appears: the model, which references in which order, and the labels that the prompt names them by.

    `kinds` are those of the references, `None` where unreadable; `frames` counts first frames; `readable` is false
    where there is no telling whether there are references. `mixed_order` says that references came from two arrays, so
    that their order is an assumption. `labels` are the prompt's labels in order, as they are written.
    """

    model: str | Unreadable | None
    kinds: tuple[ReferenceKind | None, ...]
    frames: int
    readable: bool
    has_voice: bool
    has_prompt: bool
    mixed_order: bool
    labels: tuple[str, ...]


class Output(NamedTuple):
    """What video is asked for, and what of the references its limits depend on.

    `defaulted` names the fields that were left out and took the host's default. `has_video` says whether any reference
    is a clip; `frames` counts first frames.
    """

    resolution: Resolution | Unreadable | None
    ratio: AspectRatio | Unreadable | None
    duration_s: int | Unreadable | None
    defaulted: frozenset[str]
    has_video: bool
    frames: int


class Draft(NamedTuple):
    """The request as far as it could be read, defaults resolved; what the rules look at.

    `cast` and `output` are all of it that is not free text, URL or seed: what most rules look at, and few requests
    differ in. `first_frames` may hold more than one. `evidence` runs parallel to `references + first_frames`, or is
    empty where no facts were given at all.
    """

    cast: Cast
    output: Output
    prompt: str | Unreadable | None
    negative_prompt: str | Unreadable | None
    references: tuple[DraftReference, ...]
    first_frames: tuple[DraftReference, ...]
    voice: str | Unreadable | None
    prompt_extend: bool | Unreadable | None
    watermark: bool | Unreadable | None
    seed: int | Unreadable | None
    evidence: tuple[Evidence, ...]
    voice_facts: MediaFacts | None
    misfits: tuple[Misfit, ...]
    strays: tuple[Stray, ...]
