"""Rules on voices: where a host takes one, whose it is, and the file behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wan_rules.limits import Limits
from wan_rules.media_facts import MediaFacts
from wan_rules.messages import Template
from wan_rules.request import Cast, Draft, DraftReference
from wan_rules.rule import Among, CastRule, Example, Finding, Findings, Fix, MediumRule, RequestRule, Within
from wan_rules.rules.demands import SHOWN, refuse_bytes, refuse_format, refuse_length, refuse_url
from wan_rules.rules.demands import VOICE as A_VOICE
from wan_rules.urls import find_fault, is_plain, shorten

VOICE: Final = "https://media.example.com/girl-voice.mp3"
_SOURCE: Final = "docs/explanation/references.md#voices"

NOT_TAKEN: Final = Template(
    "WAN401.not-taken", "This host takes no voice: it has no effect. Leave it out, or call a host that takes one."
).fill()
OF_FIRST_FRAME: Final = Template(
    "WAN402.of-first-frame", "A first frame takes no voice. Move it to the reference that speaks."
).fill()
NOBODYS: Final = Template(
    "WAN403.nobodys",
    "One voice and {count} references: the host is not told who speaks with it. "
    "Say in the prompt who speaks, or send one reference.",
)


def _taken(draft: Draft, limits: Limits) -> Findings:
    """A voice is sent only where the host takes one; elsewhere it is lost, and the characters speak with any voice."""
    if draft.voice is None or limits.voices.value != "none":
        return ()
    return (
        Finding(
            at="voice",
            observed=shorten(draft.voice) if isinstance(draft.voice, str) else None,
            limit="none",
            message=NOT_TAKEN,
            fix=Fix("remove", "voice") if isinstance(draft.voice, str) else None,  # else its type is mended so
        ),
    )


VOICE_NOT_TAKEN: Final = RequestRule(
    id="WAN401",
    name="voice-not-taken",
    family="voice",
    severity="warning",
    source=_SOURCE,
    check=_taken,
    passes=(Example({}, host="fal"), Example({}, host="atlas")),
    fails=(Example({"/reference_voice": VOICE}, host="fal"),),
)


def _first_frame_voice(draft: Draft, _limits: Limits) -> Findings:
    """A voice belongs to a reference: a first frame speaks with none."""
    return tuple(_first_frame_voice_each(draft)) if draft.first_frames else ()


def _first_frame_voice_each(draft: Draft) -> Iterator[Finding]:
    for index, frame in enumerate(draft.first_frames[:2]):
        if frame.voice is not None:
            yield Finding(
                at=f"first_frames/{index}/voice",
                observed=shorten(frame.voice) if isinstance(frame.voice, str) else None,
                limit=None,
                message=OF_FIRST_FRAME,
                fix=Fix("remove", f"first_frames/{index}/voice") if isinstance(frame.voice, str) else None,
            )


FIRST_FRAME_VOICE: Final = RequestRule(
    id="WAN402",
    name="first-frame-voice",
    family="voice",
    severity="error",
    source=_SOURCE,
    check=_first_frame_voice,
    passes=(Example({"/input/media/-": {"type": "first_frame", "url": "https://media.example.com/door.jpg"}}),),
    fails=(
        Example(
            {
                "/input/media/-": {
                    "type": "first_frame",
                    "url": "https://media.example.com/d.jpg",
                    "reference_voice": VOICE,
                }
            }
        ),
    ),
)


def _owner(cast: Cast, limits: Limits) -> Findings:
    """A voice for the request as a whole is one character's: with several references nobody says whose."""
    if not cast.has_voice or limits.voices.value != "request" or len(cast.kinds) < 2:  # noqa: PLR2004 - a pair
        return ()
    return (
        Finding(
            at="voice",
            observed=len(cast.kinds),
            limit=1,
            unit="references",
            message=NOBODYS.fill(count=len(cast.kinds)),
        ),
    )


