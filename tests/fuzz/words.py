"""The words that the code's own tables know, which are what gets an input past its first check."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import get_args

from pydantic import BaseModel

from tests.fuzz.trees import Pool, Tree
from wan_rules import HOSTS, RULES
from wan_rules.hosts.host import MediaArray, known_keys
from wan_rules.media_facts import Detection, MediaFacts, Sighting
from wan_rules.request import ASPECT_RATIOS, RESOLUTIONS
from wan_rules.samples import SAMPLE_FACTS, SAMPLES


@cache
def payload_pool() -> Pool:
    """Keys and values of every host's payload, and those that the rules' own examples change them to."""
    known = (key for model in (MediaFacts, Detection, Sighting) for key in model.model_fields)
    keys = list(dict.fromkeys([*_payload_keys(), *known]))
    return Pool(keys, list(_payload_values()), [*SAMPLES.values(), dict(SAMPLE_FACTS)])


def _payload_keys() -> Iterator[str]:
    for host in HOSTS.values():
        for section in host.sections:
            yield from known_keys(section, host)
            yield from section.outdated
            for media in section.media:
                if isinstance(media, MediaArray):
                    yield from (media.type_key, media.url_key, media.voice_key)
    for key, value in _walk([SAMPLES, SAMPLE_FACTS]):
        yield from (str(key),) if isinstance(value, str) else ()


def _payload_values() -> Iterator[object]:
    yield from (*RESOLUTIONS, *ASPECT_RATIOS)
    for host in HOSTS.values():
        yield from host.limits.models.value
        yield from host.constants.values()
        for section in host.sections:
            for field in section.fields:
                yield from field.choices or ()
            for media in section.media:
                yield from media.types if isinstance(media, MediaArray) else ()
        for size in host.sizes:
            yield from size
    for rule in RULES:
        for example in (*rule.passes, *rule.fails):
            yield from (value for value in example.changes.values() if _is_json(value))
            yield from (value for facts in example.facts.values() for value in facts.values() if _is_json(value))
    yield from (value for _, value in _walk([SAMPLES, SAMPLE_FACTS]) if isinstance(value, str))
    yield from ("character1", "Image 2 ", "Video 1", "图1", "视频 3", "data:image/png;base64,AAAA", "asset://a")


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | list | dict)


def _walk(tree: Tree) -> Iterator[tuple[object, object]]:
    """Every key and value of a document."""
    for key, value in tree.items() if hasattr(tree, "items") else enumerate(tree):
        yield key, value
        if hasattr(value, "items") or isinstance(value, list):
            yield from _walk(value)


def model_keys(*modules: ModuleType) -> list[str]:
    """The keys of every model in these modules, as files have them."""
    models = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    fields = [model.model_fields for model in models if issubclass(model, BaseModel)]
    return list(dict.fromkeys(field.alias or name for each in fields for name, field in each.items()))


def literals(*forms: object) -> list[str]:
    """The words of these literal types."""
    return [word for form in forms for word in get_args(form) if isinstance(word, str)]
