"""What the comparison came to, as Markdown, as JSON and as a picture; each cell is what a script found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from benchmarks.peers.amounts import Amounts
from benchmarks.peers.asked import PRICED
from benchmarks.peers.bars import Bar, Panel, draw, format_seconds
from benchmarks.peers.discount import Discounted
from benchmarks.peers.holding import Held
from benchmarks.peers.matrix import Cell, list_failures
from benchmarks.peers.solutions import OURS, TITLES, Job, list_solutions
from benchmarks.peers.timed import Timed

TRIAL: Final = (
    "**A trial, with few rounds, on a machine that others used: its times say little. `just peers` replaces it.**\n\n"
)


class Found(NamedTuple):
    """All that one run measured, and on which machine."""

    machine: str
    is_trial: bool
    timed: tuple[Timed, ...]
    amounts: tuple[Amounts, ...]
    held: tuple[Held, ...]
    cells: tuple[Cell, ...]
    discount: Discounted


def write_markdown(found: Found) -> str:
    """The tables, one of time and one of failures for each job."""
    parts = [f"#### {TITLES[job][0].upper()}{TITLES[job][1:]}\n\n{_write_job(found, job)}" for job in TITLES]
    parts += [_write_amounts(), _write_classes(), _tell_discount(found), found.machine]
    return (TRIAL if found.is_trial else "") + "\n".join(parts)


def write_json(found: Found) -> str:
    """The same for programs, with every answer of every case."""
    document: dict[str, Any] = {
        "machine": found.machine.strip(),
        "is_trial": found.is_trial,
        "timed": [one._asdict() for one in found.timed],
        "lines": {job: {one.name: one.count_lines() for one in list_solutions(job)} for job in TITLES},
        "amounts": {one.name: [answer._asdict() for answer in one.answers] for one in found.amounts},
        "rules": [one._asdict() for one in found.held],
        "failures": [one._asdict() | {"answers": [said._asdict() for said in one.answers]} for one in found.cells],
        "litellm_discount": found.discount._asdict(),
    }
    return json.dumps(document, indent=1) + "\n"


def draw_times(found: Found) -> str:
    """The times of one item."""
    panels = [
        Panel(f"{TITLES[job]}{variant and f', {variant}'}", tuple(_make_bars(found, job, variant)))
        for job in TITLES
        for variant in _list_variants(found, job)
    ]
    return draw("Time of one job, ours in blue; each line is ten times the one before", panels)


def _list_variants(found: Found, job: Job) -> list[str]:
    if job != "invoices":
        return [""]
    return list(dict.fromkeys(one.variant for one in found.timed if one.job == job))


def _make_bars(found: Found, job: Job, variant: str) -> Iterator[Bar]:
    titles = {one.name: one.title for one in list_solutions(job)}
    for one in found.timed:
        if one.job == job and one.variant == variant:
            yield Bar(titles[one.name], one.seconds, one.name == OURS)


def _write_job(found: Found, job: Job) -> str:
    solutions = {one.name: one for one in list_solutions(job)}
    timed = [one for one in found.timed if one.job == job]
    head, more = _HEADS[job], _MORE[job]
    rows = [
        (
            ", ".join(filter(None, (solutions[one.name].title, one.variant))),
            format_seconds(one.seconds),
            _tell_ratio(one),
            f"{one.peak_kb / 1024:.0f} MB",
            str(solutions[one.name].count_lines()),
            *more(found, one),
        )
        for one in timed
    ]
    columns = ("solution", "time of one", "ours beside it (quartiles)", "memory", "lines", *head)
    return f"{_write_table(columns, rows)}\n{_write_failures(found, job)}"


def _write_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _tell_ratio(one: Timed) -> str:
    if one.name == OURS:
        return ""
    if one.ratio < 1:
        return f"{1 / one.ratio:.3g} x faster ({1 / one.high:.3g} to {1 / one.low:.3g})"
    return f"{one.ratio:.3g} x slower ({one.low:.3g} to {one.high:.3g})"


def _tell_amounts(found: Found, one: Timed) -> tuple[str, ...]:
    amounts = next(each for each in found.amounts if each.name == one.name)
    return (f"{amounts.right} of {len(amounts.answers)}",)


def _tell_held(found: Found, one: Timed) -> tuple[str, ...]:
    if one.variant:
        return ("as above",) * len(_HEADS["rules"])
    held = next(each for each in found.held if each.name == one.name)
    kept = f"{held.rules - len(held.missed)} of {held.rules}"
    judged = f"{held.taken} of {held.each}, {held.complained} of {held.each}"
    return kept, ", ".join(held.missed) or "none", f"{held.refused} of {held.examples}", judged


_HEADS: Final[dict[Job, tuple[str, ...]]] = {
    "prices": ("amounts right",),
    "rules": ("rules held", "not held", "good examples refused", "bad taken, good refused in the mix"),
    "invoices": (),
    "endpoints": (),
}
_MORE: Final[dict[Job, Callable[[Found, Timed], tuple[str, ...]]]] = {
    "prices": _tell_amounts,
    "rules": _tell_held,
    "invoices": lambda _found, _one: (),
    "endpoints": lambda _found, _one: (),
}


def _write_failures(found: Found, job: Job) -> str:
    solutions = list_solutions(job)
    cells = {(one.number, one.name): one for one in found.cells if one.job == job}
    failures = list_failures()
    asked = [each for each in failures if any(cells[each.number, one.name].answers for one in solutions)]
    rows = [
        (f"{each.number}. {each.title}", *(cells[each.number, one.name].shown for one in solutions)) for each in asked
    ]
    others = ", ".join(str(each.number) for each in failures if each not in asked)
    silent = f"\nCannot say anything of class {others}, whose questions are none for this job.\n" if others else ""
    return _write_table(("failure class", *(one.title for one in solutions)), rows) + silent


def _write_amounts() -> str:
    """The requests whose amounts are asked for, and how they are worked out."""
    rows = [(one.asked.host, str(one.right), one.because) for one in PRICED]
    return f"#### The amounts\n\n{_write_table(('host', 'USD', 'since'), rows)}"


def _write_classes() -> str:
    rows = [(f"{each.number}. {each.title}", each.asks) for each in list_failures()]
    return f"#### What each failure class asks\n\n{_write_table(('failure class', 'asked'), rows)}"


def _tell_discount(found: Found) -> str:
    (video, off_video), (chat, off_chat) = found.discount
    return (
        f"litellm's own `cost_discount_config`, 10 % off a provider: a chat of {chat:.6g} becomes {off_chat:.6g}, a "
        f"video of {video:.6g} becomes {off_video:.6g}. The prices above are registered for each account instead.\n"
    )
