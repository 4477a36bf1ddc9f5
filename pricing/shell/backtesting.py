"""What `wan-rules backtest` does: usage is rated under two catalogues, line by line or as tables, and told."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pricing.backtests import Outcome, Rater, Rejected, Side, SideName, Sides
from pricing.rating import Reason
from pricing.shell import batch, codes
from pricing.shell.asked_values import Source
from pricing.shell.backtest_documents import Backtest, Read, write_backtest
from pricing.shell.backtest_lines import markdown_lines, text_lines
from pricing.shell.bulk.sources import is_plain_text
from pricing.shell.differences import read_percent
from pricing.shell.drafts import write_whole
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, complain, paint, print_exactly, print_json, print_lines
from pricing.shell.progress import Progress
from pricing.shell.rejects import Place, Rejects
from pricing.shell.targets import Targets, keep_apart, spare, spare_catalogues
from pricing.tallies import exceeds, find_next_change, summarise, total_by_currency
from pricing.usage import parse_record, read_row
from pricing.waterfalls import Waterfall, draw
from wan_rules.payloads import JsonObject, UnusableInputError


class TablesAsked(NamedTuple):
    """In whose columns tables are, the zone of their instants, and whether other columns are left out.

    `origin` is whose task results they are; `limits` memory and threads.
    """

    shape: Literal["own", "dashscope", "focus"] = "own"
    zone: str | None = None
    ignores_extra: bool = False
    origin: tuple[str | None, str | None, str | None] = (None, None, None)
    limits: tuple[str | None, int | None] = (None, None)


_STDIN: Final = "-"


class BacktestAsked(NamedTuple):
    """What the command line names: the usage, two catalogues, an instant for each, and where results go.

    `conditions` are the file of keys for both catalogues, and for how long a kept copy may stand in; `tables` is how
    tables are read.
    """

    usage: tuple[str, ...]
    old: str
    new: str
    old_at: str | None
    new_at: str | None
    fail_over: str | None
    rejects: Path | None
    plot: Path | None
    conditions: tuple[str | None, str | None] = (None, None)
    tables: TablesAsked = TablesAsked()

    @property
    def targets(self) -> Targets:
        """What is to be written."""
        return {"--rejects": self.rejects, "--plot": self.plot}


def backtest(asked: BacktestAsked, form: str) -> int:
    """`wan-rules backtest`. It ends as a batch does, with the worst of its rows; 1 for a group that moves too far."""

    def job() -> int:
        told = _run(asked)
        if form == "json":
            print_json(write_backtest(told))
        elif form == "markdown":
            print_exactly(markdown_lines(told))
        else:
            print_lines(text_lines(told, paint()))
        ended = {codes.REJECTION_CODES[rejection.reason] for rejection in told.summary.rejections}
        ended |= {codes.REJECTED} if told.over else set()
        return codes.worst(ended | ({_draw(told, asked.plot)} if asked.plot else set()))

    return answer(job, form)


def _run(asked: BacktestAsked) -> Backtest:
    limit = None if asked.fail_over is None else read_percent(asked.fail_over)
    spare_catalogues((asked.old, asked.new), asked.targets)
    keep_apart(asked.targets)
    old = _open_side(asked, asked.old, asked.old_at, "--old-at")
    new = (
        old
        if (asked.new, asked.new_at) == (asked.old, asked.old_at)
        else _open_side(asked, asked.new, asked.new_at, "--new-at")
    )
    gc.freeze()
    gc.enable()
    summary, first, latest = (_read_lines if _is_lines(asked) else _read_tables)(asked, (old, new))
    over = {} if limit is None else {bucket: one for bucket, one in summary.sums.items() if exceeds(one, limit)}
    upcoming = None
    if new.at is None and latest is not None:
        upcoming = find_next_change(new.catalogue, (bucket.market for bucket in summary.sums), latest)
    return Backtest((old, new), (asked.old, asked.new), summary, first, limit, tuple(over), upcoming)


def _is_lines(asked: BacktestAsked) -> bool:
    """Whether usage is one file of JSON Lines, or standard input, of which nothing is asked that tables alone do."""
    name, *others = asked.usage
    return not others and asked.tables == TablesAsked() and is_plain_text(name)


def _read_lines(asked: BacktestAsked, sides: Sides) -> Read:
    (name,) = asked.usage
    if name != _STDIN:
        spare((Path(name),), asked.targets)
    reader = _Reader(Rater(*sides, use_plugins().hosts), Rejects(asked.rejects))
    with batch.open_lines(name, what="usage") as lines, reader.rejects:
        summary = summarise(reader.read(lines))
        if not summary.rows:
            raise UnusableInputError("usage", f"no row in {name}: a row is a JSON object on a line of its own")
    return Read(summary, reader.first, reader.latest)


def _read_tables(asked: BacktestAsked, sides: Sides) -> Read:
    try:
        from pricing.shell.bulk.backtest_runs import Task, read_tables
        from pricing.shell.bulk.engines import Limits
        from pricing.shell.bulk.task_results import Origin
        from pricing.shell.bulk.usage_tables import Reading
    except ImportError as error:
        reason = f"tables need {error.name}: pip install 'wan-rules[tables]'"
        raise UnusableInputError("backtest", reason) from None
    if _STDIN in asked.usage:
        reason = "standard input is read as JSON Lines alone: name it by itself, without what tables are asked"
        raise UnusableInputError("--usage", reason)
    shape, zone, ignores_extra, origin, limits = asked.tables
    reading = Reading(zone, ignores_extra, shape, Origin(*origin))
    task = Task(asked.usage, reading, sides, use_plugins().hosts, asked.rejects, Limits(*limits), asked.plot)
    return read_tables(task)


def _open_side(asked: BacktestAsked, named: str, at: str | None, option: str) -> Side:
    return Side(open_catalogue(Source(named, *asked.conditions)), None if at is None else read_instant(at, what=option))


@dataclass(slots=True)
class _Reader:
    """Reads and rates each line; rows that are not rated are handed on, and the latest instant is kept."""

    rater: Rater
    rejects: Rejects
    first: dict[tuple[Reason, SideName | None], Place] = field(default_factory=dict)
    latest: datetime | None = None

    def read(self, lines: Iterable[bytes]) -> Iterator[Outcome]:
        """The outcome of each line that is not blank."""
        with Progress() as progress:
            for number, line in enumerate(lines, start=1):
                if not line.isspace():
                    yield self._rate(number, line)
                progress.tell(number)

    def _rate(self, number: int, line: bytes) -> Outcome:
        record: JsonObject | None = None
        outcome: Outcome
        try:
            record = parse_record(line, what="row")
            row = read_row(record, what="row")
        except UnusableInputError as error:
            outcome = Rejected("unreadable", None, error.reason)
        else:
            self.latest = row.at if self.latest is None else max(self.latest, row.at)
            outcome = self.rater.rate(row)
        if isinstance(outcome, Rejected):
            self._reject(_find_place(number, record), b"null" if record is None else _strip(line), outcome)
        return outcome

    def _reject(self, place: Place, row: bytes, rejected: Rejected) -> None:
        self.first.setdefault((rejected.reason, rejected.side), place)
        self.rejects.write(place, row, rejected)


def _find_place(number: int, record: JsonObject | None) -> Place:
    name = record.get("id") if record else None
    return Place(number, name if isinstance(name, str | int) and not isinstance(name, bool) else None)


def _strip(line: bytes) -> bytes:
    return line.strip().removeprefix(b"\xef\xbb\xbf")


def _draw(told: Backtest, file: Path) -> int:
    """Writes the picture; where it can't, says why. What a long run came to is printed by then, and not lost."""
    bridges = [(old, one) for (old, _), one in total_by_currency(told.summary).items() if one.causes]
    if not bridges:
        complain("wan-rules: --plot: no row is rated in one currency on both sides: there is nothing to draw")
        return codes.UNUSABLE
    picture = draw(Waterfall(f"{told.names[0]} to {told.names[1]}", tuple(bridges)))
    try:
        write_whole(file, lambda opened: opened.write(picture.encode()), what="--plot")
    except UnusableInputError as error:
        complain(f"wan-rules: {error}")
        return codes.UNUSABLE
    return codes.DONE
