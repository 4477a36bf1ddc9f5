"""What `wan-rules drift` does: quotes and an invoice are read, summed by period, told and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pricing.drifts import By, Drift, plot, trace
from pricing.plots import draw
from pricing.shell import codes
from pricing.shell.bulk.drift_lines import Drifted, markdown_lines, text_lines, write_drift
from pricing.shell.bulk.drift_sums import sum_tables
from pricing.shell.bulk.sources import USAGE_FORMATS, list_sources
from pricing.shell.differences import read_percent
from pricing.shell.drafts import write_whole
from pricing.shell.printing import answer, complain, print_exactly, print_json, print_lines
from pricing.shell.targets import spare
from wan_rules.payloads import UnusableInputError


class DriftAsked(NamedTuple):
    """What the command line names: quotes or charges, the invoice, the periods, how far is too far, and the picture."""

    quoted: Sequence[str]
    invoiced: Sequence[str]
    by: By
    fail_over: str | None
    plot: Path | None


def drift(asked: DriftAsked, form: str) -> int:
    """`wan-rules drift`. Ends with 2 where a row can't be read, else with 1 where a group drifts too far."""

    def job() -> int:
        told = _run(asked)
        if form == "json":
            print_json(write_drift(told))
        elif form == "markdown":
            print_exactly(markdown_lines(told))
        else:
            print_lines(text_lines(told))
        drawn = codes.DONE if asked.plot is None else _draw(told.drifts, asked.plot)
        broken = told.tally.unreadable_quotes or told.tally.unreadable_lines
        ended = {drawn, codes.UNUSABLE if broken else codes.DONE}
        return codes.worst(ended | ({codes.REJECTED} if any(told.over.values()) else set()))

    return answer(job, form)


def _run(asked: DriftAsked) -> Drifted:
    limit = None if asked.fail_over is None else read_percent(asked.fail_over)
    quotes = list_sources(asked.quoted, USAGE_FORMATS, what="--quoted")
    invoice = list_sources(asked.invoiced, USAGE_FORMATS, what="--invoiced")
    spare((source.path for source in quotes), {"--plot": asked.plot}, what="what was quoted")
    spare((source.path for source in invoice), {"--plot": asked.plot}, what="the invoice")
    volumes, tally = sum_tables(quotes, invoice, asked.by)
    if not tally.compared:
        reason = (
            f"no job is both quoted exactly and invoiced ({tally.quotes} quotes, {tally.lines} lines): the invoice's "
            "task_id has to be the id of a quote or of a charge"
        )
        raise UnusableInputError("--invoiced", reason)
    return Drifted(trace(volumes, asked.by), asked.by, tally, limit)


def _name(currency: str, number: int) -> str:
    """What the currency's picture is called: its number, where others wrote what no name of a file should hold."""
    return currency if currency.isalnum() else str(number)


def _draw(drifts: Sequence[Drift], file: Path) -> int:
    """Writes a picture for each currency; a second one and on have the currency in their names."""
    currencies = sorted({one.key.currency for one in drifts})
    plots = {currency: drawn for currency in currencies if (drawn := plot(drifts, currency)) is not None}
    if not plots:
        complain("wan-rules: --plot: no period has a unit price that can be drawn")
        return codes.UNUSABLE
    for number, (currency, drawn) in enumerate(plots.items(), start=1):
        path = file if len(plots) == 1 else file.with_stem(f"{file.stem}-{_name(currency, number)}")
        data = draw(drawn).encode()
        write_whole(path, lambda opened, data=data: opened.write(data), what="--plot")  # type: ignore[misc]
    return codes.DONE
