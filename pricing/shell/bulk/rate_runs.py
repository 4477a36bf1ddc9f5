"""What `wan-rules rate` does: usage and catalogue are opened, rated, and what it came to is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pricing.money import format_amount
from pricing.shell import codes
from pricing.shell.asked_values import Source
from pricing.shell.grids import Column, grid_lines
from pricing.shell.inputs import open_catalogue
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, print_json, print_lines
from pricing.shell.text import count, hang, plain
from wan_rules.payloads import JsonObject, UnusableInputError

if TYPE_CHECKING:
    from pricing.shell.bulk.rating_tasks import Rated

_HEADS: Final = ("account", "environment", "host", "region", "tier", "currency", "rows", "total")
_UNWRITTEN: Final = "Rejected (--rejects FILE writes each):"
_NUMBERS: Final = frozenset({"rows", "total"})


class RateAsked(NamedTuple):
    """What the command line says.

    `reading` is the form of the usage, the zone of its instants and whether other columns are left out; `origin` whose
    task results they are; `limits` memory, threads, and the engine with its master.
    """

    usage: tuple[str, ...]
    output: Path | None
    catalogue: Source
    reading: tuple[str, str | None, bool]
    origin: tuple[str | None, str | None, str | None]
    rejects: Path | None
    limits: tuple[str | None, int | None, str, str | None]
    focus: Path | None = None


class Focus(NamedTuple):
    """The file of FOCUS rows, and how many charges are in it and are not, those by their currency."""

    file: Path
    charges: int
    left_out: Mapping[str, int]


def rate(asked: RateAsked, form: str) -> int:
    """`wan-rules rate`. It ends as a batch does, with the worst of its rows."""

    def job() -> int:
        told, focus = _run(asked)
        if form == "json":
            print_json({**_describe(told), "focus": focus and _describe_focus(focus)})
        else:
            print_lines((*_tell(told), *_tell_focus(focus)))
        return codes.worst({codes.REJECTION_CODES[reason] for reason in told.rejected})

    return answer(job, form)


def _run(asked: RateAsked) -> tuple[Rated, Focus | None]:
    try:
        from pricing.shell.bulk.damage import naming_damage
        from pricing.shell.bulk.engines import EngineName, Limits
        from pricing.shell.bulk.outputs.focus_files import check_focus_file, write_focus_file
        from pricing.shell.bulk.rated_usage import rate_usage
        from pricing.shell.bulk.rating_tasks import Task
        from pricing.shell.bulk.rejected_rows import check_target
        from pricing.shell.bulk.sources import SHAPES, list_sources
        from pricing.shell.bulk.summed_usage import sum_usage
        from pricing.shell.bulk.task_results import Origin
        from pricing.shell.bulk.usage_tables import Reading
        from pricing.shell.targets import keep_apart, keep_outside, spare, spare_catalogues
    except ImportError as error:
        raise UnusableInputError("rate", f"it needs {error.name}: pip install 'wan-rules[tables]'") from None
    form, zone, ignores_extra = asked.reading
    shape: Literal["own", "dashscope", "focus"] = form  # type: ignore[assignment]  # the option knows no other
    reading = Reading(zone, ignores_extra, shape, Origin(*asked.origin))
    memory, threads, engine, master = asked.limits
    name: EngineName = engine  # type: ignore[assignment]  # as above
    limits = Limits(memory, threads, name, master)
    if asked.focus is not None:
        if asked.output is None:
            raise UnusableInputError("--focus", "its rows are made of the charges: name their --output too")
        check_focus_file(asked.focus, asked.output)
    if asked.rejects is not None:
        check_target(asked.rejects)
    catalogue, hosts = open_catalogue(asked.catalogue), use_plugins().hosts
    inputs = list_sources(asked.usage, SHAPES[shape])
    targets = {"--output": asked.output, "--rejects": asked.rejects, "--focus": asked.focus}
    spare((source.path for source in inputs), targets)
    spare_catalogues((asked.catalogue.name,), targets)
    keep_apart(targets)
    keep_outside(asked.output, {"--rejects": asked.rejects})
    task = Task(asked.usage, reading, catalogue, hosts, asked.output, asked.rejects, limits)
    with naming_damage("usage", asked.usage):
        told = sum_usage(task) if asked.output is None else rate_usage(task, asked.output)
    if asked.focus is None:
        return told, None
    return told, Focus(asked.focus, *write_focus_file(told.charges, asked.focus, limits))


def _describe(told: Rated) -> JsonObject:
    return {
        "schema_version": "1",
        "rows": told.rows,
        "rated": told.rated,
        "rejected": told.rows - told.rated,
        "groups": [
            {**key._asdict(), "rows": one.rows, "total": format_amount(one.total, key.currency)}
            for key, one in told.sums.items()
        ],
        "rejections": [
            {"reason": reason, "rows": one.rows, "first": {**one.first._asdict()}}
            for reason, one in told.rejected.items()
        ],
        "charges": [path.as_posix() for path in told.charges],
        "rejects": told.rejects and told.rejects.as_posix(),
    }


def _tell(told: Rated) -> Iterator[str]:
    """How many rows, a line for each group, and what was rejected."""
    rows = "row" if told.rows == 1 else "rows"
    yield f"{told.rows:,} {rows}: {told.rated:,} rated, {told.rows - told.rated:,} rejected."
    if told.sums:
        yield ""
        yield from _table(told)
    if told.rejected:
        yield from ("", f"Rejected, each in {told.rejects}:" if told.rejects else _UNWRITTEN)
    for reason, one in told.rejected.items():
        where = f"{count(one.rows, 'row')}, the first at {one.first.file}:{one.first.row}: {one.first.message}"
        yield from hang(f"  {reason.replace('_', ' ')}: ", (plain(where),))


def _describe_focus(focus: Focus) -> JsonObject:
    return {"file": focus.file.as_posix(), "charges": focus.charges, "left_out": dict(focus.left_out)}


def _tell_focus(focus: Focus | None) -> Iterator[str]:
    """What became of the charges as rows of FOCUS, and why some did not."""
    if focus is None:
        return
    yield ""
    yield plain(f"{focus.file} has {count(focus.charges, 'charge')} as rows of FOCUS 1.2.")
    for currency, rows in focus.left_out.items():
        yield plain(f"{count(rows, 'charge')} in {currency} left out: FOCUS bills in currencies of ISO 4217.")


def _table(told: Rated) -> Iterator[str]:
    rows = [
        (*(name or "" for name in key), f"{one.rows:,}", format_amount(one.total, key.currency))
        for key, one in told.sums.items()
    ]
    columns = [(head, [row[place] for row in rows]) for place, head in enumerate(_HEADS)]
    shown = [(head, map(plain, cells)) for head, cells in columns if any(cells)]
    heads = [Column(head, right=head in _NUMBERS) for head, _ in shown]
    yield from grid_lines(heads, [*zip(*(cells for _, cells in shown), strict=True)])
