"""A quote that a service answered, for people to read, as the command prints one of its own; and a report alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pricing.charges import charge_work
from pricing.shell import report_words as words
from pricing.shell.client.results import Quote, Report
from pricing.shell.plugins import use_plugins
from pricing.shell.settling import read_quote
from pricing.shell.terminals import find_room
from pricing.shell.text import Paint, charge_lines, plain
from pricing.shell.text_widths import fold
from wan_rules.messages import ENGLISH, Message, Translation, tell


def report_lines(report: Report, paint: Paint, translation: Translation = ENGLISH) -> Iterator[str]:
    """The report: the verdict, each violation as the service tells it, and one line of missing facts a place."""
    verdict = paint(plain(words.say_word(report.verdict, translation)), report.verdict)
    severities = [violation.severity for violation in report.violations]
    yield tell(words.say_head(verdict, _title(report.host), severities), translation)
    for violation in report.violations:
        severity = paint(plain(words.say_word(violation.severity, translation)), violation.severity)
        said = words.say_place(severity, plain(violation.rule), plain(violation.name), plain(violation.at))
        yield from ("", tell(said, translation))
        yield from fold(plain(violation.message), find_room(), "  ", "  ")
        yield from (f"  {tell(_fix(fix), translation)}" for fix in violation.fix or ())
    if report.unverified:
        yield from ("", tell(words.NOT_VERIFIED, translation))
    for at in dict.fromkeys(unverified.at for unverified in report.unverified):
        needs = dict.fromkeys(need for each in report.unverified if each.at == at for need in each.needs)
        yield f"  {tell(words.say_needs(plain(at), map(plain, needs)), translation)}"


def quote_lines(quote: Quote, paint: Paint, translation: Translation = ENGLISH) -> Iterator[str]:
    """The quote: report, plan, one row a line, totals, what was assumed, and until when it binds.

    Raises BasisError where its totals are not what its own basis comes to.
    """
    basis = read_quote(dict(quote.document), what="the service's quote", models=use_plugins().models).basis
    charged = charge_work(basis.work, basis.terms, basis.consumed_before)
    yield from (*report_lines(quote.report, paint, translation), "", *_plan_lines(quote.document["plan"]), "")
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


def _fix(fix: Any) -> Message:  # noqa: ANN401 - an operation of a JSON Patch
    return words.say_fix(plain(fix["op"]), plain(fix["path"]), plain(repr(fix.get("value", fix.get("from")))))


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
