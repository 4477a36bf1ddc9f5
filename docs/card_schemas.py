"""JSON Schemas of what a catalogue's files and the facts hold, from the models that read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from card_keys import MEANINGS
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from wire_parts import DIALECT, INSTANT, TEXT, VERSION, Schema, closed, list_of

from pricing.agreements import Agreement
from pricing.cards import RateCard
from pricing.catalogue import CatalogueFile
from pricing.catalogue_tests import FileOfTests
from wan_rules.media_facts import MediaFacts

_MODELS: Final[Mapping[str, tuple[str, TypeAdapter[object]]]] = {
    "card": ("A rate card", TypeAdapter(RateCard)),
    "agreement": ("An agreement over a card", TypeAdapter(Agreement)),
    "catalogue": ("catalogue.toml: the names that a catalogue knows", TypeAdapter(CatalogueFile)),
    "tests": ("Tests of a catalogue", TypeAdapter(FileOfTests)),
    "facts": ("Facts about media, by URL or by pointer into the payload", TypeAdapter(dict[str, MediaFacts])),
}
_LOCKED: Final = closed(
    {"id": TEXT, "digest": {"type": "string", "pattern": "^[0-9a-f]{16}$"}, "said": {"type": "object"}}
)
_LOCK: Final = closed({"schema_version": VERSION, "at": INSTANT, "records": list_of(_LOCKED)})
_NOT_OF_THE_DIALECT: Final = frozenset({"discriminator", "decimal_places", "max_digits", "ge"})
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NULL: Final = {"type": "null"}


class _Generator(GenerateJsonSchema):
    ignored_warning_kinds = frozenset({"skipped-choice", "non-serializable-default"})


def _plain(part: object, *, nulls: bool) -> object:
    """The schema without titles of single keys, words of no dialect and, for TOML, which has none, nulls."""
    if isinstance(part, list):
        return [_plain(item, nulls=nulls) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _plain(value, nulls=nulls) for key, value in part.items() if key not in _NOT_OF_THE_DIALECT}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    if "default" in kept and kept["default"] is None:
        del kept["default"]
    if not nulls and isinstance(options := kept.get("anyOf"), list) and _NULL in options:
        left = [option for option in options if option != _NULL]
        kept = {**{key: value for key, value in kept.items() if key != "anyOf"}, **_union(left)}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept


def _union(options: list[object]) -> Schema:
    only = options[0]
    return only if len(options) == 1 and isinstance(only, dict) else {"anyOf": options}


def _explain(schema: Schema) -> None:
    """Puts what each key means beside it, for editors to show."""
    by_name = {model.__name__: meanings for model, meanings in MEANINGS.items()}
    for name, part in _objects(schema.get("$defs")).items():
        for key, field in _objects(part.get("properties")).items():
            if name in by_name:
                field["description"] = _LINK.sub(r"\1", by_name[name][key])


def _objects(part: object) -> dict[str, dict[str, object]]:
    return {key: item for key, item in part.items() if isinstance(item, dict)} if isinstance(part, dict) else {}


def describe_model(model: type[BaseModel]) -> Schema:
    """The schema of a document that is JSON, in which a key may be null."""
    schema = _plain(TypeAdapter(model).json_schema(schema_generator=_Generator), nulls=True)
    return dict(schema)  # type: ignore[call-overload]  # an object


def card_schemas() -> dict[str, Schema]:
    """Every schema of the files that people write or commit, by the name of its file."""
    found: dict[str, Schema] = {"lock": _head("lock", "What had begun in a catalogue by an instant") | dict(_LOCK)}
    for name, (title, adapter) in _MODELS.items():
        schema = _plain(adapter.json_schema(schema_generator=_Generator), nulls=name == "facts")
        _explain(schema)  # type: ignore[arg-type]  # an object
        found[name] = _head(name, title) | dict(schema)  # type: ignore[call-overload]  # an object
    return found


def _head(name: str, title: str) -> dict[str, object]:
    return {"$schema": DIALECT, "$id": f"urn:wan-rules:1:{name}", "title": title}
