"""The comparison as it is printed: one table a currency, what was assumed, what is refused; or as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pricing.comparison import Option, RefusedBy, group_by_currency
from pricing.shell import codes, jobs
from pricing.shell.comparing import (
    AxesAsked,
    ExchangeRate,
    compare_request,
    convert_total,
    parse_rates,
    write_comparison,
)
from pricing.shell.grids import Column, grid_lines
from pricing.shell.printing import print_json, print_lines
from pricing.shell.text import hang, plain, span
from wan_rules.validation import ValidRequest

EXIT_CODES: Final[Mapping[RefusedBy, int]] = MappingProxyType(
    {"host": codes.REJECTED, "prices": codes.NO_RATE, "market": codes.UNUSABLE}
)


def print_comparison(valid: ValidRequest, asked: AxesAsked, sale: jobs.Sale, *, as_json: bool) -> int:
    """Prints every option, priced ones grouped by currency, then the refused ones. Returns the exit code."""
    rates = parse_rates(asked.rates)
    options = compare_request(valid, asked, sale)
    if as_json:
        print_json(write_comparison(options, rates))
    else:
        _print_all(options, rates)
    return _exit_code(options)


def _exit_code(options: Sequence[Option]) -> int:
    """That of a comparison in which anything is priced; else that of the worst refusal."""
    if any(option.charged is not None for option in options):
        return codes.DONE
    return codes.worst({EXIT_CODES[option.refused_by] for option in options if option.refused_by is not None})


def _print_all(options: Sequence[Option], rates: Sequence[ExchangeRate]) -> None:
    for currency, group in group_by_currency(options).items():
        _print_priced(currency, group, rates)
    _print_assumed(options)
    _print_refused([option for option in options if option.charged is None])


def _print_priced(currency: str, group: Sequence[Option], rates: Sequence[ExchangeRate]) -> None:
    has_rate = any(rate.of == currency for rate in rates)
    columns = [Column("host"), Column("tier"), Column("seconds", right=True), Column(f"total {currency}", right=True)]
    columns += [Column("at the given rate", right=True)] if has_rate else []
    rows = []
    for option in group:
        if option.charged is not None:
            total = span(option.charged.total_min, option.charged.total, currency)
            converted = [", ".join(convert_total(option, rates))] if has_rate else []
            row = [option.host, option.resolution, str(option.duration_s), total, *converted, "; ".join(option.lost)]
            rows.append([*map(plain, row)])
    print_lines([*grid_lines((*columns, Column("can't carry", folds=True)), rows), ""])


def _print_assumed(options: Sequence[Option]) -> None:
    assumed = dict.fromkeys(f"{option.host}: {message}" for option in options for message in option.assumptions)
    if assumed:
        print_lines(["Assumed:", *(line for each in assumed for line in hang("  - ", (each,))), ""])


def _print_refused(options: Sequence[Option]) -> None:
    if options:
        print_lines(["Refused:"])
    for option in options:
        for reason in option.refusals:
            print_lines(hang("  ", (f"{option.host} {option.resolution} {option.duration_s} s: {reason}",)))
