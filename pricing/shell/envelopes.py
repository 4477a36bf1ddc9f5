"""One request with all that is said beside its payload, as a line of JSON Lines and a body of the service hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from pricing.shell.inputs import read_instant, read_totals
from pricing.shell.jobs import Sale
from wan_rules.hosts.oddities import show_key
from wan_rules.payloads import JsonObject, UnusableInputError, name_type, say_no_object

KEYS: Final = frozenset({"id", "payload", "host", "facts", "account", "environment", "region", "at", "consumed_before"})
_SHOWN: Final = 5
_ON_TERMS: Final = frozenset({"account", "environment", "region", "at", "consumed_before"})


def read_payload(record: JsonObject, what: str) -> JsonObject:
    """The payload of a record that has no key but KEYS; `what` names the record. Raises UnusableInputError."""
    strange = record.keys() - KEYS
    if strange:
        raise UnusableInputError(what, f"unknown keys {_show(strange)}: {', '.join(sorted(KEYS))} are read")
    payload = record.get("payload")
    if not isinstance(payload, dict):
        raise UnusableInputError(what, f"`payload`: {say_no_object(payload)}")
    return payload


def _show(strange: Iterable[str]) -> str:
    """The first of them, fit for a message: a request may have a million, and some may be a URL in the wrong place."""
    names = sorted(strange)
    shown = [show_key(key) for key in names[:_SHOWN]]
    return f"{shown}" if len(names) <= _SHOWN else f"{shown} (and {len(names) - _SHOWN:,} more)"


def read_sale(record: JsonObject, sale: Sale) -> Sale:
    """The terms to quote on: the record's own, where it names any. Raises UnusableInputError."""
    if not record.keys() & _ON_TERMS:
        return sale
    at = read_word(record, "at", None)
    return sale._replace(
        account=read_word(record, "account", sale.account),
        environment=read_word(record, "environment", sale.environment),
        region=read_word(record, "region", sale.region),
        at=sale.at if at is None else read_instant(at, what="at"),
        consumed_before=_read_totals(record, sale.consumed_before),
    )


def read_word(record: JsonObject, key: str, default: str | None) -> str | None:
    """The string that the record has for a key, or the default. Raises UnusableInputError for any other value."""
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UnusableInputError(key, f"a string is wanted, {name_type(value)} was sent")
    return value


def _read_totals(record: JsonObject, default: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """The running totals of the record, where it says any; the amounts are strings."""
    value = record.get("consumed_before")
    if value is None:
        return default
    if not isinstance(value, dict) or not all(isinstance(amount, str) for amount in value.values()):
        raise UnusableInputError("consumed_before", 'an object of strings is wanted, such as {"spend": "80.50"}')
    return read_totals((f"{name}={amount}" for name, amount in value.items()), what="consumed_before")
