"""The request that a body holds: a host's payload as it would be sent, with options in the query, or an envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from pricing.quotes import Quote
from pricing.shell import jobs
from pricing.shell.envelopes import KEYS, read_payload, read_sale, read_word
from pricing.shell.probing import Probed
from pricing.shell.service.answers import Exchange
from pricing.shell.service.callers import Owner, choose_owner, name_terms
from pricing.shell.service.measuring import asks_to_measure, with_facts
from pricing.shell.service.problems import ProblemError
from wan_rules.facts import NO_FACTS, Facts, parse_facts
from wan_rules.hosts.reading import Reading
from wan_rules.payloads import JsonObject, UnusableInputError, parse_object

ENVELOPE: Final = KEYS - {"id"}
IN_QUERY: Final = frozenset({"host", "account", "environment", "region", "at"})
"""What may stand in the query beside a bare payload; facts and running totals want an envelope."""
FACTS_MAX: Final = 1_000
"""Media that facts of one request may be about, many times those that it has: each wrong one is told with care."""


class AskedRequest(NamedTuple):
    """One request: as its host reads it, what is known of its media, on which terms, and whose it is if anyone's."""

    reading: Reading
    facts: Facts
    sale: jobs.Sale
    owner: Owner | None

    def quote(self) -> Quote:
        """The quote. Raises InvalidRequestError or PricingError."""
        return jobs.quote_reading(self.reading, self.sale)


def read_body(exchange: Exchange, *further: str) -> JsonObject:
    """The body as an envelope, made of payload and query where it is none; `further` are the operation's own options.

    Raises UnusableInputError.
    """
    document = parse_object(exchange.body, what="body", max_bytes=exchange.service.settings.limits.body_bytes)
    options = {key: text for key, text in exchange.options.items() if key not in further}
    if "payload" not in document:
        return {"payload": document, **_check_options(options, further)}
    if options:
        reason = f"{min(options)[:64]!r} stands in the query, and the body is an envelope: say it there"
        raise UnusableInputError("query", reason)
    return document


def _check_options(options: dict[str, str], further: tuple[str, ...]) -> dict[str, str]:
    for key in options:
        if key not in IN_QUERY:
            known = ", ".join(sorted({*IN_QUERY, *further}))
            more = ": send it in an envelope, beside `payload`" if key in ENVELOPE else f": {known} are read"
            raise UnusableInputError("query", f"{key[:64]!r} is no option{more}")
    return options


def refuse_options(exchange: Exchange, known: frozenset[str]) -> None:
    """Nothing, where every option of the query is known. Raises UnusableInputError."""
    for name in exchange.options:
        if name not in known:
            read = f": {', '.join(sorted(known))} are read" if known else ": none is read here"
            raise UnusableInputError("query", f"{name[:64]!r} is no option{read}")


def read_reading(record: JsonObject) -> tuple[Reading, Facts]:
    """The payload of an envelope as its host reads it, with the facts. Raises UnusableInputError."""
    payload = read_payload(record, "body")
    said = record.get("facts")
    if isinstance(said, dict) and len(said) > FACTS_MAX:
        reason = f"{len(said):,} media: at most {FACTS_MAX:,} are read. Send the facts of the request's own"
        raise UnusableInputError("facts", reason)
    facts = NO_FACTS if said is None else parse_facts(said)
    return jobs.read_request(payload, read_word(record, "host", None), facts), facts


def read_measured(exchange: Exchange, record: JsonObject) -> tuple[JsonObject, tuple[Probed, ...]]:
    """The envelope with what was measured of its media, where the query asks for it; beside it each medium.

    Raises ProblemError, UnusableInputError.
    """
    if not exchange.options or not asks_to_measure(exchange.options):
        return record, ()
    reading, _ = read_reading(record)
    probed = exchange.service.measurer.measure(reading, has_key=exchange.caller is not None)
    return with_facts(record, probed), probed


def read_request(exchange: Exchange, record: JsonObject, *, effects: bool = False) -> AskedRequest:
    """All that an envelope asks for, on the terms of whoever asks. Raises ProblemError, UnusableInputError."""
    reading, facts = read_reading(record)
    sale, owner = find_terms(exchange, record, effects=effects)
    return AskedRequest(reading, facts, sale, owner)


def find_terms(exchange: Exchange, record: JsonObject, *, effects: bool = False) -> tuple[jobs.Sale, Owner | None]:
    """The terms that a record asks for, now where it names no instant: without a key those of the published list.

    Raises ProblemError where they are not the caller's, and UnusableInputError.
    """
    service, caller, told_in = exchange.service, exchange.caller, exchange.translation
    now = datetime.now(UTC)
    if caller is None:
        for name in ("account", "environment"):
            if record.get(name) is not None:
                detail = f"{name}: without a key there are list prices only. Send Authorization: Bearer <key>"
                raise ProblemError("key_missing", detail, headers={"www-authenticate": "Bearer"})
        return read_sale(
            record, jobs.Sale(service.published, None, None, None, now, effects, translation=told_in)
        ), None
    owner = choose_owner(caller, read_word(record, "account", None), read_word(record, "environment", None))
    catalogue = exchange.catalogue
    account, environment = name_terms(owner, catalogue.head)
    own = {name: value for name, value in record.items() if name not in {"account", "environment"}}
    return read_sale(own, jobs.Sale(catalogue, account, environment, None, now, effects, translation=told_in)), owner
