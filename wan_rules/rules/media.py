"""Rules on any file behind a reference or first frame: where it is, and that it is of the kind that it is sent as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wan_rules.limits import Limits
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import Template
from wan_rules.request import Draft, DraftReference
from wan_rules.rule import AsSent, Example, Finding, Findings, MediumRule, RequestRule
from wan_rules.rules.demands import KINDS, SHOWN, refuse_url
from wan_rules.urls import find_fault, is_of_form, is_plain

_GIRL: Final = "https://media.example.com/girl.jpg"
_SOURCE: Final = "docs/explanation/references.md#media"

OTHER_KIND: Final = Template(
    "WAN302.other-kind", "Sent as {sent}, and the file is of kind '{found}'. Send it as what it is."
)


def _scheme(draft: Draft, limits: Limits) -> Findings:
    """Each medium is where the host can fetch it; a URL that it can't fetch fails only after the task was accepted."""
    schemes = limits.url_schemes.value
    for _, url, _ in draft.references:
        if not isinstance(url, str) or not url.startswith(schemes) or not is_plain(url):
            return tuple(_schemes_each(draft, limits))
    return tuple(_schemes_each(draft, limits)) if draft.first_frames else ()


def _schemes_each(draft: Draft, limits: Limits) -> Iterator[Finding]:
    schemes, forms = limits.url_schemes.value, limits.media_forms.value
    for name, media in (("references", draft.references), ("first_frames", draft.first_frames)):
        for index, (_, url, _) in enumerate(media[:SHOWN]):
            fault = find_fault(url, schemes) if isinstance(url, str) else None
            if fault and isinstance(url, str) and not is_of_form(url, forms):
                yield refuse_url(url, f"{name}/{index}/url", fault, schemes)


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
        Example({"/inputs/referenceImages/0": "c64351d5-4c59-42f7-95e1-eace013eddab"}, host="runware"),
        Example({"/inputs/referenceImages/0": "iVBORw0KGgo" + "A" * 245}, host="runware"),
    ),
    fails=(
        Example({"/input/media/0/url": "file:///home/me/girl.jpg"}),
        Example({"/input/media/0/url": ""}),
        Example({"/input/media/0/url": "https://"}),
        Example({"/input/media/0/url": "https://media.example.com/the girl.jpg"}),
        Example({"/input/media/0/url": "data:image/png;base64"}),
        Example({"/reference_video_urls/0": "dance.mp4"}, host="fal"),
        Example({"/input/media/0/url": "data:image/png,AA"}),
        Example({"/inputs/referenceImages/0": "oss://bucket/girl.jpg"}, host="runware"),
        Example({"/inputs/referenceImages/0": "c64351d5"}, host="runware"),
    ),
)


def _kind(reference: DraftReference, facts: MediaFacts, _limits: Limits) -> Findings:
    """A medium is what it is sent as: an image among the videos is refused after the call."""
    if reference.kind == facts.kind or facts.kind is None or not isinstance(reference.kind, str):
        return ()
    return (
        Finding(
            at="",
            observed=facts.kind,
            limit=reference.kind,
            message=OTHER_KIND.fill(sent=KINDS[reference.kind], found=KINDS[facts.kind]),
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
    passes=(Example({}, facts={_GIRL: {"kind": "image"}}),),
    fails=(Example({}, facts={_GIRL: {"kind": "video"}}),),
)


RULES: Final = (URL_SCHEME, MEDIUM_KIND)
