"""The report of a reconciliation as one page of HTML: no script, nothing fetched, as good on paper as on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pricing.break_bridges import draw_bridge
from pricing.break_tallies import list_currencies, list_present, pick_largest, tell_verdict
from pricing.breaks import MatchedBy
from pricing.money import format_decimal
from pricing.reconciliations import Reconciliation
from pricing.shell.bulk.outputs.markup import Cell, Html, facts, foreign, join, number, row, section, table, tag, word
from pricing.shell.bulk.outputs.page_tables import age_table, breaks_table, bridge_table
from pricing.shell.bulk.outputs.styles import STYLE
from pricing.shell.bulk.outputs.texts import format_exact, format_instant, format_period

BREAKS_SHOWN: Final = 1_000
MATCH_RULES: Final[dict[MatchedBy, str]] = {
    "task_id": "by the id of the task",
    "window": "by account, instant and tier",
    "aggregate": "one line for many rows of usage, or many lines for one",
    "nothing": "by nothing: only one side has them",
}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def write_page(told: Reconciliation) -> str:
    """The whole page."""
    period = "" if told.period is None else f", {format_period(told.period)}"
    head = (
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{word(f'Invoice reconciliation{period}')}</title>",
        f"<style>{STYLE}</style>",
    )
    body = join((_header(told), *_sections(told)), "\n")
    inner = (tag("head", join(map(Html, head), "\n")), tag("body", tag("main", body)))
    return f'<!DOCTYPE html>\n<html lang="en">\n{inner[0]}\n{inner[1]}\n</html>\n'


def _header(told: Reconciliation) -> Html:
    said = (
        ("Period of the invoice", word(format_period(told.period))),
        ("Reconciled", word(format_instant(told.at))),
        ("Catalogue", foreign(told.catalogue)),
    )
    good = " good" if not list_present(told) else ""
    verdict = tag("p", word(tell_verdict(told)), f"verdict{good}")
    return tag("header", (tag("h1", word("Invoice reconciliation")), verdict, facts(said)))


def _sections(told: Reconciliation) -> Iterator[Html]:
    yield section("bridge", "From expected to invoiced", _bridge(told))
    yield section("method", "How it was compared", _method(told))
    yield section("ageing", "Age and decisions", _ages(told))
    yield section("breaks", "Differences", _breaks(told))
    yield section("inputs", "What went in", [facts(_inputs(told))])


def _bridge(told: Reconciliation) -> Iterator[Html]:
    yield tag("p", word("Each bar begins where the one before it ends. Amounts are before tax; no digit is rounded."))
    for own in told.totals:
        picture = tag("figure", Html(draw_bridge(own)))
        yield join((picture, bridge_table(told, own)))


def _method(told: Reconciliation) -> Iterator[Html]:
    counts = told.counts
    rows = [
        tag("tbody", row([Cell(word(MATCH_RULES[rule]), head=True), number(f"{groups:,}")]))
        for rule, groups in counts.matches.items()
    ]
    yield table(word("Usage and invoice lines brought together"), (("How", ""), ("Groups", "number")), rows)
    yield tag("p", word(f"{counts.agreeing:,} agree to the last digit, {counts.tolerated:,} within the tolerance."))
    yield tag("p", word(_tell_checksums(told)))
    yield _tolerances(told)


def _tell_checksums(told: Reconciliation) -> str:
    if told.checksums:
        return (
            "Rows that agree were compared by checksum, many at a time, and not one by one: a difference behind equal "
            "checksums would not be seen, and is not likely. With --exact every row is compared with its line."
        )
    return "Every row was compared with its line; no checksum stands in for a comparison."


def _tolerances(told: Reconciliation) -> Html:
    if not told.tolerances:
        return tag("p", word("Nothing is tolerated: any difference is a break."))
    rows = [
        tag("tbody", row([Cell(foreign(currency), head=True), *map(number, (amount, percent))]))
        for currency, own in told.tolerances.items()
        for amount, percent in [(format_exact(own.amount, currency), f"{format_decimal(own.percent)} %")]
    ]
    heads = (("Currency", ""), ("Amount", "number"), ("Share of what is expected", "number"))
    return table(word("A difference within either of these is tolerated, and counted apart"), heads, rows)


def _ages(told: Reconciliation) -> Iterator[Html]:
    if not told.standings:
        yield tag("p", word("There is no difference now, and none that an earlier report left open."))
        return
    for currency in list_currencies(told):
        yield from age_table(told, currency)


def _breaks(told: Reconciliation) -> Iterator[Html]:
    shown = pick_largest(told.standings, BREAKS_SHOWN)
    if not shown:
        yield tag("p", word("None."))
    if (left := len(told.standings) - BREAKS_SHOWN) > 0:
        said = f"The {BREAKS_SHOWN:,} largest are below; {left:,} more are in breaks.parquet and report.xlsx."
        yield tag("p", word(said), "note")
    for currency, standings in shown.items():
        yield breaks_table(currency, standings)


def _inputs(told: Reconciliation) -> Iterator[tuple[str, Html]]:
    counts = told.counts
    yield "Catalogue", foreign(told.catalogue)
    yield "Its digest", tag("code", foreign(told.digest))
    yield "Period of the invoice", word(format_period(told.period))
    yield "Rows of usage", word(f"{counts.usage_rows:,}: {counts.rated:,} rated, {counts.rejected:,} rejected")
    yield "Invoice lines", word(f"{counts.invoice_lines:,}, of which {counts.lines_rejected:,} rejected")
    yield "Reconciled", word(format_instant(told.at))
    yield "By", foreign(f"wan-rules {told.version} on {told.engine}")
