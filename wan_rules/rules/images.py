"""Rules on pictures, first frames among them: format, size, sides, and that no PNG is transparent."""

from __future__ import annotations

from typing import Final

from wan_rules.limits import Limits
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import Template
from wan_rules.request import DraftReference
from wan_rules.rule import Among, Example, Finding, Findings, MediumRule, Within
from wan_rules.rules.demands import IMAGE, both_sides, refuse_aspect, refuse_bytes, refuse_format, refuse_sides

_GIRL: Final = "https://media.example.com/girl.jpg"
_SOURCE: Final = "docs/explanation/references.md#media"

ALPHA: Final = Template(
    "WAN307.alpha", "The image has an alpha channel: none is taken. Flatten it onto a plain background."
).fill()


def _image_format(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """An image is in a format that the host decodes."""
    return refuse_format(facts, limits.image_formats, "url", IMAGE)


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
    passes=(Example({}, facts={_GIRL: {"format": "webp"}}),),
    fails=(Example({}, facts={_GIRL: {"format": "gif"}}),),
)


def _image_bytes(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """An image is no larger than the host downloads."""
    return refuse_bytes(facts, limits.image_bytes, "url", IMAGE)


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
    passes=(Example({}, facts={_GIRL: {"bytes": 20 * 1024 * 1024}}),),
    fails=(Example({}, facts={_GIRL: {"bytes": 20 * 1024 * 1024 + 1}}), Example({}, facts={_GIRL: {"bytes": 0}})),
)


def _image_sides(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """Both sides of an image lie within the host's range of pixels."""
    return refuse_sides(facts, limits.image_side_px, IMAGE)


IMAGE_SIDES: Final = MediumRule(
    id="WAN305",
    name="image-sides",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("width_px", "height_px"),
    plain=both_sides(lambda limits: limits.image_side_px.value),
    check=_image_sides,
    passes=(Example({}, facts={_GIRL: {"width_px": 240, "height_px": 1920}}),),
    fails=(
        Example({}, facts={_GIRL: {"width_px": 239, "height_px": 500}}),
        Example({}, facts={_GIRL: {"width_px": 8001, "height_px": 2000}}),
    ),
)


def _image_aspect(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """An image is not narrower than the host's most extreme ratio of sides."""
    return refuse_aspect(facts, limits.aspect_max, IMAGE)


IMAGE_ASPECT: Final = MediumRule(
    id="WAN306",
    name="image-aspect",
    family="media",
    severity="error",
    source=_SOURCE,
    over="image",
    needs=("width_px", "height_px"),
    check=_image_aspect,
    passes=(Example({}, facts={_GIRL: {"width_px": 240, "height_px": 1920}}),),
    fails=(Example({}, facts={_GIRL: {"width_px": 240, "height_px": 1921}}),),
)


def _image_alpha(_reference: DraftReference, facts: MediaFacts, _limits: Limits) -> Findings:
    """A PNG has no transparent parts: one with an alpha channel is refused; of other formats no page says so.

    What has such a channel and does not say its format may be a PNG, and is refused too.
    """
    if not facts.has_alpha or (facts.format or "png").lower() != "png":
        return ()
    return (
        Finding(
            at="url",
            observed="alpha channel",
            limit="none",
            message=ALPHA,
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
    passes=(
        Example({}, facts={_GIRL: {"format": "png", "has_alpha": False}}),
        Example({}, facts={_GIRL: {"format": "webp", "has_alpha": True}}),
    ),
    fails=(Example({}, facts={_GIRL: {"format": "png", "has_alpha": True}}),),
)


RULES: Final = (IMAGE_FORMAT, IMAGE_BYTES, IMAGE_SIDES, IMAGE_ASPECT, IMAGE_ALPHA)
