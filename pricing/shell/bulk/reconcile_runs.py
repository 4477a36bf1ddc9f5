"""What `wan-rules reconcile` does: reads options, computes, writes the report in one step, and tells what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from pricing.reconciliations import Reconciliation
from pricing.shell import codes
from pricing.shell.asked_values import Source
from pricing.shell.bulk.omissions import USAGE_REJECTS, find_codes
from pricing.shell.bulk.reconcile_lines import summary_lines
from pricing.shell.bulk.reconcile_options import (
    exceeds,
    read_allowed,
    read_columns,
    read_period,
    read_tolerances,
    read_window,
)
from pricing.shell.bulk.reconciling import compute
from pricing.shell.bulk.registers import REGISTER, write_register
from pricing.shell.bulk.report_folders import check_place, draft_folder, is_same
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.sources import SHAPES, USAGE_FORMATS, Format, Shape, list_sources
from pricing.shell.bulk.summaries import SUMMARY, read_summary, write_summary
from pricing.shell.ending import ending_tidily
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.printing import answer, complain, print_document, print_lines
from pricing.shell.progress import Steps
from pricing.shell.targets import keep_outside, spare, spare_catalogues
from wan_rules.payloads import UnusableInputError

EARLIER: Final = "earlier"
"""The folder, in that of a report, with the register of the one whose place it took."""


class Inputs(NamedTuple):
    """Files, folders and globs as they are named; the form of the usage, and the zone of its instants.

    `origin` is the account, environment and region of task results, which leave them out.
    """

    invoice: Sequence[str]
    usage: Sequence[str]
    charges: Sequence[str]
    usage_from: str
    zone: str | None
    origin: tuple[str | None, str | None, str | None] = (None, None, None)


class ReconcileAsked(NamedTuple):
    """What the command line says, as it says it."""

    inputs: Inputs
    output: Path
    catalogue: Source
    columns: Sequence[str] = ()
    period: str | None = None
    window: str = "5m"
    tolerances: Sequence[str] = ()
    allow_breaks: int | None = None
    allow: Sequence[str] = ()
    exact: bool = False
    earlier: str | None = None
    at: str | None = None
    memory_limit: str | None = None
    rejects: Path | None = None
    ignores_extra: bool = False


def reconcile(asked: ReconcileAsked, form: str) -> int:
    """`wan-rules reconcile`. Ends with 0 where no more differs than is allowed, with 1 where more does.

    A line that can't be read, or a row that is not rated, is in no sum: it ends then as a batch does.
    """

    def job() -> int:
        options = read_asked(asked)
        allowed = read_allowed(asked.allow_breaks, asked.allow)
        check_place(asked.output, asked.earlier)
        keep_outside(asked.output, {"--rejects": asked.rejects})
        spare_catalogues((asked.catalogue.name,), {"--rejects": asked.rejects})
        _spare_inputs(options, asked.rejects)
        other = tuple(_tell_other_period(options))
        catalogue = open_catalogue(asked.catalogue)
        with ending_tidily(), draft_folder(asked.output) as draft:
            with TemporaryDirectory(prefix=".work-", dir=draft) as work:
                told = compute(options, catalogue, Path(work), asked.rejects)
                _keep_rejects(Path(work), draft)
            with Steps() as steps:
                steps.begin("writing the report")
                kept = _keep_earlier(draft, options, asked.output)
                notes = (*_write(draft, told, kept, asked.output), *other)
        if form == "json":
            print_document((asked.output / SUMMARY).read_bytes().rstrip())
        else:
            print_lines(summary_lines(told, asked.output))
        for note in notes:
            complain(f"wan-rules: {note}")
        differs = {codes.REJECTED} if exceeds(told.standings, allowed) else set()
        return codes.worst(differs | find_codes(told.counts, asked.output))

    return answer(job, form)


def _spare_inputs(options: RunOptions, rejects: Path | None) -> None:
    """Raises UnusableInputError where the lines that can't be read would take the place of what is reconciled."""
    shape: Shape = options.usage_from  # type: ignore[assignment]  # the option knows no other
    named: tuple[tuple[str, tuple[str, ...], Sequence[Format]], ...] = (
        ("the invoice", options.invoice, USAGE_FORMATS),
        ("usage", options.usage, SHAPES[shape]),
        ("charges", options.charges, ("parquet",)),
    )
    for what, names, formats in named:
        if names:
            sources = list_sources(names, formats, what=what.removeprefix("the "))
            spare((source.path for source in sources), {"--rejects": rejects}, what=what)


