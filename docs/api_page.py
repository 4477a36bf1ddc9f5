"""The page of the Python API: every public name of the two packages, for mkdocstrings to fill in."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Final

from public_names import ALL, PLUGINS, SHELLS
from tables import NOTE, code, page, table

import pricing
import wan_rules

_HEAD: Final = """# Python API

What stands here is public: the names of the two packages, which each lists in `__all__`; the names of
[shells](#shells), which reach out; and those that [plugins](#plugins) are written with. They change only with a line
in the changelog. All else is private.

```python
from datetime import UTC, datetime

from pricing import Market, quote, resolve
from pricing.shell.catalogues import load_published
from wan_rules import HOSTS, check, read, validate

payload = {
    "prompt": "Image 1 waves",
    "reference_image_urls": ["https://media.example.com/a.png"],
    "resolution": "720p",
    "duration": 5,
}
reading = read(payload, HOSTS["fal"])
assert check(reading).verdict == "undetermined"  # for want of facts
at = datetime(2026, 11, 15, tzinfo=UTC)
pricing = resolve(load_published(), Market(None, None, "fal"), at)
quoted = quote(validate(reading), pricing, at)
assert str(quoted.priced.charged.total) == "0.50"
```

A price is a `Decimal`, an instant has a zone, and nothing that you get can be changed. Expected faults of a request
are values (`check`), a broken contract is one exception that carries everything (`validate`)."""


_OPTIONS: Final = ("    options:", "      filters: ['!^_']", "      show_signature_annotations: true")


def write_api_page() -> str:
    """The page."""
    shells = _modules("Shells", "Where catalogues come from, the service's client, the guard, measured media.", SHELLS)
    plugins = _modules("Plugins", "What a rule, a host or a charge model is written with.", PLUGINS)
    return page([NOTE, "", _HEAD, "", *_package(wan_rules), *_package(pricing), *shells, *plugins])


def list_names(module: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The public names of a module. Raises AttributeError for one that is not there."""
    found = import_module(module)
    named = tuple(found.__all__) if names == ALL else names
    for name in named:
        getattr(found, name)
    return named


def _modules(title: str, purpose: str, modules: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield from (f"## {title}", "", purpose, "")
    for module, names in modules.items():
        yield from (f"### {module}", "")
        for name in list_names(module, names):
            yield from (f"::: {module}.{name}", *_OPTIONS, "      heading_level: 4", "")


def _package(package: ModuleType) -> Iterator[str]:
    yield from (f"## {package.__name__}", "", " ".join((package.__doc__ or "").split("\n\n")[0].split()), "")
    for name in package.__all__:
        yield from (f"::: {package.__name__}.{name}", *_OPTIONS, "")
        fields = dict(_fields(getattr(package, name)))
        if fields:
            yield from table(("field", "type"), [(code(field), code(kind)) for field, kind in fields.items()])


def _fields(found: object) -> Iterator[tuple[str, str]]:
    """The public fields of a tuple, dataclass or model, with their types as they are written."""
    if not isinstance(found, type):
        return
    fields = getattr(found, "__dataclass_fields__", {})
    hidden = {name for name, field in fields.items() if not field.init}
    for name in (*getattr(found, "_fields", ()), *fields, *getattr(found, "model_fields", ())):
        if not name.startswith("_") and name not in hidden:
            yield name, _kind(found, name)


def _kind(found: type, name: str) -> str:
    """The type of a field as its class writes it, without what a validator needs."""
    written = next(kinds[name] for kinds in map(inspect.get_annotations, found.__mro__) if name in kinds)
    text = str(getattr(written, "__forward_arg__", written)).replace(" | ", " or ")
    while (plain := _ANNOTATED.sub(r"\1", text)) != text:
        text = plain
    return text


_ANNOTATED: Final = re.compile(r"Annotated\[([^,\[\]]+), [^\[\]]*\]")
