"""The page of hosts: what each takes, by its own tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from tables import NOTE, code, page, table

from wan_rules import HOSTS, Host
from wan_rules.hosts.host import WANTED, MediaArray, ReadField, Section
from wan_rules.limits import Limit, Limits, Range
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS

WHAT: Final = {
    "models": "names of the model",
    "prompt_chars": "longest prompt",
    "negative_prompt_chars": "longest negative prompt",
    "references": "references, images and clips together",
    "images_max": "images among them, at most",
    "videos_max": "clips among them, at most",
    "first_frames_max": "first frames beside references, at most",
    "url_schemes": "how a URL begins",
    "media_forms": "what may stand in its place",
    "image_formats": "formats of images",
    "image_side_px": "each side of an image",
    "image_bytes": "largest image",
    "video_formats": "formats of clips",
    "video_side_px": "each side of a clip",
    "video_bytes": "largest clip",
    "video_seconds": "length of a clip",
    "aspect_max": "longer side by the shorter, at most",
    "subjects": "subjects in a reference",
    "voices": "where a voice stands",
    "voice_formats": "formats of voices",
    "voice_bytes": "largest voice",
    "voice_seconds": "length of a voice",
    "resolutions": "tiers",
    "tier_words": "the host's word for each tier",
    "ratios": "ratios",
    "duration_s": "length of the video",
    "duration_with_video_s": "the same with a clip among the references",
    "seed": "seeds",
    "labels": "how a prompt names its references",
}
_WORDS: Final = {
    "reference": "beside a reference",
    "request": "one for the request",
    "none": "nowhere",
    "character": "`character1`, `character2`",
    "counted": "`Image 1`, `Video 1`",
}
_SLOTS: Final = {
    "duration_s": "length of the video",
    "negative_prompt": "negative prompt",
    "prompt_extend": "prompt extension",
    "resolution": "tier",
    "voice": "voice of the request",
}
_COUNTED: Final = frozenset({"references", "images", "videos", "first frames", "subjects", "seed"})
_HEAD: Final = """# Hosts

What each host takes, as its table in `wan_rules/hosts/` has it. How to write another: [add a
host](../how-to/add-a-host.md).

**Grade** says how sure a figure is: *published* by the host itself; *transcribed*, somebody's dated copy of the
host's page; *second-hand*, from a reseller's page or a client's code; *derived* by arithmetic; *product*, from the
product's own description. **Inherited** limits are not stated by the host: they are the model's own, and hold here
because nothing says otherwise. **Severity** is what breaking the limit does there: an error is refused, a warning
loses something. One demand can be a rule of its own with a severity of its own: [rules](rules.md)."""


def write_hosts_page() -> str:
    """The page."""
    return page(_lines())


def _lines() -> Iterator[str]:
    if WHAT.keys() != {limit.name for limit in fields(Limits)}:
        message = f"docs/hosts_page.py names other limits: {WHAT.keys() ^ {limit.name for limit in fields(Limits)}}"
        raise ValueError(message)
    yield from (NOTE, "", _HEAD, "")
    for host in HOSTS.values():
        yield from (f"## {host.title} {{ #{host.name} }}", "", f"`--host {host.name}`", "")
        yield from _limits(host)
        yield from _sizes(host)
        yield from _payload(host)


def _limits(host: Host) -> Iterator[str]:
    rows = []
    for name, what in WHAT.items():
        limit: Limit[object] = getattr(host.limits, name)
        source = f"[{_server(limit.source)}]({limit.source})"
        rows.append(
            (what, _value(limit), source, limit.grade, "inherited" if limit.inherited else "own", limit.severity)
        )
    yield from ("### Limits", "")
    yield from table(("limit", "value", "source", "grade", "whose", "severity"), rows)


def _server(url: str) -> str:
    return url.split("/")[2].removeprefix("www.")


def _value(limit: Limit[object]) -> str:
    unit = "" if limit.unit in _COUNTED else f" {limit.unit}"
    match limit.value:
        case Range():
            return f"{limit.value.low} to {limit.value.high}{unit}"
        case tuple():
            return ", ".join(map(code, limit.value)) or "none is named"
        case int() if limit.unit == "bytes":
            return f"{limit.value:,} bytes ({limit.value // 1024**2} MB)"
        case int():
            return f"{limit.value}{unit}"
        case None:
            return "no limit"
        case _:
            return _WORDS.get(str(limit.value), str(limit.value))


def _sizes(host: Host) -> Iterator[str]:
    tiers = [tier for tier in RESOLUTIONS if tier in host.limits.resolutions.value]
    rows = [(tier, *(_size(host, tier, ratio) for ratio in ASPECT_RATIOS)) for tier in tiers]
    yield from ("### Frame sizes in pixels", "")
    yield from table(("tier", *ASPECT_RATIOS), rows)
    if any(tier.endswith("-SR") for tier in tiers):
        yield from ("Super-resolution sizes are the 720P render times 1.5 or 2: expected, and promised by nobody.", "")


def _size(host: Host, tier: str, ratio: str) -> str:
    size = host.frame_sizes.get((tier, ratio))  # type: ignore[call-overload]  # plain words are looked up
    return f"{size[0]} x {size[1]}" if size else ""


def _payload(host: Host) -> Iterator[str]:
    yield from ("### Fields of the payload", "")
    rows = [row for section in host.sections for row in _section(section, host)]
    yield from table(("field", "is", "type", "where left out"), rows)
    passed = [f"{section.pointer}/{key}" for section in host.sections for key in section.passed]
    if passed:
        yield from (f"Known, and neither checked nor priced: {', '.join(map(code, passed))}.", "")
    outdated = {key: advice for section in host.sections for key, advice in section.outdated.items()}
    if outdated:
        yield from ("Fields of other models or versions, which get a warning:", "")
        yield from (f"- `{key}`: {advice}" for key, advice in outdated.items())
        yield ""


def _section(section: Section, host: Host) -> Iterator[tuple[str, str, str, str]]:
    here = section.pointer
    for field in section.fields:
        slot = _SLOTS.get(field.slot, field.slot)
        yield code(f"{here}/{field.key}"), slot, _type(field), _default(field, host)
    if section.size:
        for key in section.size:
            yield code(f"{here}/{key}"), "tier and ratio, by the frame size", WANTED[int], "required"
    for media in section.media:
        if isinstance(media, MediaArray):
            at = f"{here}/{media.key}/*"
            yield code(f"{here}/{media.key}"), "references and first frame, in order", "an array of objects", "required"
            yield code(f"{at}/{media.type_key}"), "kind of medium", ", ".join(map(code, media.types)), "required"
            yield code(f"{at}/{media.url_key}"), "URL", WANTED[str], "required"
            yield code(f"{at}/{media.voice_key}"), "voice of the reference", WANTED[str], "none"
        else:
            kind = "first frame" if media.kind == "first_frame" else f"{media.kind}s among the references"
            yield code(f"{here}/{media.key}"), kind, "an array of URLs", "none"


def _type(field: ReadField) -> str:
    if field.choices:
        return " ".join(map(code, field.choices))
    return WANTED[field.type]


def _default(field: ReadField, host: Host) -> str:
    if field.slot in host.defaults:
        default = host.defaults[field.slot]
        return code({True: "true", False: "false"}.get(default, default) if isinstance(default, bool) else default)
    if field.slot == "prompt" or (field.slot == "model" and host.limits.models.value):
        return "required"
    return "random" if field.slot == "seed" else "none"
