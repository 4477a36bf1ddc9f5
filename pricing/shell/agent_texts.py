"""What of an answer an agent reads first: the verdict, the money, the first violations with their fixes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from pricing.comparison import Option
from pricing.money import format_amount
from pricing.quotes import Quote
from pricing.shell.text import plain, span
from wan_rules.validation import PatchOp, Report, Violation

SHOWN: Final = 5
"""Violations, places without facts, and options that are told; the document has all of them."""


def tell_report(report: Report) -> str:
    """The verdict, the first violations with their fixes, and which facts would verify the rest."""
    return "\n".join(_report_lines(report))


def tell_refusal(report: Report) -> str:
    """The same for a request that was to be priced."""
    return f"No price: the host would refuse this request.\n{tell_report(report)}"


def tell_quote(quote: Quote) -> str:
    """What it costs and for whom, what that rests on, then what the rules say."""
    return "\n".join((*_quote_lines(quote), *_report_lines(quote.valid.report)))


def tell_options(options: Sequence[Option]) -> str:
    """The first options that are priced, cheapest first within a currency, and how many are refused."""
    priced = [option for option in options if option.charged is not None]
    refused = [option for option in options if option.charged is None]
    lines = [*map(_option_line, priced[:SHOWN]), *_say_more(len(priced), "priced")]
    lines += [_refused_line(option) for option in refused[:SHOWN]]
    return "\n".join((*lines, *_say_more(len(refused), "refused")))


def _quote_lines(quote: Quote) -> Iterator[str]:
    yield f"{_say_total(quote)} before tax, {_say_whose(quote)}. Nothing was sent or reserved."
    yield from (f"assumed: {assumption.message}" for assumption in quote.priced.assumptions)


def _say_total(quote: Quote) -> str:
    least = format_amount(quote.total_min, quote.currency)
    if quote.total is None:
        return f"unbounded: at least {least} {quote.currency}, and nothing says at most how much,"
    most = format_amount(quote.total, quote.currency)
    if quote.kind == "exact":
        return f"exact: {most} {quote.currency}"
    return f"bounded: at least {least} and at most {most} {quote.currency}"


def _say_whose(quote: Quote) -> str:
    account, environment, host, _ = quote.priced.pricing.market
    terms = f"for account {account} in {environment}" if account else "at published list prices"
    return f"at {host}, {terms}"


def _report_lines(report: Report) -> Iterator[str]:
    errors = sum(1 for violation in report.violations if violation.severity == "error")
    warnings = len(report.violations) - errors
    yield f"verdict: {report.verdict} at {report.host.name} (errors: {errors}, warnings: {warnings})"
    worst = sorted(report.violations, key=lambda violation: violation.severity != "error")
    yield from map(_violation_line, worst[:SHOWN])
    yield from _say_more(len(worst), "violations")
    for unverified in report.unverified[:SHOWN]:
        needs = dict.fromkeys(need for rule in unverified.rules for need in rule.needs)
        yield f"not verified at {plain(unverified.at)}: give the facts {', '.join(needs)}"
    yield from _say_more(len(report.unverified), "places that lack facts")


def _violation_line(violation: Violation) -> str:
    place = plain(violation.at) or "the payload"
    fix = "" if violation.fix is None else f" fix: {_patch(violation.fix)}"
    return f"{violation.severity} {violation.rule.id} at {place}: {plain(violation.finding.message)}{fix}"


def _patch(fix: PatchOp) -> str:
    """The operation of a JSON Patch, as JSON."""
    value = {} if fix.op == "remove" else {"value": fix.value}
    return json.dumps({"op": fix.op, "path": fix.path, **value}, ensure_ascii=False)


def _option_line(option: Option) -> str:
    charged, currency = option.charged, option.currency
    total = "" if charged is None or currency is None else span(charged.total_min, charged.total, currency)
    lost = f"; can't carry {plain('; '.join(option.lost))}" if option.lost else ""
    kind = charged.kind if charged else ""
    return f"{option.host} {option.resolution} {option.duration_s} s: {total} {currency} ({kind}){lost}"


def _refused_line(option: Option) -> str:
    reasons = "; ".join(option.refusals)
    return f"refused: {option.host} {option.resolution} {option.duration_s} s: {plain(reasons)}"


def _say_more(number: int, what: str) -> tuple[str, ...]:
    return (f"and {number - SHOWN} more {what}: see the document",) if number > SHOWN else ()
