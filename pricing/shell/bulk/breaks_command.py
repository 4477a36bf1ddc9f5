"""The commands `wan-rules breaks ...` and their options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pricing.break_causes import CAUSES
from pricing.shell.helping import App

breaks = App(
    help="The breaks of a reconciliation: who looks after them, and what was decided.\n\n"
    "Example: wan-rules breaks list reports/2026-10",
    short_help="Look after the breaks of a reconciliation.",
)


class Status(StrEnum):
    """How a break stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"


class Age(StrEnum):
    """How a break stands beside the earlier report."""

    NEW = "new"
    OPEN = "open"
    RESOLVED = "resolved"


class ListFormat(StrEnum):
    """How breaks are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


Cause = StrEnum("Cause", {word.upper(): word for word in CAUSES})  # type: ignore[misc]  # mypy wants literals here
Report = Annotated[Path, typer.Argument(help="The folder of a report, as `reconcile` wrote it.", show_default=False)]
Ids = Annotated[
    list[str], typer.Argument(help="Ids of breaks; the beginning of one is enough where it is clear.", metavar="ID...")
]
OfStatus = Annotated[Status | None, typer.Option("--status", help="Only those that stand so.")]
OfCause = Annotated[
    Cause | None, typer.Option("--cause", help="Only those of this cause, such as rate.", metavar="CAUSE")
]
OfAge = Annotated[
    Age | None,
    typer.Option(
        "--age",
        help="Only those that are so beside the earlier one.\n\nOnly those that are so beside the earlier report.",
    ),
]
OfOwner = Annotated[
    str | None,
    typer.Option(
        "--owner",
        help="Only those that this person looks after.\n\nOnly those that this person looks after.",
        metavar="NAME",
    ),
]
NoteNeeded = Annotated[
    str, typer.Option("--note", help="Why the difference is accepted.", metavar="TEXT", show_default=False)
]
Note = Annotated[str | None, typer.Option("--note", help="What is to be done about it.", metavar="TEXT")]
OwnerNeeded = Annotated[str, typer.Option("--owner", help="Who looks after it.", metavar="NAME", show_default=False)]
Owner = Annotated[
    str | None,
    typer.Option(
        "--owner",
        help="Who decided; its owner if left out.\n\nWho decided; whoever looks after it if left out.",
        metavar="NAME",
    ),
]
AnyFormat = Annotated[ListFormat, typer.Option("--format", help="csv is for spreadsheets, jsonl has a break a line.")]


@breaks.command("list", short_help="List the breaks of a report.")
def breaks_list(
    report: Report,
    status: OfStatus = None,
    cause: OfCause = None,
    age: OfAge = None,
    owner: OfOwner = None,
    format: AnyFormat = ListFormat.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """List the breaks of a report, in its order, with their money and the sum of those that are not resolved.

    Example: wan-rules breaks list reports/2026-10 --status open
    """
    from pricing.shell.bulk import breaking

    raise typer.Exit(breaking.list_breaks(report, breaking.Wanted(status, cause, age, owner), format))


@breaks.command("accept", short_help="Accept differences, and say why.")
def breaks_accept(report: Report, ids: Ids, note: NoteNeeded, owner: Owner = None) -> None:
    """Accept breaks: the difference stands as invoiced, and the note says why. All that are named, or none.

    The page and the workbook of the report show it when it is signed off.

    Example: wan-rules breaks accept reports/2026-10 68fe66 --note "a cent, rounded otherwise"
    """
    from pricing.shell.bulk import breaking

    raise typer.Exit(breaking.accept(report, breaking.Decision(ids, owner, note)))


@breaks.command("assign", short_help="Say who looks after breaks.")
def breaks_assign(report: Report, ids: Ids, owner: OwnerNeeded, note: Note = None) -> None:
    """Say who looks after breaks. One that was accepted is looked at again. All that are named, or none.

    The page and the workbook of the report show it when it is signed off.

    Example: wan-rules breaks assign reports/2026-10 409de3 --owner mei --note "ask for credit"
    """
    from pricing.shell.bulk import breaking

    raise typer.Exit(breaking.assign(report, breaking.Decision(ids, owner, note)))
