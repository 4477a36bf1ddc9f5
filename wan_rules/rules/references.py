"""Rules on which references a request carries: how many, of which kind, each once, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wan_rules.limits import Limit, Limits
from wan_rules.messages import Template
from wan_rules.request import Cast, Draft, ReferenceKind
from wan_rules.rule import CastRule, Example, Finding, Findings, RequestRule
from wan_rules.rules import first_frames
from wan_rules.urls import shorten

_IMAGE: Final = {"type": "reference_image", "url": "https://media.example.com/extra.png"}
SHOWN: Final = 32
"""Repeated references reported one by one."""

TOO_MANY: Final = Template(
    "WAN201.too-many",
    "{count} references: {low} to {high} are taken, images and videos together. Remove {surplus}.",
)
NONE: Final = Template(
    "WAN201.none",
    "{count} references: {low} to {high} are taken, images and videos together. "
    "Add an image or a video of the subject.",
)
TOO_MANY_IMAGES: Final = Template(
    "WAN202.too-many", "{count} images among the references: at most {limit}. Remove {surplus}."
)
TOO_MANY_VIDEOS: Final = Template(
    "WAN203.too-many", "{count} videos among the references: at most {limit}. Remove {surplus}."
)
REPEATED: Final = Template(
    "WAN206.repeated", "The same URL as reference {number}: it takes a second place. Remove one of them."
)
TWO_ARRAYS: Final = Template(
    "WAN207.two-arrays",
    "Images and videos stand in two arrays; that images count first is an assumption. "
    "Use one kind only, or describe each character so that it can't be mistaken.",
).fill()


def _count(cast: Cast, limits: Limits) -> Findings:
    """A request carries at least one reference and at most as many as the host takes, images and videos together."""
    low, high = limits.references.value
    count = len(cast.kinds)
    if low <= count <= high or (count == 0 and (cast.frames or not cast.readable)):
        return ()
    message = (
        TOO_MANY.fill(count=count, low=low, high=high, surplus=count - high)
        if count > high
        else NONE.fill(count=count, low=low, high=high)
    )
    return (
        Finding(
            at="references",
            observed=count,
            limit=limits.references.value,
            unit="references",
            message=message,
        ),
    )


REFERENCE_COUNT: Final = CastRule(
    id="WAN201",
    name="reference-count",
    family="references",
    severity="error",
    source="docs/explanation/references.md#how-many",
    check=_count,
    passes=(Example({}), Example({"/input/media/-": _IMAGE})),
    fails=(
        Example({"/input/media": []}),
        Example({"/input/media": [{**_IMAGE, "url": f"https://media.example.com/{i}.png"} for i in range(6)]}),
    ),
)


def _kind_count(cast: Cast, limit: Limit[int], kind: ReferenceKind) -> Findings:
    count = cast.kinds.count(kind)
    if count <= limit.value:
        return ()
    said = TOO_MANY_IMAGES if kind == "image" else TOO_MANY_VIDEOS
    return (
        Finding(
            at="references",
            observed=count,
            limit=limit.value,
            unit=f"{kind}s",
            message=said.fill(count=count, limit=limit.value, surplus=count - limit.value),
        ),
    )


def _image_count(cast: Cast, limits: Limits) -> Findings:
    """At most as many of the references are images as the host takes of that kind."""
    total = limits.references.value.high
    return _kind_count(cast, limits.images_max, "image") if limits.images_max.value < total else ()


IMAGE_COUNT: Final = CastRule(
    id="WAN202",
    name="image-count",
    family="references",
    severity="error",
    source="docs/explanation/references.md#how-many",
    check=_image_count,
    passes=(Example({}, limits={"images_max": 1}),),
    fails=(Example({"/input/media/-": _IMAGE}, limits={"images_max": 1}),),
)


def _video_count(cast: Cast, limits: Limits) -> Findings:
    """At most as many of the references are clips as the host takes of that kind."""
    total = limits.references.value.high
    return _kind_count(cast, limits.videos_max, "video") if limits.videos_max.value < total else ()


VIDEO_COUNT: Final = CastRule(
    id="WAN203",
    name="video-count",
    family="references",
    severity="error",
    source="docs/explanation/references.md#how-many",
    check=_video_count,
    passes=(Example({}, limits={"videos_max": 2}),),
    fails=(Example({}, limits={"videos_max": 1}),),
)


def _repeated(draft: Draft, _limits: Limits) -> Findings:
    """Each reference is another subject: the same URL twice uses up a place, and a clip's seconds are billed twice."""
    urls = [url for _, url, _ in draft.references if isinstance(url, str)]
    if len(set(urls)) == len(urls):
        return ()
    return tuple(_repeated_each(draft))


def _repeated_each(draft: Draft) -> Iterator[Finding]:
    first: dict[str, int] = {}
    places = [(index, url) for index, (_, url, _) in enumerate(draft.references) if isinstance(url, str)]
    again = [(index, url) for index, url in places if first.setdefault(url, index) != index]
    for index, url in again[:SHOWN]:
        yield Finding(
            at=f"references/{index}/url",
            observed=shorten(url),
            limit=None,
            message=REPEATED.fill(number=first[url] + 1),
        )


REFERENCE_REPEATED: Final = RequestRule(
    id="WAN206",
    name="reference-repeated",
    family="references",
    severity="warning",
    source="docs/explanation/references.md#one-subject-each",
    check=_repeated,
    passes=(Example({}),),
    fails=(Example({"/input/media/2/url": "https://media.example.com/dancer.mp4"}),),
)


def _mixed_order(cast: Cast, limits: Limits) -> Findings:
    """Where images and videos come in two arrays, nobody says which of them is `character1`."""
    if not cast.mixed_order or limits.labels.value != "character":
        return ()
    return (
        Finding(
            at="references",
            observed="two arrays",
            limit=None,
            message=TWO_ARRAYS,
        ),
    )


MIXED_ORDER: Final = CastRule(
    id="WAN207",
    name="mixed-order",
    family="references",
    severity="warning",
    source="docs/explanation/references.md#order",
    check=_mixed_order,
    passes=(Example({}), Example({}, host="atlas")),
    fails=(Example({"/videos": ["https://media.example.com/dancer.mp4"]}, host="atlas"),),
)


RULES: Final = (
    REFERENCE_COUNT,
    IMAGE_COUNT,
    VIDEO_COUNT,
    *first_frames.RULES,
    REFERENCE_REPEATED,
    MIXED_ORDER,
)
