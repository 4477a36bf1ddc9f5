"""What an agent can ask before it spends, without the protocol that it asks through: arguments in, an answer out.

On whose terms is fixed by whoever starts the server; nothing that an agent sends can choose an account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from pydantic_core import from_json, to_json

from pricing.agreed import list_regions
from pricing.catalogue import Catalogue, Market, UnknownNameError
from pricing.errors import PricingError
from pricing.explanations import explain
from pricing.resolution import name_market
from pricing.shell import codes, jobs, wire
from pricing.shell.agent_texts import tell_options, tell_quote, tell_refusal, tell_report
from pricing.shell.comparing import AxesAsked, compare_request, write_comparison
from pricing.shell.envelopes import read_sale, read_word
from pricing.shell.inputs import read_instant
from pricing.shell.plugins import use_plugins
from wan_rules.facts import NO_FACTS, parse_facts
from wan_rules.hosts.reading import Reading, find_idle_facts
from wan_rules.payloads import JsonObject, UnusableInputError, WanRulesError, name_type, parse_object, say_no_object
from wan_rules.urls import shorten
from wan_rules.validation import InvalidRequestError, check, validate

ON_REQUEST: Final = frozenset({"payload", "host", "facts"})
ON_TERMS: Final = ON_REQUEST | {"at", "consumed_before"}
ON_AXES: Final = ON_TERMS | {"hosts", "tiers", "durations"}
FIXED: Final = frozenset({"account", "environment", "region", "catalogue"})
"""What an agent may well try to name, and whoever starts the server has fixed."""


class Desk(NamedTuple):
    """On whose terms this server answers, for as long as it runs, and the clock that it looks at."""

    catalogue: Catalogue
    account: str | None
    environment: str | None
    region: str | None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class ToolAnswer(NamedTuple):
    """A document of the wire, the text of what matters in it, and whether the tool failed."""

    document: JsonObject
    text: str
    failed: bool = False


Tool: TypeAlias = Callable[[JsonObject, Desk], ToolAnswer]


def use_tool(name: str, arguments: Mapping[str, object] | None, desk: Desk) -> ToolAnswer:
    """What a tool of TOOLS answers; never raises for anything that is wrong with the arguments."""
    allowed, tool = TOOLS[name]
    try:
        return tool(_read_arguments(arguments, allowed), desk)
    except InvalidRequestError as error:
        return ToolAnswer(_load(wire.write_report(error.report)), tell_refusal(error.report))
    except (PricingError, WanRulesError) as error:
        return _fail(error)


def check_names(desk: Desk) -> None:
    """Raises UnknownNameError where no request could ever be priced: for no host are the names known."""
    errors = []
    for host in use_plugins().hosts:
        try:
            name_market(desk.catalogue, Market(desk.account, desk.environment, host, desk.region))
        except UnknownNameError as error:
            errors.append(error)
        else:
            return
    raise errors[0]


def _fail(error: Exception) -> ToolAnswer:
    code = codes.error_code(error)
    message = str(error).encode(errors="backslashreplace").decode()
    return ToolAnswer(_load(wire.write_error(code, message)), f"{code}: {message}", failed=True)


def _load(document: bytes) -> JsonObject:
    loaded: JsonObject = from_json(document)
    return loaded


def _read_arguments(arguments: Mapping[str, object] | None, allowed: frozenset[str]) -> JsonObject:
    """The arguments as our own reader takes them: bounded in size and depth, with no NaN. Raises UnusableInputError."""
    try:
        text = to_json({} if arguments is None else arguments, inf_nan_mode="constants")
    except ValueError:
        raise UnusableInputError("arguments", "they can't be written as JSON: send whole characters") from None
    read = parse_object(text, what="arguments")
    for name in sorted(read.keys() - allowed):
        why = "fixed by whoever started this server; leave it out" if name in FIXED else "no such argument"
        raise UnusableInputError(name[:64], f"{why}. Read are {', '.join(sorted(allowed))}")
    return read


def _read_request(arguments: JsonObject) -> Reading:
    """The payload as its host reads it, with its facts. Raises UnusableInputError, for facts of no medium too."""
    payload, said = arguments.get("payload"), arguments.get("facts")
    if not isinstance(payload, dict):
        raise UnusableInputError("payload", say_no_object(payload))
    facts = NO_FACTS if said is None else parse_facts(said)
    reading = jobs.read_request(payload, read_word(arguments, "host", None), facts)
    for key in find_idle_facts(reading, facts)[:1]:
        known = ", ".join(reading.places.urls[:2]) or "there is none"
        raise UnusableInputError("facts", f"{shorten(key)!r} is no medium of the payload (by URL, or {known})")
    return reading


def _read_sale(arguments: JsonObject, desk: Desk, host: str) -> jobs.Sale:
    """The server's terms at the instant that was asked for; its region where the host has any."""
    at = read_word(arguments, "at", None)
    instant = desk.now() if at is None else read_instant(at, what="at")
    region = desk.region if list_regions(desk.catalogue, Market(desk.account, desk.environment, host, None)) else None
    sale = jobs.Sale(desk.catalogue, desk.account, desk.environment, region, instant)
    return read_sale({key: value for key, value in arguments.items() if key == "consumed_before"}, sale)


def _check(arguments: JsonObject, _: Desk) -> ToolAnswer:
    report = check(_read_request(arguments))
    return ToolAnswer(_load(wire.write_report(report)), tell_report(report))


def _quote(arguments: JsonObject, desk: Desk) -> ToolAnswer:
    reading = _read_request(arguments)
    quoted = jobs.quote_reading(reading, _read_sale(arguments, desk, reading.host.name))
    return ToolAnswer(_load(wire.write_quote(quoted)), tell_quote(quoted))


def _compare(arguments: JsonObject, desk: Desk) -> ToolAnswer:
    reading = _read_request(arguments)
    sale = _read_sale(arguments, desk, reading.host.name)._replace(region=desk.region)
    hosts, tiers, durations = (_read_list(arguments, key) for key in ("hosts", "tiers", "durations"))
    axes = AxesAsked(hosts, tiers, durations, ())
    options = compare_request(validate(reading), axes, sale)
    return ToolAnswer(_load(to_json(write_comparison(options, ()))), tell_options(options))


def _explain(arguments: JsonObject, desk: Desk) -> ToolAnswer:
    reading = _read_request(arguments)
    quoted = jobs.quote_reading(reading, _read_sale(arguments, desk, reading.host.name))
    sentences = explain(quoted, desk.catalogue.locate)
    document = _load(wire.write_explanation(quoted, sentences))
    return ToolAnswer(document, "\n".join(map(str, _list_of(document["sentences"]))))


def _list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _read_list(arguments: JsonObject, key: str) -> str | None:
    """The words or whole numbers of an array, as the command line writes them; `None` where it is left out or empty."""
    value = arguments.get(key)
    if value is None or value == []:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str | int) for each in value):
        raise UnusableInputError(key, f"an array of strings or whole numbers is wanted, {name_type(value)} was sent")
    return ",".join(map(str, value))


TOOLS: Final[Mapping[str, tuple[frozenset[str], Tool]]] = MappingProxyType(
    {
        "check": (ON_REQUEST, _check),
        "quote": (ON_TERMS, _quote),
        "compare": (ON_AXES, _compare),
        "explain": (ON_TERMS, _explain),
    }
)
"""The tools, each with the arguments that it reads."""
