"""A payload from a few fields, in the shape of any host; and a fact that was entered, put beside those there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from pricing.shell.plugins import use_plugins
from pricing.shell.service.page.asking import read_facts
from pricing.shell.service.page.forms import Form
from pricing.shell.service.page.samples import write_json
from wan_rules.facts import parse_facts
from wan_rules.hosts.writing import write
from wan_rules.payloads import UnusableInputError
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS, AspectRatio, Reference, ReferenceKind, Request, Resolution
from wan_rules.urls import shorten

_CLIP: Final = re.compile(r"\.(mp4|mov|webm|mkv|avi)([?#]|$)", re.IGNORECASE)
_WHAT: Final = "compose"
_INTEGERS: Final = frozenset({"bytes", "width_px", "height_px", "subjects"})


class Composed(NamedTuple):
    """A text for the editor, and what there is to say of it."""

    text: str
    said: str


def compose(form: Form) -> Composed:
    """The payload that the fields describe. Raises UnusableInputError and RefusedError."""
    host = use_plugins().find_host(form.word("to") or "")
    request = Request(
        prompt=form.text("prompt"),
        negative_prompt=None,
        references=tuple(_references(form.text("references"))),
        first_frame=None,
        voice=None,
        resolution=cast("Resolution", _among(form, "tier", RESOLUTIONS)),
        ratio=cast("AspectRatio", _among(form, "ratio", ASPECT_RATIOS)),
        duration_s=_seconds(form.word("duration") or ""),
        prompt_extend=None,
        watermark=None,
        seed=None,
    )
    written = write(request, host)
    lost = "; ".join(f"{item.path} {shorten(str(item.value))}: {item.reason}" for item in written.lost)
    said = f"Wrote a payload for {host.title}."
    return Composed(write_json(written.payload), f"{said} Not carried: {lost}" if lost else said)


def _among(form: Form, name: str, words: tuple[str, ...]) -> str:
    word = form.word(name) or ""
    if word not in words:
        raise UnusableInputError(_WHAT, f"{word[:32]!r} is no {name}: {', '.join(words)} are")
    return word


def _seconds(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise UnusableInputError(_WHAT, f"{text[:32]!r} is no whole number of seconds")
    return int(text)


def _references(text: str) -> Iterator[Reference]:
    """One a line: its URL, with `image` or `video` before it where the file's ending does not say."""
    for line in text.splitlines():
        first, _, rest = line.strip().partition(" ")
        if first in ("image", "video") and rest.strip():
            yield Reference(cast("ReferenceKind", first), rest.strip(), None)
        elif line.strip():
            kind: ReferenceKind = "video" if _CLIP.search(line) else "image"
            yield Reference(kind, line.strip(), None)


def add_facts(form: Form) -> Composed:
    """The facts with those that were entered for one medium. Raises UnusableInputError that says what is wrong."""
    key = form.text("key")
    entered = dict(_entered(form))
    if not entered:
        raise UnusableInputError("facts", "nothing was entered: fill in what you know of the medium")
    known = {
        url: facts.model_dump(mode="json", exclude_none=True) for url, facts in read_facts(form.text("facts")).items()
    }
    known[key] = {**known.get(key, {}), **entered}
    parse_facts(known)
    return Composed(write_json(known), f"Noted {', '.join(entered)} of {shorten(key)}.")


def _entered(form: Form) -> Iterator[tuple[str, object]]:
    """Each fact that was entered, as facts write it: lengths as text, counts as numbers."""
    for name, text in form.fields.items():
        _, is_fact, fact = name.partition("fact.")
        value = text.strip()
        if not is_fact or not value:
            continue
        if fact in _INTEGERS and re.fullmatch(r"[0-9]{1,15}", value):
            yield fact, int(value)
        elif fact == "has_alpha" and value in ("true", "false"):
            yield fact, value == "true"
        else:
            yield fact, value
