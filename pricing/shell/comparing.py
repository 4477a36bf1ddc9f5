"""What to set side by side, read from words, and the comparison as JSON has it; nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple, cast

from pricing.catalogue import Market
from pricing.charges import Charged
from pricing.comparison import Axes, Occasion, Option, compare
from pricing.currencies import MINOR_UNITS
from pricing.money import EXACT, format_amount, parse_decimal
from pricing.shell.jobs import Sale
from pricing.shell.plugins import use_plugins
from pricing.shell.text import span
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.hosts.host import Host
from wan_rules.payloads import UnusableInputError
from wan_rules.request import RESOLUTIONS, Resolution
from wan_rules.validation import ValidRequest

LENGTHS_MAX: Final = 60
"""More than any host renders: each is checked and priced at every host and tier."""
PROMPT_MAX: Final = 64 * 1024
"""Characters, a dozen times what any host reads: each host and tier reads them anew."""


class AxesAsked(NamedTuple):
    """What the command line sets side by side, and at which exchange rates."""

    hosts: str | None
    tiers: str | None
    durations: str | None
    rates: tuple[str, ...]


class ExchangeRate(NamedTuple):
    """One unit of `of` is `price` of `to`."""

    of: str
    to: str
    price: Decimal


def compare_request(valid: ValidRequest, asked: AxesAsked, sale: Sale) -> tuple[Option, ...]:
    """Every option along what is asked, the priced ones first. Raises UnusableInputError for words that name none.

    So it does for a prompt that is too long to be read for each of them.
    """
    length = len(valid.request.prompt)
    if length > PROMPT_MAX:
        raise UnusableInputError(
            "prompt", f"{length:,} characters: to set options side by side, at most {PROMPT_MAX:,} are read. Shorten it"
        )
    axes = Axes(_hosts(asked), _tiers(asked), _durations(asked, valid))
    market = Market(sale.account, sale.environment, valid.host.name, sale.region)
    return compare(valid, axes, Occasion(sale.catalogue, market, sale.at, sale.consumed_before, sale.translation))


def write_comparison(options: Sequence[Option], rates: Sequence[ExchangeRate]) -> dict[str, object]:
    """The document of a comparison, as `json` writes it."""
    return {"schema_version": SCHEMA_VERSION, "options": [_write_option(option, rates) for option in options]}


def parse_rates(texts: Sequence[str]) -> list[ExchangeRate]:
    """The rates that are stated, one for each pair of currencies. Raises UnusableInputError."""
    found: dict[tuple[str, str], ExchangeRate] = {}
    for text in texts:
        rate = parse_rate(text)
        if (rate.of, rate.to) in found:
            raise UnusableInputError("--rate", f"{rate.of}/{rate.to} has two rates: name one")
        found[rate.of, rate.to] = rate
    return list(found.values())


def parse_rate(text: str) -> ExchangeRate:
    """The rate that `CNY/USD=0.139` states. Raises UnusableInputError."""
    pair, _, price = text.partition("=")
    of, _, to = pair.partition("/")
    if of not in MINOR_UNITS or to not in MINOR_UNITS or of == to:
        raise UnusableInputError("--rate", f"{text[:64]!r}: two currencies of ISO 4217 are wanted, as in CNY/USD=0.139")
    try:
        rate = ExchangeRate(of, to, parse_decimal(price))
    except ValueError as error:
        raise UnusableInputError("--rate", str(error)) from None
    if not rate.price:
        raise UnusableInputError("--rate", f"{text[:64]!r}: a rate is above 0")
    return rate


def _words(option: str, text: str | None) -> list[str]:
    """The words of a comma-separated list, each once; none where the option was left out."""
    words = [word.strip() for word in (text or "").split(",") if word.strip()]
    if text is not None and not words:
        raise UnusableInputError(option, f"{text[:64]!r} names nothing: leave the option out, or name what to compare")
    return list(dict.fromkeys(words))


def _hosts(asked: AxesAsked) -> Sequence[Host]:
    plugins = use_plugins()
    return [plugins.find_host(word) for word in _words("--hosts", asked.hosts)] or list(plugins.hosts.values())


def _tiers(asked: AxesAsked) -> Sequence[Resolution]:
    words = _words("--tiers", asked.tiers)
    strange = [word for word in words if word not in RESOLUTIONS]
    if strange:
        raise UnusableInputError("--tiers", f"{strange[0]!r} is no tier: {', '.join(RESOLUTIONS)} are")
    return cast("list[Resolution]", words) or RESOLUTIONS


def _durations(asked: AxesAsked, valid: ValidRequest) -> Sequence[int]:
    words = _words("--durations", asked.durations)
    strange = [word for word in words if not (word.isascii() and word.isdigit() and len(word) < 4)]  # noqa: PLR2004 - no clip lasts 1000 s
    if strange:
        raise UnusableInputError("--durations", f"{strange[0]!r} is no whole number of seconds: write 5, or 5,10")
    if len(words) > LENGTHS_MAX:
        raise UnusableInputError(
            "--durations", f"{len(words)} lengths: at most {LENGTHS_MAX} are set side by side. Name fewer"
        )
    return list(dict.fromkeys(map(int, words))) or [valid.request.duration_s]


def convert_total(option: Option, rates: Sequence[ExchangeRate]) -> list[str]:
    """The total of an option, or its least and most, at each rate that begins with its currency."""
    charged = option.charged
    own = [] if charged is None else [(charged, rate) for rate in rates if rate.of == option.currency]
    return [f"{_convert(found, rate)} {rate.to}" for found, rate in own]


def _convert(charged: Charged, rate: ExchangeRate) -> str:
    least, most = charged.total_min, charged.total
    high = None if most is None else EXACT.multiply(most, rate.price)
    return span(EXACT.multiply(least, rate.price), high, rate.to)


def _write_option(option: Option, rates: Sequence[ExchangeRate]) -> dict[str, object]:
    charged, currency = option.charged, option.currency
    document: dict[str, object] = {
        "host": option.host,
        "resolution": option.resolution,
        "duration_s": option.duration_s,
        "currency": currency,
        "kind": charged.kind if charged else None,
        "total": None,
        "total_min": None,
        "refused_by": option.refused_by,
        "refusals": option.refusals,
        "lost": option.lost,
        "assumptions": option.assumptions,
    }
    if charged is not None and currency is not None:
        document["total"] = None if charged.total is None else format_amount(charged.total, currency)
        document["total_min"] = format_amount(charged.total_min, currency)
        document["converted"] = convert_total(option, rates)
    return document