def recompute(options: RunOptions) -> Reconciliation:
    """The reconciliation of these options again. Raises UnusableInputError and PricingError."""
    source = Source(options.catalogue, options.catalogue_key, options.keep_for)
    with TemporaryDirectory(prefix="wan-rules-") as folder:
        return compute(options, open_catalogue(source), Path(folder))


def read_asked(asked: ReconcileAsked) -> RunOptions:
    """The options of the run. Raises UnusableInputError."""
    inputs = asked.inputs
    if bool(inputs.usage) == bool(inputs.charges):
        raise UnusableInputError("--usage", "name the usage to rate, or the --charges that came of it: one of the two")
    if inputs.charges and inputs.usage_from != "own":
        raise UnusableInputError("--from", "it says how usage is read, and charges are named: leave it out")
    account, environment, region = inputs.origin
    return RunOptions(
        invoice=tuple(inputs.invoice),
        at=read_instant(asked.at),
        usage=tuple(inputs.usage),
        charges=tuple(inputs.charges),
        usage_from=inputs.usage_from,
        zone=inputs.zone,
        account=account,
        environment=environment,
        region=region,
        catalogue=asked.catalogue.name,
        columns=read_columns(asked.columns),
        period=read_period(asked.period),
        window_s=read_window(asked.window),
        tolerances=read_tolerances(asked.tolerances),
        exact=asked.exact,
        earlier=asked.earlier,
        memory_limit=asked.memory_limit,
        rejects=None if asked.rejects is None else str(asked.rejects),
        ignores_extra=asked.ignores_extra,
        catalogue_key=asked.catalogue.key,
        keep_for=asked.catalogue.keep_for,
    )


def _keep_rejects(work: Path, draft: Path) -> None:
    if (work / USAGE_REJECTS).exists():
        (work / USAGE_REJECTS).rename(draft / USAGE_REJECTS)


def _keep_earlier(draft: Path, options: RunOptions, folder: Path) -> RunOptions:
    """The options, with the register that ages came from kept in the report where this one takes its place."""
    if options.earlier is None or not is_same(options.earlier, folder):
        return options
    (draft / EARLIER).mkdir()
    copyfile(folder / REGISTER, draft / EARLIER / REGISTER)
    return options._replace(earlier=str(folder / EARLIER))


def _tell_other_period(options: RunOptions) -> Iterator[str]:
    """That an earlier report is for another period: what it left open was not looked at, and counts as resolved."""
    if options.earlier is None or options.period is None or not (Path(options.earlier) / SUMMARY).exists():
        return
    before = read_summary(Path(options.earlier)).reconciliation.period
    if before and (before[1] <= options.period[0] or options.period[1] <= before[0]):
        told = "it is for another period, and its breaks that are not in this report are told as resolved"
        yield f"--earlier: {options.earlier}: {told}: name a report for the same one, or leave it out"


def _write(draft: Path, told: Reconciliation, options: RunOptions, folder: Path) -> Iterable[str]:
    """Writes all files of a report; what could not be written for want of an extra is said."""
    (draft / SUMMARY).write_bytes(write_summary(told, options, folder))
    write_register(draft / REGISTER, told.standings)
    from pricing.shell.bulk.outputs.folders import write_outputs

    return write_outputs(draft, told)
