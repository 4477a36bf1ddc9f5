"""The page of rate cards: every key of the files of a catalogue, from the models that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from card_keys import MEANINGS
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tables import NOTE, code, page, table

from pricing.agreements import AgreementHead, Discount, LeastCharge, Override, Surcharge
from pricing.cards import CardHead, Flat, Minimum, PerUnit, ReferenceVideoRule, RoundingRule
from pricing.catalogue import CatalogueHead
from pricing.catalogue_tests import AdjustmentExpected, CatalogueTest, Expectation, LineExpected, RequestAsked
from pricing.meters import METERS

_CLIPS: Final = """At least one is needed: a card that says nothing of clips could not be told from one that
forgot them. The order is fixed: each clip is cut and capped, then rounded; the sum is capped, raised to the minimum,
rounded. [Why](../explanation/billing.md). On a card that is priced by stages there is no price of the delivered tier:
`priced_as` is `"render"` or `"own"` there."""
_TABLES: Final = (
    (
        "## catalogue.toml",
        "One file of the folder, whatever its name, holds the table `[catalogue]`.",
        "[catalogue]",
        CatalogueHead,
    ),
    (
        "## Cards",
        "A file with a table `[card]` is a rate card: the prices of one host in one currency, by date.",
        "[card]",
        CardHead,
    ),
    ("### Entries: a price per unit", "", "[[entry]]", PerUnit),
    ("### Entries: a price per request", "", '[[entry]] with model = "flat"', Flat),
    ("### Entries: a minimum", "", '[[entry]] with model = "minimum"', Minimum),
    (
        "### How clips are billed",
        _CLIPS,
        "[[reference_video]]",
        ReferenceVideoRule,
    ),
    (
        "### Rounding",
        "Without it every amount is exact. [Why](../explanation/rounding.md).",
        "[[rounding]]",
        RoundingRule,
    ),
    (
        "## Agreements",
        "A file with a table `[agreement]` says what an account has agreed on top of a card.",
        "[agreement]",
        AgreementHead,
    ),
    ("### Terms: an override", "", '[[term]] with kind = "override"', Override),
    (
        "### Terms: a discount",
        "Percentages apply in the order of the file, each to what the one before left.",
        '[[term]] with kind = "discount"',
        Discount,
    ),
    ("### Terms: a surcharge", "", '[[term]] with kind = "surcharge"', Surcharge),
    ("### Terms: a minimum", "", '[[term]] with kind = "minimum"', LeastCharge),
    (
        "## Tests",
        "A file with tables `[[test]]` holds [tests](../how-to/test-a-catalogue.md) of the catalogue.",
        "[[test]]",
        CatalogueTest,
    ),
    (
        "### Tests: the request",
        "All that a price can depend on. What is left out takes the host's default.",
        "[test.request]",
        RequestAsked,
    ),
    ("### Tests: what is expected", "What is named has to match; the rest is free.", "[test.expect]", Expectation),
    ("### Tests: a line", "", "[[test.expect.lines]]", LineExpected),
    ("### Tests: an adjustment", "", "[[test.expect.adjustments]]", AdjustmentExpected),
)
_HEAD: Final = """# Rate cards

A catalogue is a folder of TOML files: one that names it, and any number of cards and agreements, in any folders
below it. How to write one: [add a price](../how-to/add-a-price.md); which of them holds for whom:
[precedence](../adr/0006-precedence.md). A key that is not on this page is an error with file and line.

- Every file says `schema_version = "1"`.
- **Numbers** (prices, percentages, seconds) are strings such as `"0.10"`: up to 12 digits before the point and 12
  after it; no sign, exponent, separator or foreign digit. A bare TOML number is refused, since it can lose digits.
- **Instants** are TOML dates or date-times. A date means 00:00 UTC; a time says its zone.
- **Names** are small letters, digits, `.`, `_` and `-`, 64 at most, and begin with a letter or digit.
- A price changes by a new entry with a later `from`. The old one stays, for requests of its time.

JSON Schemas: [card](schemas/card.json), [agreement](schemas/agreement.json), [catalogue](schemas/catalogue.json),
[tests](schemas/tests.json) and [facts](schemas/facts.json). They describe the parsed TOML with its dates as strings,
and leave to the reader what a schema can't say, such as a price or `free` but not both."""


def write_cards_page() -> str:
    """The page."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield from (NOTE, "", _HEAD, "")
    for heading, text, where, model in _TABLES:
        yield from (heading, "", text, "", f"`{where}`", "")
        yield from table(("key", "type", "means", "default"), _rows(model))
    yield from ("## Meters", "", "What is counted. Every line of a quote is one of these.", "")
    yield from table(
        ("meter", "unit", "counts"), [(code(meter.id), meter.unit, meter.meaning) for meter in METERS.values()]
    )


def _rows(model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    meanings = MEANINGS[model]
    keys = {field.alias or name: field for name, field in model.model_fields.items()}
    if missing := keys.keys() - meanings.keys():
        message = f"docs/card_keys.py says nothing of {model.__name__}: {', '.join(sorted(missing))}"
        raise ValueError(message)
    for key, field in keys.items():
        yield code(key), _type(field.annotation, field), meanings[key], _default(field)


def _type(kind: Any, field: FieldInfo | None = None) -> str:  # noqa: ANN401 - an annotation is anything
    origin, inner = get_origin(kind), get_args(kind)
    if origin is None:
        return "name" if field and _has_pattern(field) else _PLAIN.get(kind, "table")
    if origin is Annotated:
        return "name" if any(_has_pattern(item) for item in inner[1:]) else _type(inner[0])
    if origin is Literal:
        return ", ".join(code(_toml(word)) for word in inner)
    if origin is tuple:
        return f"array of: {_type(inner[0])}" if get_origin(inner[0]) is Literal else f"array of {_type(inner[0])}s"
    if origin is Mapping:
        return f"table of {_type(inner[1])}s"
    options = [_type(option, field) for option in inner if option is not type(None)]
    return ", ".join(options)


_PLAIN: Final = {Decimal: "number", int: "whole number", datetime: "instant", date: "date", str: "text", bool: "`true`"}


def _has_pattern(field: object) -> bool:
    return any(getattr(item, "pattern", None) for item in getattr(field, "metadata", ()))


def _toml(word: object) -> str:
    return {True: "true"}[word] if isinstance(word, bool) else f'"{word}"'


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is None or field.default == () or field.default_factory is not None:
        return ""
    return code(_toml(field.default)) if isinstance(field.default, str) else ""
