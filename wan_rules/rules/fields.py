"""Rules on the payload's own fields: their types, names and age, and the model they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from wan_rules.limits import Limits
from wan_rules.messages import Message, Series, Template
from wan_rules.payloads import TYPES, name_type, parse
from wan_rules.request import Cast, Draft, Misfit, Stray
from wan_rules.rule import GONE, CastRule, Example, Finding, Findings, Fix, RequestRule
from wan_rules.urls import show_word

FIVE_POINT_ZERO: Final = parse(b"5.0")
SHOWN: Final = 64
"""Unknown or unreadable fields reported one by one; a payload with more is not of this model at all."""

MISSING: Final = Template("WAN001.missing", "{seen} stands where {wanted} is wanted. Add it.")
REMOVABLE: Final = Template(
    "WAN001.removable", "{seen} stands where {wanted} is wanted. Write {wanted}, or leave the field out."
)
OTHER_TYPE: Final = Template("WAN001.other-type", "{seen} stands where {wanted} is wanted. Write {wanted}.")
MORE_TYPES: Final = Template(
    "WAN001.more",
    "{count:,} more values of a wrong type are not told one by one. Is this a payload of this host at all?",
)
MORE_FIELDS: Final = Template(
    "WAN002.more", "{count:,} more unknown fields are not told one by one. Is this a payload of this host at all?"
)
MISSPELT: Final = Template("WAN002.misspelt", "{name!r} is not a field of this host's request. Did you mean {close!r}?")
UNKNOWN: Final = Template(
    "WAN002.unknown",
    "{name!r} is not a field of this host's request. Leave it out, or it is ignored or changes what is billed.",
)
OUTDATED: Final = Template("WAN003.outdated", "{name!r} has no place in this request. {instead}")
NO_MODEL: Final = Template("WAN004.none", "No model is named: these rules and prices are for {model!r}. Write {names}.")
OTHER_MODEL: Final = Template(
    "WAN004.other", "{seen!r} is another model: these rules and prices are for {model!r}. Write {names}."
)
OR: Final = Template("list.or", " or ")


def _types(draft: Draft, _limits: Limits) -> Findings:
    """Each field holds a value of its own type: a body with a wrong one is accepted first, and fails later."""
    found = tuple([_misfit(misfit) for misfit in draft.misfits[:SHOWN]])
    return found if len(draft.misfits) <= SHOWN else (*found, _more(len(draft.misfits), MORE_TYPES))


def _misfit(misfit: Misfit) -> Finding:
    pointer, raw, wanted, removable = misfit
    return Finding(
        at=pointer,
        observed=raw,
        limit=wanted if isinstance(wanted, str) else wanted.english,
        message=_tell_misfit(name_type(raw), wanted, removable),
        fix=Fix("remove", pointer) if removable else None,
    )


def _more(count: int, said: Template) -> Finding:
    """One finding for all that are not told one by one."""
    return Finding(at="", observed=count, limit=SHOWN, unit="fields", message=said.fill(count=count - SHOWN))


@lru_cache(maxsize=1024)
def _tell_misfit(seen: str, wanted: str | Message, removable: bool) -> Message:  # noqa: FBT001 - by place, to be kept
    said = MISSING if seen == "null" else REMOVABLE if removable else OTHER_TYPE
    return said.fill(seen=TYPES[seen], wanted=TYPES[wanted] if isinstance(wanted, str) else wanted)


FIELD_TYPE: Final = RequestRule(
    id="WAN001",
    name="field-type",
    family="fields",
    severity="error",
    source="docs/explanation/requests.md#fields",
    check=_types,
    passes=(Example({"/parameters/seed": None}), Example({"/parameters/watermark": True})),
    fails=(
        Example({"/parameters/duration": "5"}),
        Example({"/parameters/duration": FIVE_POINT_ZERO}),
        Example({"/parameters/prompt_extend": "true"}),
        Example({"/input/media/0/url": 7}),
        Example({"/input": GONE}),
    ),
)


def _unknown(draft: Draft, _limits: Limits) -> Findings:
    """A field that the host does not have is at best ignored; a misspelt one leaves its default in force."""
    unknown = [stray for stray in draft.strays if stray.outdated is None]
    found = tuple(_unknown_each(unknown[:SHOWN]))
    return found if len(unknown) <= SHOWN else (*found, _more(len(unknown), MORE_FIELDS))


def _unknown_each(strays: Iterable[Stray]) -> Iterator[Finding]:
    for stray in strays:
        name = stray.name
        close = _closest(name, stray.known)
        yield Finding(
            at=stray.pointer,
            observed=name,
            limit=stray.known,
            message=MISSPELT.fill(name=name, close=close) if close else UNKNOWN.fill(name=name),
        )


@lru_cache(maxsize=1024)
def _closest(name: str, known: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(name, known, n=1)), None)


FIELD_UNKNOWN: Final = RequestRule(
    id="WAN002",
    name="field-unknown",
    family="fields",
    severity="warning",
    source="docs/explanation/requests.md#fields",
    check=_unknown,
    passes=(Example({}),),
    fails=(Example({"/parameters/resolutoin": "720P"}), Example({"/input/media/0/voice": "https://x.example/v.mp3"})),
)


def _outdated(draft: Draft, _limits: Limits) -> Findings:
    """A field of an older version or of a sister model does nothing here, though it looks as if it did."""
    return tuple(_outdated_each(draft))


def _outdated_each(draft: Draft) -> Iterator[Finding]:
    for stray in draft.strays:
        if stray.outdated is not None:
            yield Finding(
                at=stray.pointer,
                observed=stray.name,
                limit=None,
                message=OUTDATED.fill(name=stray.name, instead=stray.outdated),
                fix=Fix("remove", stray.pointer) if stray.is_bare else None,
            )


FIELD_OUTDATED: Final = RequestRule(
    id="WAN003",
    name="field-outdated",
    family="fields",
    severity="warning",
    source="docs/explanation/requests.md#fields",
    check=_outdated,
    passes=(Example({}),),
    fails=(Example({"/parameters/size": "1280*720"}), Example({"/parameters/shot_type": "multi"})),
)


def _model(cast: Cast, limits: Limits) -> Findings:
    """The payload asks for this model, by one of the names that its host gives it; another model has other rules."""
    models = limits.models.value
    if not models or (cast.model in models):
        return ()
    if cast.model is not None and not isinstance(cast.model, str):
        return ()
    seen = None if cast.model is None else show_word(cast.model)
    names = Series(tuple(map(repr, models)), OR)
    return (
        Finding(
            at="model",
            observed=seen,
            limit=models,
            message=NO_MODEL.fill(model=models[0], names=names)
            if seen is None
            else OTHER_MODEL.fill(seen=seen, model=models[0], names=names),
        ),
    )


MODEL: Final = CastRule(
    id="WAN004",
    name="model",
    family="fields",
    severity="error",
    source="docs/explanation/requests.md#model",
    check=_model,
    passes=(Example({"/model": "wan2.7-r2v-2026-06-12"}), Example({}, host="fal")),
    fails=(Example({"/model": "wan2.6-r2v"}), Example({"/model": GONE})),
)

RULES: Final = (FIELD_TYPE, FIELD_UNKNOWN, FIELD_OUTDATED, MODEL)
