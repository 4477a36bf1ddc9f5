"""Rules on the labels by which a prompt names its references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from wan_rules.labels import label_for, named_index, parse_labels
from wan_rules.limits import Limits
from wan_rules.messages import Message, Template, Value
from wan_rules.request import Cast
from wan_rules.rule import CastRule, Example, Finding, Findings

SHOWN: Final = 32
"""Labels and references reported one by one."""

STYLES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "character": Template("label.characters", "character1, character2, ...").fill(),
        "counted": Template("label.counted", "Image 1, Video 1, ...").fill(),
    }
)
LABELS: Final[Mapping[str, Template]] = MappingProxyType(
    {"Image": Template("label.image", "Image {number}"), "Video": Template("label.video", "Video {number}")}
)
NOBODY: Final = Template(
    "WAN104.nobody", "{label!r} names no reference: there {are}. Add it, or name one that is there."
)
NOT_NAMED: Final = Template(
    "WAN105.not-named", "The prompt never names this reference. Say what '{label}' does, or leave the reference out."
)
FOREIGN: Final = Template("WAN106.foreign", "{label!r} is another host's way to name a reference: here it is {style}")
MIXED: Final = Template("WAN107.mixed", "{one!r} counts all references, {other!r} each kind apart. Keep to {style}")
ONE: Final[Mapping[str | None, Message]] = MappingProxyType(
    {
        None: Template("WAN104.one", "is 1 reference").fill(),
        "image": Template("WAN104.one-image", "is 1 image").fill(),
        "video": Template("WAN104.one-video", "is 1 video").fill(),
    }
)
MANY: Final[Mapping[str | None, Template]] = MappingProxyType(
    {
        None: Template("WAN104.many", "are {count} references"),
        "image": Template("WAN104.many-images", "are {count} images"),
        "video": Template("WAN104.many-videos", "are {count} videos"),
    }
)


def _labels_resolve(cast: Cast, _limits: Limits) -> Findings:
    """Each label names a reference that is there: `character3` with two references is nobody.

    `characterN` is the product's own label, and one too many is an error. With a blank, as in `a character 30 years
    old`, it may be none, and the official examples number `Image N` loosely: these are warnings.
    """
    return tuple(_labels_resolve_each(cast))


def _labels_resolve_each(cast: Cast) -> Iterator[Finding]:
    kinds = cast.kinds
    lost = [label for label in parse_labels(cast.labels) if named_index(label, kinds) is None]
    for label in lost[:SHOWN]:
        count = len(kinds) if label.kind is None else kinds.count(label.kind)
        what = "reference" if label.kind is None else label.kind
        yield Finding(
            at="prompt",
            observed=label.text,
            limit=count,
            unit=f"{what}s",
            message=NOBODY.fill(
                label=label.text, are=ONE[label.kind] if count == 1 else MANY[label.kind].fill(count=count)
            ),
            severity="error" if label.style == "character" and " " not in label.text else "warning",
        )


LABEL_WITHOUT_REFERENCE: Final = CastRule(
    id="WAN104",
    name="label-without-reference",
    family="prompt",
    severity="error",
    source="docs/explanation/references.md#labels",
    check=_labels_resolve,
    passes=(
        Example({"/input/prompt": "图1 and 视频2 meet 视频1"}),
        Example({"/prompt": "character1 and character2"}, host="atlas"),
    ),
    fails=(
        Example({"/input/prompt": "Image 1, Image 2, Video 1 and Video 2 meet"}),
        Example({"/prompt": "character1, character2 and character3 meet"}, host="atlas"),
        Example({"/prompt": "character1 and character2 meet character0"}, host="atlas"),
        Example({"/prompt": "character1 and character2 meet a character 30 years old"}, host="atlas"),
    ),
)


def _references_named(cast: Cast, limits: Limits) -> Findings:
    """Each reference is named in the prompt: one that is not may appear nowhere, and is billed all the same."""
    return tuple(_references_named_each(cast, limits))


def _references_named_each(cast: Cast, limits: Limits) -> Iterator[Finding]:
    if not cast.has_prompt:
        return
    kinds = cast.kinds
    named = {named_index(label, kinds) for label in parse_labels(cast.labels)}
    for index in range(min(len(kinds), SHOWN)):
        if index in named or kinds[index] is None:
            continue
        label = label_for(index, kinds, limits.labels.value)
        yield Finding(
            at=f"references/{index}",
            observed=None,
            limit=label,
            message=NOT_NAMED.fill(label=_name(label)),
        )


def _name(label: str) -> Value:
    """What a reference is called, in any language: `Image 2` is 图2 in Chinese, `character2` the same everywhere."""
    word, _, number = label.partition(" ")
    return LABELS[word].fill(number=number) if number else word


REFERENCE_NOT_NAMED: Final = CastRule(
    id="WAN105",
    name="reference-not-named",
    family="prompt",
    severity="warning",
    source="docs/explanation/references.md#labels",
    check=_references_named,
    passes=(Example({}), Example({"/input/prompt": "character1, character2 and character3 meet"})),
    fails=(Example({"/input/prompt": "Image 1 meets Video 2"}), Example({"/prompt": "They meet"}, host="atlas")),
)


def _label_style(cast: Cast, limits: Limits) -> Findings:
    """The prompt names its references in the host's own style: in another, the model may not know whom it means."""
    labels = parse_labels(cast.labels)
    style = limits.labels.value
    foreign = [label.text for label in labels if label.style != style]
    if not foreign or len(foreign) < len(labels):
        return ()
    return (
        Finding(
            at="prompt",
            observed=foreign[0],
            limit=str(STYLES[style]),
            message=FOREIGN.fill(label=foreign[0], style=STYLES[style]),
        ),
    )


LABEL_STYLE: Final = CastRule(
    id="WAN106",
    name="label-style",
    family="prompt",
    severity="warning",
    source="docs/explanation/references.md#labels",
    check=_label_style,
    passes=(Example({}), Example({"/prompt": "character1 and character2 meet"}, host="atlas")),
    fails=(
        Example({"/input/prompt": "character1, character2 and character3 meet"}),
        Example({"/prompt": "Image 1 and Image 2 meet"}, host="atlas"),
    ),
)


def _label_mixture(cast: Cast, limits: Limits) -> Findings:
    """A prompt keeps to one style: `character2` and `Image 2` in one sentence can be one subject or two."""
    labels = parse_labels(cast.labels)
    if len({label.style for label in labels}) < 2:  # noqa: PLR2004 - there are two styles
        return ()
    first = {label.style: label.text for label in reversed(labels)}
    return (
        Finding(
            at="prompt",
            observed=sorted(first.values()),
            limit=str(STYLES[limits.labels.value]),
            message=MIXED.fill(one=first["character"], other=first["counted"], style=STYLES[limits.labels.value]),
        ),
    )


LABEL_MIXTURE: Final = CastRule(
    id="WAN107",
    name="label-mixture",
    family="prompt",
    severity="warning",
    source="docs/explanation/references.md#labels",
    check=_label_mixture,
    passes=(Example({"/input/prompt": "Image 1 meets Video 1 and Video 2"}),),
    fails=(Example({"/input/prompt": "Image 1 meets character2 and character3"}),),
)

RULES: Final = (LABEL_WITHOUT_REFERENCE, REFERENCE_NOT_NAMED, LABEL_STYLE, LABEL_MIXTURE)
