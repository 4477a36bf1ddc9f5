"""Rules on the files behind the references and first frames: where they are, what they are, how big and how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from wan_rules.limits import Limit, Limits, Range
from wan_rules.request import Draft, DraftReference, MediaFacts
from wan_rules.rule import Among, AsSent, Example, Finding, Findings, MediumRule, RequestRule, Within
from wan_rules.urls import find_fault, is_plain, shorten

GIRL: Final = "https://media.example.com/girl.jpg"
DANCER: Final = "https://media.example.com/dancer.mp4"
_SOURCE: Final = "docs/explanation/references.md#media"
SHOWN: Final = 32
"""Media of one kind that are reported one by one."""


def refuse_format(facts: MediaFacts, limit: Limit[tuple[str, ...]], at: str, what: str) -> Findings:
    """A finding when a file's format is none of those taken."""
    seen = (facts.format or "").lower()
    if seen in limit.value:
        return ()
    wanted = ", ".join(limit.value)
    return (
        Finding(
            at=at, observed=seen, limit=limit.value, message=f"The {what} is {seen}: {wanted} are taken. Convert it."
        ),
    )


def refuse_bytes(facts: MediaFacts, limit: Limit[int], at: str, what: str) -> Findings:
    """A finding when a file is larger than the host reads, or empty."""
    size = facts.bytes or 0
    if 0 < size <= limit.value:
        return ()
    message = f"The {what} has {size:,} bytes: at most {limit.value:,}. " if size else f"The {what} is empty. "
    return (
        Finding(
            at=at,
            observed=size,
            limit=limit.value,
            unit="bytes",
            message=message + ("Compress it or make it smaller." if size else "Upload it again."),
        ),
    )


def refuse_length(facts: MediaFacts, limit: Limit[Range] | Limit[Range | None], at: str, what: str) -> Findings:
    """A finding when a clip or voice is shorter or longer than the host takes."""
    length, allowed = facts.duration_s, limit.value
    if length is None or allowed is None or Decimal(allowed.low) <= length <= Decimal(allowed.high):
        return ()
    remedy = f"Cut it to {allowed.high} s." if length > allowed.high else "Use a longer one."
    return (
        Finding(
            at=at,
            observed=length,
            limit=allowed,
            unit="seconds",
            message=f"The {what} is {length} s long: {allowed.low} to {allowed.high} s are taken. {remedy}",
        ),
    )


def _refuse_sides(facts: MediaFacts, limit: Limit[Range], what: str) -> Findings:
    width, height = facts.width_px or 0, facts.height_px or 0
    low, high = limit.value
    if low <= width <= high and low <= height <= high:
        return ()
    remedy = f"Scale it down to {high} px." if max(width, height) > high else f"Use one of at least {low} px a side."
    return (
        Finding(
            at="url",
            observed=f"{width}x{height}",
            limit=limit.value,
            unit="pixels",
            message=f"The {what} has {width} x {height} pixels: each side {low} to {high}. {remedy}",
        ),
    )


def _refuse_aspect(facts: MediaFacts, limit: Limit[int], what: str) -> Findings:
    width, height = facts.width_px or 0, facts.height_px or 0
    if width <= limit.value * height and height <= limit.value * width:
        return ()
    return (
        Finding(
            at="url",
            observed=f"{width}x{height}",
            limit=f"1:{limit.value} to {limit.value}:1",
            message=f"The {what} is {width} x {height}: 1:{limit.value} to {limit.value}:1 are taken. Crop it.",
        ),
    )


def _both_sides(ends: Callable[[Limits], Range]) -> tuple[Within, Within]:
    """What spares a rule on sides: width and height lie within the host's range."""
    return Within("width_px", ends), Within("height_px", ends)


def _scheme(draft: Draft, limits: Limits) -> Findings:
    """Each medium is where the host can fetch it; a URL that it can't fetch fails only after the task was accepted."""
    schemes = limits.url_schemes.value
    for _, url, _ in draft.references:
        if not isinstance(url, str) or not url.startswith(schemes) or not is_plain(url):
            return tuple(_schemes_each(draft, schemes))
    return tuple(_schemes_each(draft, schemes)) if draft.first_frames else ()


def _schemes_each(draft: Draft, schemes: tuple[str, ...]) -> Iterator[Finding]:
    for name, media in (("references", draft.references), ("first_frames", draft.first_frames)):
        for index, (_, url, _) in enumerate(media[:SHOWN]):
            fault = find_fault(url, schemes) if isinstance(url, str) else None
            if fault and isinstance(url, str):
                yield refuse_url(url, f"{name}/{index}/url", fault, schemes)


