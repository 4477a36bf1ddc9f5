"""A quote that a service answered, for people to read, as the command prints one of its own; and a report alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pricing.charges import charge_work
from pricing.shell.cells import fold
from pricing.shell.client.results import Quote, Report
from pricing.shell.plugins import use_plugins
from pricing.shell.settling import read_quote
from pricing.shell.terminals import find_room
from pricing.shell.text import Paint, charge_lines, count, plain


def report_lines(report: Report, paint: Paint) -> Iterator[str]:
    """The report: the verdict, each violation with its remedy, and one line of missing facts a place."""
    errors = sum(1 for violation in report.violations if violation.severity == "error")
    warnings = count(len(report.violations) - errors, "warning")
    yield f"{paint(plain(report.verdict))} at {_title(report.host)}: {count(errors, 'error')}, {warnings}"
    for violation in report.violations:
        yield ""
        place = plain(violation.at) or "the payload"
        yield plain(f"{violation.rule} {violation.name} at {place}").join((f"{paint(violation.severity)} ", ""))
        yield from fold(plain(violation.message), find_room(), "  ", "  ")
        yield from (f"  fix: {_fix(fix)}" for fix in violation.fix or ())
    if report.unverified:
        yield from ("", "Not verified, since these facts are not known (--facts, --probe):")
    for at in dict.fromkeys(unverified.at for unverified in report.unverified):
        needs = dict.fromkeys(need for each in report.unverified if each.at == at for need in each.needs)
        yield f"  {plain(at)}: {', '.join(map(plain, needs))}"


def quote_lines(quote: Quote, paint: Paint) -> Iterator[str]:
    """The quote: report, plan, one row a line, totals, what was assumed, and until when it binds.

    Raises BasisError where its totals are not what its own basis comes to.
    """
    basis = read_quote(dict(quote.document), what="the service's quote", models=use_plugins().models).basis
    charged = charge_work(basis.work, basis.terms, basis.consumed_before)
    yield from (*report_lines(quote.report, paint), "", *_plan_lines(quote.document["plan"]), "")
    yield from charge_lines(charged, basis.work, quote.currency, paint)
    if quote.document["basis"]["assumptions"]:
        yield from ("", "Assumed:")
    for assumption in quote.document["basis"]["assumptions"]:
        yield from fold(plain(assumption["message"]), find_room(), "  - ", "    ")
    yield ""
    yield _origin(quote)
    yield plain(f"quote {quote.id}, binding until {_instant(quote.document['expires_at'])}")


def _title(host: str) -> str:
    known = use_plugins().hosts.get(host)
    return plain(host) if known is None else known.title


def _fix(fix: Any) -> str:  # noqa: ANN401 - an operation of a JSON Patch
    path = plain(fix["path"])
    return f"remove {path}" if fix["op"] == "remove" else plain(f"{fix['op']} {path} {fix['value']!r}")


def _plan_lines(stages: Any) -> Iterator[str]:  # noqa: ANN401 - the stages as JSON has them
    for number, stage in enumerate(stages):
        if number:
            yield "     |"
        size = f"{stage['width_px']} x {stage['height_px']}" if stage["width_px"] else "as the first frame"
        expected = " (expected)" if stage["expected"] else ""
        yield plain(
            f"  [{stage['stage']:^9}]  {stage['input']} -> {stage['output']}  {stage['model']}  {size}, "
            f"{stage['seconds']} s, {stage['frames']} frames{expected}"
        )


def _origin(quote: Quote) -> str:
    document, basis = quote.document, quote.document["basis"]
    names = [name for name in (quote.account, quote.environment, quote.host, document["region"]) if name]
    ids = basis["agreements"]
    agreements = f", agreement{'s' if len(ids) > 1 else ''} {', '.join(ids)}" if ids else ""
    at = _instant(document["as_of"])
    return plain(
        f"{' / '.join(names)} at {at}: {basis['catalogue']}, card {basis['card']}{agreements}, {basis['digest'][:19]}"
    )


def _instant(text: str) -> str:
    """The instant to the second, as the command's own quotes have it."""
    return text if "." not in text else f"{text.partition('.')[0]}Z"
