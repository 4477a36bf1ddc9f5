"""What `wan-rules quote --server` does: ask a service for a quote that binds, and print what it answers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pricing.shell import codes, wire
from pricing.shell.asked_values import Asked, OnTerms
from pricing.shell.inputs import read_bytes, read_facts, read_payload, read_totals
from pricing.shell.printing import answer, complain, paint, print_document, print_json, print_lines
from pricing.shell.server_options import ServerAsked
from wan_rules.payloads import JsonObject, UnusableInputError, parse_object
from wan_rules.urls import shorten

if TYPE_CHECKING:
    from pricing.shell.client import Client, Quote, Report, ServiceError
    from pricing.shell.client.calls import QuoteOptions
    from pricing.shell.probing import Probed

KEY_VARIABLE: Final = "WAN_RULES_KEY"
"""Holds the API key where `--key-file` names none. Never an argument: those stand in lists of processes."""


def quote(asked: Asked, terms: OnTerms, server: ServerAsked, *, effects: bool) -> int:
    """`wan-rules quote --server`."""

    def job() -> int:
        _refuse_idle_options(asked, terms, effects=effects)
        with _open(server, asked.lang and asked.translation.language) as client:
            payload = read_payload(asked.payload)
            probed = _probe(asked, payload)
            code = _ask(client, asked, payload, _write_options(asked, terms, probed))
            if probed and asked.format != "json":  # what was signed is not added to
                from pricing.shell.probe_lines import probed_lines

                print_lines(("", *probed_lines(probed)))
            return code

    return answer(job, asked.format, asked.translation)


def _refuse_idle_options(asked: Asked, terms: OnTerms, *, effects: bool) -> None:
    """What the service decides, or does not do, is not said beside `--server`. Raises UnusableInputError."""
    said = {
        "--catalogue": terms.catalogue.name is not None,
        "--catalogue-key": terms.catalogue.key is not None,
        "--keep-for": terms.catalogue.keep_for is not None,
        "--effects": effects,
        "--format jsonl": asked.format == "jsonl",
    }
    for option, is_said in said.items():
        if is_said:
            raise UnusableInputError(option, f"{_WHY[option]}: leave it out, or leave --server out")


_WHY: Final = {
    "--catalogue": "with --server the prices are the service's",
    "--catalogue-key": "with --server the prices are the service's",
    "--keep-for": "with --server the prices are the service's",
    "--effects": "with --server the quote is what was signed, and has none",
    "--format jsonl": "with --server one quote is asked for at a time",
}


def _open(server: ServerAsked, language: str | None) -> Client:
    """A client for the service. Raises UnusableInputError where the extra is missing, or a word is malformed."""
    if server.url is None:
        raise UnusableInputError("--key-file", "it is the key for a service: name that with --server")
    try:
        from pricing.shell.client import Client
    except ImportError as error:
        raise UnusableInputError("--server", f"it needs {error.name}: pip install 'wan-rules[client]'") from None
    key = _read_key(server.key_file)
    try:
        return Client(server.url, key, language=language)
    except ValueError as error:
        raise UnusableInputError("--server", str(error)) from None


def _read_key(key_file: str | None) -> str | None:
    """The key in the file that was named, else in the environment. Raises UnusableInputError, and never repeats it."""
    if key_file is None:
        key, where = os.environ.get(KEY_VARIABLE), KEY_VARIABLE
    else:
        key, where = read_bytes(key_file, what="--key-file").decode(errors="replace"), "--key-file"
    if key is None:
        return None
    key = key.strip()
    if not key or not all("!" <= character <= "~" for character in key):
        raise UnusableInputError(where, "it holds no key: one line of visible ASCII characters is wanted")
    return key


def _probe(asked: Asked, payload: JsonObject) -> tuple[Probed, ...]:
    """What is measured of the media here, where that was asked for: the service fetches nothing."""
    if asked.measuring is None:
        return ()
    from pricing.shell.probing import probe_payload

    return probe_payload(payload, asked.host, read_facts(asked.facts), asked.measuring)


def _write_options(asked: Asked, terms: OnTerms, probed: tuple[Probed, ...]) -> QuoteOptions:
    words = {
        "host": asked.host,
        "account": terms.account,
        "environment": terms.environment,
        "region": terms.region,
        "at": terms.at,
        "consumed_before": read_totals(terms.consumed_before) or None,
        "facts": _write_facts(asked, probed),
    }
    said: QuoteOptions = {key: value for key, value in words.items() if value is not None}  # type: ignore[assignment]  # its keys are those above
    return said


def _write_facts(asked: Asked, probed: tuple[Probed, ...]) -> JsonObject | None:
    """The facts as they were declared, with those that were measured."""
    if probed:
        from pricing.shell.probe_documents import write_facts

        return write_facts(probed)
    return None if asked.facts is None else parse_object(read_bytes(asked.facts, what="facts"), what=asked.facts)


def _ask(client: Client, asked: Asked, payload: JsonObject, options: QuoteOptions) -> int:
    from pricing.shell.asking_lines import quote_lines
    from pricing.shell.client import ServiceError

    try:
        quoted = client.quote(payload, **options)
        lines = () if asked.format == "json" else tuple(quote_lines(quoted, paint(), asked.translation))
    except ServiceError as error:
        return _tell(error, asked)
    _tell_idle_totals(options.get("consumed_before", ()), quoted)
    if asked.format == "json":
        print_json(quoted.document)
    else:
        print_lines(lines)
    return _find_code(quoted, strict=asked.strict)


def _tell_idle_totals(said: Iterable[str], quoted: Quote) -> None:
    """Running totals that were sent and that no price of the quote looks at: a name is misspelt, most often."""
    for name in said:
        if name not in quoted.document["basis"]["consumed_before"]:
            complain(f"wan-rules: --consumed-before: no price of the quote looks at {shorten(name)!r}: leave it out")


def _find_code(quoted: Quote, *, strict: bool) -> int:
    undetermined = strict and quoted.report.verdict == "undetermined"
    return codes.UNDETERMINED if undetermined or quoted.kind == "unbounded" else codes.DONE


def _tell(error: ServiceError, asked: Asked) -> int:
    """Prints what went wrong, a report on stdout; the exit code."""
    from pricing.shell.client import NoRateError, RejectedError

    if isinstance(error, RejectedError):
        return _print_report(error.report, asked)
    message = f"{error}{_say_again(error)}"
    if asked.format == "json":
        print_document(wire.write_error(error.code, message))
    else:
        complain(f"wan-rules: {message}")
    return codes.NO_RATE if isinstance(error, NoRateError) else codes.UNUSABLE


def _print_report(report: Report, asked: Asked) -> int:
    from pricing.shell.asking_lines import report_lines

    if asked.format == "json":
        print_json(report.document)
    else:
        print_lines(report_lines(report, paint(), asked.translation))
    return codes.REJECTED


def _say_again(error: ServiceError) -> str:
    """What more there is to do, for errors that a key or time would mend."""
    from pricing.shell.client import KeyRefusedError, RateLimitedError

    if isinstance(error, KeyRefusedError):
        return f" (the key is read from --key-file or {KEY_VARIABLE})"
    if isinstance(error, RateLimitedError) and error.retry_after_s is not None:
        return f" (ask again in {error.retry_after_s:.0f} s)"
    return ""