def refuse_url(url: str, at: str, fault: str, schemes: tuple[str, ...]) -> Finding:
    """The finding that a host can't fetch a URL."""
    seen = shorten(url)
    return Finding(at=at, observed=seen, limit=schemes, message=f"{seen!r} can't be fetched by the host: {fault}")


URL_SCHEME: Final = RequestRule(
    id="WAN301",
    name="url-scheme",
    family="media",
    severity="error",
    source=_SOURCE,
    check=_scheme,
    passes=(
        Example({"/input/media/0/url": "oss://bucket/girl.jpg"}),
        Example({"/input/media/0/url": "data:image/png;base64,AA"}),
        Example({"/input/media/0/url": "HTTPS://media.example.com/大.jpg"}),
    ),
    fails=(
        Example({"/input/media/0/url": "file:///home/me/girl.jpg"}),
        Example({"/input/media/0/url": ""}),
        Example({"/input/media/0/url": "https://"}),
        Example({"/input/media/0/url": "https://media.example.com/the girl.jpg"}),
        Example({"/input/media/0/url": "data:image/png;base64"}),
        Example({"/reference_video_urls/0": "dance.mp4"}, host="fal"),
    ),
)


def _kind(reference: DraftReference, facts: MediaFacts, _limits: Limits) -> Findings:
    """A medium is what it is sent as: an image among the videos is refused after the call."""
    if reference.kind == facts.kind or not isinstance(reference.kind, str):
        return ()
    return (
        Finding(
            at="",
            observed=facts.kind,
            limit=reference.kind,
            message=f"Sent as {reference.kind}, and the file is of kind {facts.kind!r}. Send it as what it is.",
        ),
    )


MEDIUM_KIND: Final = MediumRule(
    id="WAN302",
    name="medium-kind",
    family="media",
    severity="error",
    source=_SOURCE,
    over="medium",
    needs=("kind",),
    plain=(AsSent(),),
    check=_kind,
    passes=(Example({}, facts={GIRL: {"kind": "image"}}),),
    fails=(Example({}, facts={GIRL: {"kind": "video"}}),),
)


