"""What can be asked of the service: what to send, and how to read the answer. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from re import compile as compile_pattern
from typing import Any, Final, Generic, Literal, TypedDict, TypeVar, Unpack

from pydantic_core import to_json

from pricing.money import format_decimal
from pricing.shell.client.answers import BatchResult, find_error
from pricing.shell.client.documents import read_options, read_order, read_quote, read_report
from pricing.shell.client.errors import BadAnswerError
from pricing.shell.client.results import Document, Option, Order, Quote, Report

T = TypeVar("T")


class RequestOptions(TypedDict, total=False):
    """What may be said beside a payload: its host, and facts about its media by URL or JSON Pointer."""

    host: str
    facts: Mapping[str, Mapping[str, object]]


class TermOptions(RequestOptions, total=False):
    """On whose terms to price, and as of when; `consumed_before` is what was used in the month before, by name."""

    account: str
    environment: str
    region: str
    at: datetime | str
    consumed_before: Mapping[str, Decimal | str]


class EstimateOptions(TermOptions, total=False):
    """`effects`: also say what each warning and fix does to the price."""

    effects: bool


class QuoteOptions(TermOptions, total=False):
    """`idempotency_key`: 1 to 200 visible characters; the same key and request give the same quote again."""

    idempotency_key: str


class CompareOptions(TermOptions, total=False):
    """What to set side by side, each of it all where it is left out; `rates` such as `CNY/USD=0.139`."""

    hosts: Sequence[str]
    tiers: Sequence[str]
    durations: Sequence[int]
    rates: Sequence[str]


class WriteOptions(TypedDict, total=False):
    """`idempotency_key`: made anew for each call where it is left out."""

    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One thing to ask. `writes`: the service changes something, so every attempt carries one idempotency key."""

    method: Literal["GET", "POST"]
    path: str
    read: Callable[[Any], T]
    body: bytes | None = None
    query: tuple[tuple[str, str], ...] = ()
    writes: bool = False
    idempotency_key: str | None = None


def check(payload: Mapping[str, object], **options: Unpack[RequestOptions]) -> Call[Report]:
    """The report: everything that is wrong with a payload, rejected or not."""
    return Call("POST", "/v1/check", read_report, _envelope(payload, options))


def plan(payload: Mapping[str, object], **options: Unpack[RequestOptions]) -> Call[Document]:
    """The stages that a payload will run, as a document. Raises RejectedError."""
    return Call("POST", "/v1/plan", _read_document, _envelope(payload, options))


def estimate(payload: Mapping[str, object], **options: Unpack[EstimateOptions]) -> Call[Quote]:
    """What a payload costs, binding nobody: at list prices without a key. Raises RejectedError, NoRateError."""
    return Call("POST", "/v1/estimates", read_quote, _envelope(payload, options), _effects(options))


def quote(payload: Mapping[str, object], **options: Unpack[QuoteOptions]) -> Call[Quote]:
    """A signed quote that binds until it expires. Raises RejectedError, NoRateError."""
    body = _envelope(payload, options)
    return Call("POST", "/v1/quotes", read_quote, body, writes=True, idempotency_key=_key(options))


def quote_batch(
    requests: Sequence[Mapping[str, object]], **options: Unpack[WriteOptions]
) -> Call[tuple[BatchResult, ...]]:
    """A quote for each of at most 1000 requests, in order: `{"payload": ..., "id": ..., "facts": ...}`."""
    body = _write(list(requests))
    return Call("POST", "/v1/quotes:batch", _read_batch, body, writes=True, idempotency_key=_key(options))


def compare(payload: Mapping[str, object], **options: Unpack[CompareOptions]) -> Call[tuple[Option, ...]]:
    """The options to run a request, the priced ones first. Raises RejectedError."""
    return Call("POST", "/v1/compare", read_options, _envelope(payload, options), tuple(_axes(options)))


def explain(payload: Mapping[str, object], **options: Unpack[TermOptions]) -> Call[tuple[str, ...]]:
    """What a payload costs, in sentences. Raises RejectedError, NoRateError."""
    return Call("POST", "/v1/explain", lambda document: tuple(document["sentences"]), _envelope(payload, options))


def find_quote(quote_id: str) -> Call[Order]:
    """A quote and what became of it. Raises NotFoundError."""
    return Call("GET", _quote_path(quote_id), read_order)


def accept(quote_id: str, **options: Unpack[WriteOptions]) -> Call[Order]:
    """The order with its total on hold. Raises ConflictError where the quote has expired or has ended."""
    path = _quote_path(quote_id, "accept")
    return Call("POST", path, read_order, b"{}", writes=True, idempotency_key=_key(options))


