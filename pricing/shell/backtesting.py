"""What `wan-rules backtest` does: usage is read line by line, rated under two catalogues, summed, and told."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.backtests import Outcome, Rater, Rejected, Side
from pricing.rating import Reason
from pricing.shell import batch, jobs
from pricing.shell.backtest_documents import Backtest, write_backtest
from pricing.shell.backtest_lines import markdown_lines, text_lines
from pricing.shell.differences import read_percent
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.options import Source
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, complain, paint, print_lines
from pricing.shell.progress import Progress
from pricing.shell.rejects import Rejects
from pricing.tallies import exceeds, find_next_change, summarise, total_by_currency
from pricing.usage import parse_record, read_row
from pricing.waterfalls import Waterfall, draw
from wan_rules.payloads import JsonObject, UnusableInputError

CODES: Final[Mapping[Reason, int]] = MappingProxyType(
    {
        "unreadable": jobs.UNUSABLE,
        "unknown_name": jobs.UNUSABLE,
        "ambiguous_terms": jobs.UNUSABLE,
        "error": jobs.UNUSABLE,
        "no_rate": jobs.NO_RATE,
        "missing_outcome": jobs.NO_RATE,
        "bounded": jobs.UNDETERMINED,
        "not_done": jobs.DONE,
    }
)
"""With what a row that is not rated lets the command end; a job that did not succeed has nothing to be rated."""


class BacktestAsked(NamedTuple):
    """What the command line names: the usage, two catalogues, an instant for each, and where results go.

    `conditions` are the file of keys for both catalogues, and for how long a kept copy may stand in.
    """

    usage: str
    old: str
    new: str
    old_at: str | None
    new_at: str | None
    fail_over: str | None
    rejects: Path | None
    plot: Path | None
    conditions: tuple[str | None, str | None] = (None, None)


def backtest(asked: BacktestAsked, form: str) -> int:
    """`wan-rules backtest`. It ends as a batch does, with the worst of its rows; 1 for a group that moves too far."""

    def job() -> int:
        told = _run(asked)
        if form == "json":
            print_lines([json.dumps(write_backtest(told), ensure_ascii=False)])
        else:
            print_lines(markdown_lines(told) if form == "markdown" else text_lines(told, paint()))
        codes = {CODES[rejection.reason] for rejection in told.summary.rejections}
        codes |= {jobs.REJECTED} if told.over else set()
        return jobs.worst(codes | ({_draw(told, asked.plot)} if asked.plot else set()))

    return answer(job, form)


def _run(asked: BacktestAsked) -> Backtest:
    limit = None if asked.fail_over is None else read_percent(asked.fail_over)
    old = _open_side(asked, asked.old, asked.old_at, "--old-at")
    new = (
        old
        if (asked.new, asked.new_at) == (asked.old, asked.old_at)
        else _open_side(asked, asked.new, asked.new_at, "--new-at")
    )
    _spare_usage(asked)
    gc.freeze()
    gc.enable()
    reader = _Reader(Rater(old, new, use_plugins().hosts), Rejects(asked.rejects))
    with batch.open_lines(asked.usage, what="usage") as lines, reader.rejects:
        summary = summarise(reader.read(lines))
        if not summary.rows:
            raise UnusableInputError("usage", f"no row in {asked.usage}: a row is a JSON object on a line of its own")
    over = {} if limit is None else {bucket: one for bucket, one in summary.sums.items() if exceeds(one, limit)}
    upcoming = None
    if new.at is None and reader.latest is not None:
        upcoming = find_next_change(new.catalogue, (bucket.market for bucket in summary.sums), reader.latest)
    return Backtest((old, new), (asked.old, asked.new), summary, reader.rejects.first, limit, tuple(over), upcoming)


def _spare_usage(asked: BacktestAsked) -> None:
    """Raises UnusableInputError where the rejected rows would take the place of the usage that they are part of."""
    if asked.rejects is not None and asked.usage != "-" and asked.rejects.resolve() == Path(asked.usage).resolve():
        raise UnusableInputError("--rejects", f"{asked.rejects} is the usage itself: name another file")


def _open_side(asked: BacktestAsked, named: str, at: str | None, option: str) -> Side:
    return Side(open_catalogue(Source(named, *asked.conditions)), None if at is None else read_instant(at, what=option))


@dataclass(slots=True)
class _Reader:
    """Reads and rates each line; rows that are not rated are handed on, and the latest instant is kept."""

    rater: Rater
    rejects: Rejects
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
            self.rejects.take((number, line), record, outcome)
        return outcome


def _draw(told: Backtest, file: Path) -> int:
    """Writes the picture; where it can't, says why. What a long run came to is printed by then, and not lost."""
    bridges = [(old, one) for (old, _), one in total_by_currency(told.summary).items() if one.causes]
    if not bridges:
        complain("wan-rules: --plot: no row is rated in one currency on both sides: there is nothing to draw")
        return jobs.UNUSABLE
    picture = draw(Waterfall(f"{told.names[0]} to {told.names[1]}", tuple(bridges)))
    try:
        file.write_bytes(picture.encode())
    except OSError as error:
        complain(f"wan-rules: --plot: {file} can't be written: {error.strerror}")
        return jobs.UNUSABLE
    return jobs.DONE