def _image_format(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """An image is in a format that the host decodes."""
    return refuse_format(facts, limits.image_formats, "url", "image")


IMAGE_FORMAT: Final = MediumRule(
    id="WAN303",
    name="image-format",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("format",),
    plain=(Among("format", lambda limits: limits.image_formats.value),),
    check=_image_format,
    passes=(Example({}, facts={GIRL: {"format": "webp"}}),),
    fails=(Example({}, facts={GIRL: {"format": "gif"}}),),
)


def _image_bytes(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """An image is no larger than the host downloads."""
    return refuse_bytes(facts, limits.image_bytes, "url", "image")


IMAGE_BYTES: Final = MediumRule(
    id="WAN304",
    name="image-bytes",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("bytes",),
    plain=(Within("bytes", lambda limits: (1, limits.image_bytes.value)),),
    check=_image_bytes,
    passes=(Example({}, facts={GIRL: {"bytes": 20 * 1024 * 1024}}),),
    fails=(Example({}, facts={GIRL: {"bytes": 20 * 1024 * 1024 + 1}}), Example({}, facts={GIRL: {"bytes": 0}})),
)


def _image_sides(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """Both sides of an image lie within the host's range of pixels."""
    return _refuse_sides(facts, limits.image_side_px, "image")


IMAGE_SIDES: Final = MediumRule(
    id="WAN305",
    name="image-sides",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("width_px", "height_px"),
    plain=_both_sides(lambda limits: limits.image_side_px.value),
    check=_image_sides,
    passes=(Example({}, facts={GIRL: {"width_px": 240, "height_px": 1920}}),),
    fails=(
        Example({}, facts={GIRL: {"width_px": 239, "height_px": 500}}),
        Example({}, facts={GIRL: {"width_px": 8001, "height_px": 2000}}),
    ),
)


def _image_aspect(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """An image is not narrower than the host's most extreme ratio of sides."""
    return _refuse_aspect(facts, limits.aspect_max, "image")


IMAGE_ASPECT: Final = MediumRule(
    id="WAN306",
    name="image-aspect",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("width_px", "height_px"),
    check=_image_aspect,
    passes=(Example({}, facts={GIRL: {"width_px": 240, "height_px": 1920}}),),
    fails=(Example({}, facts={GIRL: {"width_px": 240, "height_px": 1921}}),),
)


def _image_alpha(_reference: DraftReference, facts: MediaFacts, _limits: Limits) -> Findings:
    """An image has no transparent parts: a PNG with an alpha channel is refused."""
    if not facts.has_alpha:
        return ()
    return (
        Finding(
            at="url",
            observed="alpha channel",
            limit="none",
            message="The image has an alpha channel: none is taken. Flatten it onto a plain background.",
        ),
    )


IMAGE_ALPHA: Final = MediumRule(
    id="WAN307",
    name="image-alpha",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("has_alpha",),
    plain=(Among("has_alpha", lambda _limits: (False,)),),
    check=_image_alpha,
    passes=(Example({}, facts={GIRL: {"has_alpha": False}}),),
    fails=(Example({}, facts={GIRL: {"has_alpha": True}}),),
)


def _video_format(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is in a container that the host reads."""
    return refuse_format(facts, limits.video_formats, "url", "video")


VIDEO_FORMAT: Final = MediumRule(
    id="WAN311",
    name="video-format",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("format",),
    plain=(Among("format", lambda limits: limits.video_formats.value),),
    check=_video_format,
    passes=(Example({}, facts={DANCER: {"format": "MOV"}}),),
    fails=(Example({}, facts={DANCER: {"format": "webm"}}),),
)


def _video_bytes(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is no larger than the host downloads."""
    return refuse_bytes(facts, limits.video_bytes, "url", "video")


VIDEO_BYTES: Final = MediumRule(
    id="WAN312",
    name="video-bytes",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("bytes",),
    plain=(Within("bytes", lambda limits: (1, limits.video_bytes.value)),),
    check=_video_bytes,
    passes=(Example({}, facts={DANCER: {"bytes": 100 * 1024 * 1024}}),),
    fails=(Example({}, facts={DANCER: {"bytes": 100 * 1024 * 1024 + 1}}),),
)


def _video_sides(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """Both sides of a clip lie within the host's range of pixels."""
    return _refuse_sides(facts, limits.video_side_px, "video")


VIDEO_SIDES: Final = MediumRule(
    id="WAN313",
    name="video-sides",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("width_px", "height_px"),
    plain=_both_sides(lambda limits: limits.video_side_px.value),
    check=_video_sides,
    passes=(Example({}, facts={DANCER: {"width_px": 4096, "height_px": 2160}}),),
    fails=(Example({}, facts={DANCER: {"width_px": 4097, "height_px": 2160}}),),
)


def _video_aspect(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is not narrower than the host's most extreme ratio of sides."""
    return _refuse_aspect(facts, limits.aspect_max, "video")


VIDEO_ASPECT: Final = MediumRule(
    id="WAN314",
    name="video-aspect",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("width_px", "height_px"),
    check=_video_aspect,
    passes=(Example({}, facts={DANCER: {"width_px": 2400, "height_px": 300}}),),
    fails=(Example({}, facts={DANCER: {"width_px": 2401, "height_px": 300}}),),
)


def _video_length(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A clip is neither shorter nor longer than the host takes; its seconds may be billed."""
    return refuse_length(facts, limits.video_seconds, "url", "clip")


VIDEO_LENGTH: Final = MediumRule(
    id="WAN315",
    name="video-length",
    family="media",
    severity="error",
    source=_SOURCE,
    over="video",
    needs=("duration_s",),
    plain=(Within("duration_s", lambda limits: limits.video_seconds.value),),
    check=_video_length,
    passes=(Example({}, facts={DANCER: {"duration_s": "30"}}), Example({}, facts={DANCER: {"duration_s": "1"}})),
    fails=(Example({}, facts={DANCER: {"duration_s": "30.04"}}), Example({}, facts={DANCER: {"duration_s": "0.9"}})),
)

RULES: Final = (
    URL_SCHEME,
    MEDIUM_KIND,
    IMAGE_FORMAT,
    IMAGE_BYTES,
    IMAGE_SIDES,
    IMAGE_ASPECT,
    IMAGE_ALPHA,
    VIDEO_FORMAT,
    VIDEO_BYTES,
    VIDEO_SIDES,
    VIDEO_ASPECT,
    VIDEO_LENGTH,
)
