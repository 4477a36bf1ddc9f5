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

from pricing.acknowledgements import Acknowledgement
from pricing.agreed_terms import (
    Allowance,
    Cap,
    Commitment,
    Credit,
    Discount,
    Exchange,
    LeastCharge,
    Markup,
    Override,
    Rebate,
    Settled,
    Surcharge,
)
from pricing.agreements import AgreementHead
from pricing.cards import CardHead, CreditRule, ReferenceVideoRule, RoundingRule, UnfinishedRule
from pricing.catalogue import Alias, CatalogueHead
from pricing.catalogue_tests import AdjustmentExpected, CatalogueTest, Expectation, LineExpected, RequestAsked
from pricing.entries import Banded, BandPart, Extended, Flat, Minimum, PerPackage, PerUnit
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
        "### Aliases",
        "A name that leads to one card from a date on, and to another from a later one.",
        "[[alias]]",
        Alias,
    ),
    (
        "### Findings that are meant",
        "In the same file; no part of the digest. [How](../how-to/check-a-catalogue.md#where-a-finding-is-meant).",
        "[[acknowledged]]",
        Acknowledgement,
    ),
    (
        "## Cards",
        "A file with a table `[card]` is a rate card: the prices of one host in one currency, by date.",
        "[card]",
        CardHead,
    ),
    ("### Entries: a price per unit", "", "[[entry]]", PerUnit),
    ("### Entries: a price per request", "", '[[entry]] with model = "flat"', Flat),
    ("### Entries: packages", "11 s are two packages of 10.", '[[entry]] with model = "package"', PerPackage),
    (
        "### Entries: bands",
        "What was used before in the month is told to the quote (`consumed_before`); else it is bounded.",
        '[[entry]] with model = "graduated" or "volume"',
        Banded,
    ),
    ("### Bands", "", "bands = [{ up_to = ..., price = ... }, { price = ... }]", BandPart),
    ("### Entries: a plugin's model", "", '[[entry]] with model = "plugin"', Extended),
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
        "### Jobs that did not succeed",
        "What is left out is not known: to settle such a job is an error, never free.",
        "[[unfinished]]",
        UnfinishedRule,
    ),
    (
        "### Credits",
        "A card in credits says what one is worth; its quotes say both.",
        "[[credit]]",
        CreditRule,
    ),
    (
        "## Agreements",
        "A file with a table `[agreement]` says what an account has agreed on top of a card.",
        "[agreement]",
        AgreementHead,
    ),
    ("### Terms: an override", "", '[[term]] with kind = "override"', Override),
    (
        "### Terms: a markup",
        "Where there is one, it starts again from the card's price; discounts and surcharges follow.",
        '[[term]] with kind = "markup"',
        Markup,
    ),
    (
        "### Terms: a discount",
        "Discounts and surcharges apply in the order of the file, each to what the one before left.",
        '[[term]] with kind = "discount"',
        Discount,
    ),
    ("### Terms: a surcharge", "", '[[term]] with kind = "surcharge"', Surcharge),
    ("### Terms: an exchange", "", '[[term]] with kind = "exchange"', Exchange),
    ("### Terms: an allowance", "", '[[term]] with kind = "allowance"', Allowance),
    ("### Terms: a rebate", "", '[[term]] with kind = "rebate"', Rebate),
    ("### Terms: a commitment", "", '[[term]] with kind = "commitment"', Commitment),
    ("### Terms: a minimum", "", '[[term]] with kind = "minimum"', LeastCharge),
    ("### Terms: a cap", "", '[[term]] with kind = "cap"', Cap),
    ("### Terms: a credit", "", '[[term]] with kind = "credit"', Credit),
    ("### Terms: jobs that did not succeed", "", '[[term]] with kind = "unfinished"', Settled),
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
[precedence](../adr/0013-layers.md). A key that is not on this page is an error with file and line.

- Every file says `schema_version = "1"`.
- **Numbers** (prices, percentages, seconds) are strings such as `"0.10"`: up to 12 digits before the point and 12
  after it; no sign, exponent, separator or foreign digit. A bare TOML number is refused, since it can lose digits.
- **Instants** are TOML dates or date-times. A date means 00:00 UTC; a time says its zone.
- **Names** are small letters, digits, `.`, `_` and `-`, 64 at most, and begin with a letter or digit.
- A price changes by a new entry with a later `from`. The old one stays, for requests of its time.

JSON Schemas: [card](schemas/card.json), [agreement](schemas/agreement.json), [catalogue](schemas/catalogue.json),
[tests](schemas/tests.json) and [facts](schemas/facts.json). A line `#:schema schemas/card.json` at the top of a file,
with the path from there, lets an editor that knows [tombi](https://github.com/tombi-toml/tombi) or taplo complete and
check it; the shipped files and those of `wan-rules cards init` have one. They describe the parsed TOML with its
dates as strings, and leave to the reader what a schema can't say, such as a price or `free` but not both."""


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
        return "table" if inner[1] is object else f"table of {_type(inner[1])}s"
    return ", ".join(_type(option, field) for option in inner if option is not type(None))


_PLAIN: Final = {
    Decimal: "number",
    int: "whole number",
    datetime: "instant",
    date: "date",
    str: "text",
    bool: "true or false",
    BandPart: "band",
}


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
