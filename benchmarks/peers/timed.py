"""How long each solution takes beside ours, in turn in one run, and how much memory a process of its own holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, TypeVar

from benchmarks.peers.apart import Ran, read_family_kb, run_apart
from benchmarks.peers.asked import Asked
from benchmarks.peers.invoices.files import write_files
from benchmarks.peers.served import PATH, run_endpoint, write_body
from benchmarks.peers.solutions import CATALOGUE, OURS, Job, Solution, list_solutions
from benchmarks.peers.workload import REQUESTS, Sent, make_payloads, make_requests
from benchmarks.service.load import MISSING, Load, Pace, find_wrk, run_load
from benchmarks.service.load import Sent as Aimed
from benchmarks.timing import Timing, compare, count_rounds, over, summarise


class Timed(NamedTuple):
    """One line of a job: a solution beside ours. Seconds are of one item; `ratio` is ours / theirs, with quartiles.

    `variant` says which use of it, or of which size. Of ours itself the ratio is 1.
    """

    job: Job
    name: str
    variant: str
    seconds: float
    ratio: float
    low: float
    high: float
    peak_kb: int


T = TypeVar("T")
Named: TypeAlias = tuple[str, str]
"""A solution by its name, and which use of it."""
Works: TypeAlias = Mapping[Named, Callable[[T], object]]
"""What each of them does with one item; ours is the first."""


class Effort(NamedTuple):
    """How much is measured: pairs of rounds in process, of whole processes, and the rows of the invoices."""

    pairs: int
    runs: int
    rows: tuple[int, ...]
    load_s: int


FULL: Final = Effort(11, 5, (1_000, 100_000, 1_000_000), 4)
QUICK: Final = Effort(3, 3, (2_000,), 1)


def _compare_all(job: Job, works: Works[T], make: Callable[[int], list[T]], pairs: int) -> Iterator[Timed]:
    """Ours beside each of the others, each over items that ours has not seen; its time is the median of them all."""
    (ours, mine), *others = works.items()
    items = len(make(0))
    measured: list[tuple[Named, Timing]] = []
    for turn, (name, work) in enumerate(others):
        rounds = [make(1000 * (turn + 1) + number) for number in range(count_rounds(pairs))]
        measured.append((name, compare(over(rounds, mine), over(rounds, work), pairs)))
    peaks = {name: run_apart("benchmarks.peers.once:main", [job, name]).peak_kb for name, _ in works}
    seconds = median(timing.ours_s for _, timing in measured) / items
    yield Timed(job, *ours, seconds, 1, 1, 1, peaks[OURS])
    for named, timing in measured:
        yield _tell(job, named, timing, (items, peaks[named[0]]))


def _tell(job: Job, named: Named, timing: Timing, of: tuple[int, int]) -> Timed:
    items, peak_kb = of
    return Timed(job, *named, timing.theirs_s / items, timing.ratio, timing.low, timing.high, peak_kb)


def measure_prices(effort: Effort) -> Iterator[Timed]:
    """Requests of all hosts, read already for the others."""
    works: Works[Asked] = {(one.name, ""): one.load().price for one in list_solutions("prices")}
    return _compare_all("prices", works, make_requests, effort.pairs)


def measure_rules(effort: Effort) -> Iterator[Timed]:
    """Payloads and facts as bytes, half of them with faults: all that each finds, and where it can, yes or no alone."""
    works: dict[Named, Callable[[Sent], object]] = {}
    for one in list_solutions("rules"):
        module = one.load()
        works[one.name, ""] = _apply(module.check)
        if hasattr(module, "is_valid"):
            works[one.name, "yes or no alone"] = _apply(module.is_valid)
    return _compare_all("rules", works, make_payloads, effort.pairs)


def _apply(check: Callable[[bytes, bytes], object]) -> Callable[[Sent], object]:
    return lambda sent: check(sent.payload, sent.facts)


def measure_invoices(effort: Effort) -> Iterator[Timed]:
    """Whole processes over the same two files, from start to written output."""
    for rows in effort.rows:
        with TemporaryDirectory() as name:
            folder = Path(name)
            planted = write_files(folder, rows)
            yield from _take_turns(folder, rows, effort.runs)
            if rows == effort.rows[0]:
                _require_found(folder, planted)


def _require_found(folder: Path, planted: int) -> None:
    """All of them find the same tasks, as many as are planted."""
    files = folder / "usage.parquet", folder / "invoice.parquet"
    found = [one.load().reconcile(*files, folder / f"{one.name}-found") for one in list_solutions("invoices")]
    assert all(tasks == found[0] for tasks in found), [len(tasks) for tasks in found]
    assert len(found[0]) == planted, (len(found[0]), planted)


def _take_turns(folder: Path, rows: int, runs: int) -> Iterator[Timed]:
    solutions = list_solutions("invoices")
    ran: dict[str, list[Ran]] = {one.name: [] for one in solutions}
    for number in range(runs + 1):
        for one in solutions if number % 2 else solutions[::-1]:
            ran[one.name].append(_reconcile(one, folder, number))
    ours = [one.seconds for one in ran[OURS][1:]]  # the first one warms up
    for one in solutions:
        timing = summarise(ours, [each.seconds for each in ran[one.name][1:]])
        yield _tell("invoices", (one.name, f"{rows:,} rows"), timing, (1, max(each.peak_kb for each in ran[one.name])))


def _reconcile(solution: Solution, folder: Path, number: int) -> Ran:
    usage, invoice, output = folder / "usage.parquet", folder / "invoice.parquet", folder / f"{solution.name}-{number}"
    if solution.name != OURS:
        called = f"benchmarks.peers.invoices.{solution.name}:main"
        return run_apart(called, [str(usage), str(invoice), str(output)])
    files = ["--usage", str(usage), "--invoice", str(invoice), "--catalogue", str(CATALOGUE), "-o", str(output)]
    return run_apart("pricing.shell.cli:main", ["reconcile", *files])


def measure_endpoints(effort: Effort) -> Iterator[Timed]:
    """Requests to Alibaba with a clip of known length, over HTTP, as fast as one worker answers."""
    if find_wrk() is None:
        raise SystemExit(MISSING)
    asked = [one for one in make_requests(0, 32 * REQUESTS) if one.host == "alibaba"]
    bodies = [write_body(one) for one in asked]
    solutions = list_solutions("endpoints")
    with ExitStack() as stack:
        reached = {one.name: stack.enter_context(run_endpoint(one.name)) for one in solutions}
        loads: dict[str, list[Load]] = {name: [] for name in reached}
        for number in range(effort.runs + 1):
            for name in reached if number % 2 else reversed(reached):
                aimed = Aimed(reached[name].url, bodies, reached[name].headers, PATH)
                load = run_load(aimed, Pace(effort.load_s))
                assert load.refused == load.broken == 0, f"{name}: {load}"
                loads[name].append(load)
        ours = [1 / load.rate for load in loads[OURS][1:]]
        for name, there in reached.items():
            timing = summarise(ours, [1 / load.rate for load in loads[name][1:]])
            yield _tell("endpoints", (name, ""), timing, (1, read_family_kb(there.process)))


MEASURES: Final[Mapping[Job, Callable[[Effort], Iterator[Timed]]]] = MappingProxyType(
    {
        "invoices": measure_invoices,  # first, while this process is small
        "endpoints": measure_endpoints,
        "rules": measure_rules,
        "prices": measure_prices,
    }
)