VOICE_OWNER: Final = CastRule(
    id="WAN403",
    name="voice-owner",
    family="voice",
    severity="warning",
    source=_SOURCE,
    check=_owner,
    passes=(
        Example(
            {"/images": ["https://media.example.com/a.png"], "/prompt": "character1 speaks", "/audio": VOICE},
            host="atlas",
        ),
    ),
    fails=(Example({"/audio": VOICE}, host="atlas"),),
)


def _scheme(draft: Draft, limits: Limits) -> Findings:
    """A voice is where the host can fetch it."""
    schemes = limits.url_schemes.value
    if draft.voice is not None and limits.voices.value == "request":
        return _refuse(draft.voice, None, schemes)
    found: Findings = ()
    for index, (_, _, voice) in enumerate(draft.references[:SHOWN]):
        if voice is not None:
            found += _refuse(voice, ("references", index), schemes)
    return found


def _refuse(voice: object, owner: tuple[str, int] | None, schemes: tuple[str, ...]) -> Findings:
    if not isinstance(voice, str) or (voice.startswith(schemes) and is_plain(voice)):
        return ()
    fault = find_fault(voice, schemes)
    if fault is None:
        return ()
    at = f"{owner[0]}/{owner[1]}/voice" if owner else "voice"
    return (refuse_url(voice, at, fault, schemes),)


VOICE_SCHEME: Final = RequestRule(
    id="WAN404",
    name="voice-scheme",
    family="voice",
    severity="error",
    source=_SOURCE,
    check=_scheme,
    passes=(Example({"/input/media/0/reference_voice": VOICE}),),
    fails=(Example({"/input/media/0/reference_voice": "voice.mp3"}), Example({"/audio": "voice.mp3"}, host="atlas")),
)


def _format(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A voice is a sound file of a format that the host decodes."""
    return refuse_format(facts, limits.voice_formats, "voice", A_VOICE)


VOICE_FORMAT: Final = MediumRule(
    id="WAN405",
    name="voice-format",
    family="voice",
    severity="error",
    source=_SOURCE,
    over="voice",
    needs=("format",),
    plain=(Among("format", lambda limits: limits.voice_formats.value),),
    check=_format,
    passes=(Example({}, facts={VOICE: {"format": "wav"}}),),
    fails=(Example({}, facts={VOICE: {"format": "ogg"}}),),
)


def _bytes(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A voice is no larger than the host downloads."""
    return refuse_bytes(facts, limits.voice_bytes, "voice", A_VOICE)


VOICE_BYTES: Final = MediumRule(
    id="WAN406",
    name="voice-bytes",
    family="voice",
    severity="error",
    source=_SOURCE,
    over="voice",
    needs=("bytes",),
    plain=(Within("bytes", lambda limits: (1, limits.voice_bytes.value)),),
    check=_bytes,
    passes=(Example({}, facts={VOICE: {"bytes": 15 * 1024 * 1024}}),),
    fails=(Example({}, facts={VOICE: {"bytes": 15 * 1024 * 1024 + 1}}),),
)


def _length(_reference: DraftReference, facts: MediaFacts, limits: Limits) -> Findings:
    """A voice is long enough to be cloned and no longer than the host listens."""
    return refuse_length(facts, limits.voice_seconds, "voice", A_VOICE)


VOICE_LENGTH: Final = MediumRule(
    id="WAN407",
    name="voice-length",
    family="voice",
    severity="error",
    source=_SOURCE,
    over="voice",
    needs=("duration_s",),
    plain=(Within("duration_s", lambda limits: limits.voice_seconds.value),),
    check=_length,
    passes=(Example({}, facts={VOICE: {"duration_s": "10"}}),),
    fails=(Example({}, facts={VOICE: {"duration_s": "10.5"}}), Example({}, facts={VOICE: {"duration_s": "0.5"}})),
)

RULES: Final = (
    VOICE_NOT_TAKEN,
    FIRST_FRAME_VOICE,
    VOICE_OWNER,
    VOICE_SCHEME,
    VOICE_FORMAT,
    VOICE_BYTES,
    VOICE_LENGTH,
)
