"""The files of a reconciliation in their folder, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pricing.break_bridges import draw_bridges
from pricing.break_tallies import tally
from pricing.reconciliations import Reconciliation
from pricing.shell.bulk.outputs.focus import list_claims, write_corrections
from pricing.shell.bulk.outputs.journal import write_journal
from pricing.shell.bulk.outputs.page import write_page
from pricing.shell.bulk.outputs.workbook import write_workbook
from pricing.shell.drafts import write_whole
from pricing.shell.text import count

WORKBOOK: Final = "report.xlsx"
TEXTS: Final[Mapping[str, Callable[[Reconciliation], str]]] = {
    "bridge.svg": draw_bridges,
    "report.html": write_page,
    "focus.csv": write_corrections,
    "journal.txt": write_journal,
}
NO_WORKBOOK: Final = f"{WORKBOOK} is not written: it needs xlsxwriter: pip install 'wan-rules[workbooks]'"


def write_outputs(folder: Path, told: Reconciliation) -> tuple[str, ...]:
    """Writes the files, and gives what there is to say of them: what is not written, what is left out.

    Without XlsxWriter no workbook is written, and one of an earlier run does not stay. Raises UnusableInputError.
    """
    for name, write in TEXTS.items():
        _replace(folder / name, write(told).encode(errors="backslashreplace"))
    notes = []
    try:
        _replace(folder / WORKBOOK, write_workbook(told))
    except ImportError:
        (folder / WORKBOOK).unlink(missing_ok=True)
        notes.append(NO_WORKBOOK)
    return (*notes, *_tell_left_out(told))


def _tell_left_out(told: Reconciliation) -> tuple[str, ...]:
    left_out = tally(list_claims(told)[1], lambda standing: standing.found.part.currency)
    return tuple(
        f"focus.csv leaves out {count(own.breaks, 'difference')} in {currency}: FOCUS bills in currencies of ISO 4217"
        for currency, own in left_out.items()
    )


def _replace(file: Path, content: bytes) -> None:
    write_whole(file, lambda draft: draft.write(content))