def settle(quote_id: str, report: Mapping[str, object], **options: Unpack[WriteOptions]) -> Call[Order]:
    """The order settled by what the host reports of the job. Raises ConflictError where that does not fit."""
    path = _quote_path(quote_id, "settle")
    return Call("POST", path, read_order, _write(report), writes=True, idempotency_key=_key(options))


def release(quote_id: str, **options: Unpack[WriteOptions]) -> Call[Order]:
    """The order with nothing on hold. Raises ConflictError where the job runs or is settled."""
    path = _quote_path(quote_id, "release")
    return Call("POST", path, read_order, b"{}", writes=True, idempotency_key=_key(options))


def rate_cards() -> Call[Document]:
    """The price lists that the key may see, as a document."""
    return Call("GET", "/v1/rate-cards", _read_document)


def rules() -> Call[Document]:
    """The rules that requests are held to, as a document."""
    return Call("GET", "/v1/rules", _read_document)


def catalogue() -> Call[Document]:
    """Which catalogue the service quotes on, as a document."""
    return Call("GET", "/v1/catalogue", _read_document)


def keys() -> Call[Document]:
    """The public keys that quotes are signed with, as a JSON Web Key Set."""
    return Call("GET", "/.well-known/jwks.json", _read_document)


_BESIDE: Final = ("host", "facts", "account", "environment", "region")


def _envelope(payload: Mapping[str, object], options: Mapping[str, object]) -> bytes:
    """The payload with what is said beside it. Raises ValueError for an instant without a zone."""
    said: dict[str, object] = {key: options[key] for key in _BESIDE if options.get(key) is not None}
    at, before = options.get("at"), options.get("consumed_before")
    if at is not None:
        said["at"] = _write_instant(at) if isinstance(at, datetime) else at
    if isinstance(before, Mapping):
        said["consumed_before"] = {name: _write_amount(amount) for name, amount in before.items()}
    return _write({"payload": payload, **said})


def _write_instant(at: datetime) -> str:
    if at.tzinfo is None:
        message = f"{at.isoformat()} has no zone: give the datetime its tzinfo"
        raise ValueError(message)
    return at.isoformat()


def _write_amount(amount: object) -> object:
    return format_decimal(amount) if isinstance(amount, Decimal) else amount


def _write(value: object) -> bytes:
    """The value as JSON; NaN stays NaN, for the service to say what is wrong with it. Raises ValueError."""
    return to_json(value, inf_nan_mode="constants")


def _effects(options: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return (("effects", "true"),) if options.get("effects") else ()


def _axes(options: CompareOptions) -> list[tuple[str, str]]:
    lists = (options.get("hosts"), options.get("tiers"), options.get("durations"), options.get("rates"))
    named = zip(("hosts", "tiers", "durations", "rate"), lists, strict=True)
    return [(name, ",".join(map(str, values))) for name, values in named if values is not None]


def _key(options: QuoteOptions | WriteOptions) -> str | None:
    """The key that was given. Raises ValueError for one that no header can carry."""
    key = options.get("idempotency_key")
    if key is not None and not (1 <= len(key) <= KEY_MAX and all("!" <= character <= "~" for character in key)):
        message = f"an idempotency key has 1 to {KEY_MAX} visible ASCII characters, not {key[:64]!r}"
        raise ValueError(message)
    return key


KEY_MAX: Final = 200


def _quote_path(quote_id: str, action: str | None = None) -> str:
    """Where a quote is. Raises ValueError for what can be no id, before it leads to another path."""
    if not _is_id(quote_id):
        message = f"{quote_id[:64]!r} is no id of a quote: letters, digits, _ and - alone"
        raise ValueError(message)
    return f"/v1/quotes/{quote_id}{f':{action}' if action else ''}"


_is_id: Final = compile_pattern(r"[A-Za-z0-9_-]{1,100}").fullmatch


def _read_document(document: Any) -> Document:  # noqa: ANN401 - whatever was parsed
    if not isinstance(document, dict):
        raise BadAnswerError("the service answered with JSON that is no object")
    return document


def _read_batch(document: Any) -> tuple[BatchResult, ...]:  # noqa: ANN401 - as above
    return tuple(_read_result(each) for each in _read_document(document)["results"])


def _read_result(result: Mapping[str, Any]) -> BatchResult:
    """One result of a batch; a refusal is the error that it would have raised alone."""
    if "quote" in result:
        return BatchResult(result.get("id"), read_quote(result["quote"]), None)
    return BatchResult(result.get("id"), None, find_error(result["status"], result["problem"], {}))
