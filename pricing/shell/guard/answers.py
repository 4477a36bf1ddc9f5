"""What a host's answer says of jobs: the id of a new one, and how one stands, in the shape that `settle` takes.

What is not understood says nothing: the hold stays. Fields are those of the sources in `endpoints` and of the hosts'
documents there; of Alibaba the engine's own reader of reports is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.job_reports import read_report
from pricing.money import Money
from pricing.reported import Reported, Status
from pricing.shell.guard.endpoints import Route
from wan_rules.payloads import UnusableInputError, parse_exact

OK: Final = range(200, 300)
REFUSED: Final = range(400, 500)
"""Answers after which there is no job. After others, such as a gateway's 504, there may be one."""
UNPROCESSABLE: Final = 422
"""How fal gives the result of a job that failed."""
RUNWARE_CURRENCY: Final = "USD"
"""The currency of `cost` at Runware, whose prices are all in it."""


class Answer(NamedTuple):
    """An HTTP answer: its status and its decoded body."""

    status: int
    body: bytes


class Seen(NamedTuple):
    """What an answer says of a job; `task` is `None` where a call was answered that has no id. `None` says nothing."""

    task: str | None
    reported: Reported | None = None


def read_answer(route: Route, answer: Answer) -> tuple[Seen, ...]:
    """What the answer to such a request says, of each job that it is about."""
    try:
        document = parse_exact(answer.body, what="answer")
    except UnusableInputError:
        document = None
    if route.kind != "poll" and answer.status in REFUSED:
        if _list(document, "data"):  # of an array of tasks some were taken: which, the answer to a question will tell
            return ()
        return (Seen(None, Reported("failed", f"HTTP {answer.status}")),)
    return () if document is None else tuple(_READERS[route.host](route, answer.status, document))


def _read_alibaba(route: Route, status: int, document: object) -> Iterator[Seen]:
    if status not in OK:
        return
    task = _text(_at(document, "output", "task_id")) or route.task
    try:
        yield Seen(task, read_report(document))
    except UnusableInputError:
        yield Seen(task)


def _read_atlas(route: Route, status: int, document: object) -> Iterator[Seen]:
    if status not in OK:
        return
    task = _text(_at(document, "data", "id")) or route.task
    stands = _ATLAS.get(str(_at(document, "data", "status")))
    yield Seen(task, stands and Reported(stands, task_id=task))


_ATLAS: Final[Mapping[str, Status]] = MappingProxyType(
    {"processing": "running", "completed": "succeeded", "succeeded": "succeeded", "failed": "failed"}
)


def _read_fal(route: Route, status: int, document: object) -> Iterator[Seen]:
    if route.kind == "create":
        task = _text(_at(document, "request_id"))
        if status in OK:  # without the queue the answer to a call is the result
            yield Seen(task, None if task else _find_result(document))
        return
    if status == UNPROCESSABLE:
        yield Seen(route.task, Reported("failed", f"HTTP {status}"))
    elif status in OK:
        yield Seen(route.task, _read_fal_status(document))


def _read_fal_status(document: object) -> Reported | None:
    """A status, or the result itself. `COMPLETED` is said of jobs that failed, too, and not always with an error."""
    stands = _at(document, "status")
    if stands is None:
        return _find_result(document)
    if stands == "COMPLETED":
        error = _at(document, "error")
        code = _text(_at(document, "error_type")) or _text(error)
        return Reported("failed", code and code[:500]) if error else None
    return Reported("running")


def _find_result(document: object) -> Reported | None:
    return Reported("succeeded") if _at(document, "video") else None


def _read_runware(_: Route, status: int, document: object) -> Iterator[Seen]:
    """Each task once: as running while one of its results is, else as failed where one is."""
    if status not in OK:
        return
    found: dict[str, list[Reported]] = {}
    for item in (*_list(document, "data"), *_list(document, "errors")):
        task = _text(_at(item, "taskUUID"))
        if task:
            found.setdefault(task, []).append(_read_runware_item(item))
    for task, reports in found.items():
        worst = min(reports, key=lambda report: _RUNWARE_ORDER.index(report.status))
        yield Seen(task, worst)


_RUNWARE_ORDER: Final = ("running", "failed", "succeeded")


def _read_runware_item(item: object) -> Reported:
    if _at(item, "code") or _at(item, "status") == "error":
        return Reported("failed", _text(_at(item, "code")))
    if not _at(item, "videoURL") and _at(item, "status") != "success":
        return Reported("running")
    cost = _at(item, "cost")
    exact = Decimal(cost) if isinstance(cost, int | Decimal) and not isinstance(cost, bool) else None
    return Reported("succeeded", billed=None if exact is None else Money(exact, RUNWARE_CURRENCY))


_READERS: Final[Mapping[str, Callable[[Route, int, object], Iterator[Seen]]]] = MappingProxyType(
    {"alibaba": _read_alibaba, "atlas": _read_atlas, "fal": _read_fal, "runware": _read_runware}
)


def _at(value: object, *keys: str) -> object:
    """What stands below the keys; `None` where there is nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _list(document: object, key: str) -> list[object]:
    value = _at(document, key)
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
