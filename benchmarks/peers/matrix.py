"""Each failure class put to each solution: what it answers, and whether that is right, refused or silently wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, NamedTuple, TypeAlias

from benchmarks.peers.asked import Answer
from benchmarks.peers.failures.failure import (
    REFUSED,
    Checked,
    Failure,
    Question,
    Quoted,
    Reconciled,
    Reported,
    Right,
    describe_right,
)
from benchmarks.peers.invoices.files import write_few
from benchmarks.peers.solutions import HERE, SOLUTIONS, Job, Solution

Outcome: TypeAlias = Literal["right", "refused", "wrong", "cannot say"]
NEAR: Final = Decimal("1e-9")
"""A float that is so near counts as right."""
SEVERITY: Final[tuple[Outcome, ...]] = ("wrong", "refused", "right")


class Said(NamedTuple):
    """One answer: what came out, what was right, and how that counts."""

    outcome: Outcome
    said: str
    right: str


class Cell(NamedTuple):
    """A solution under one failure class: the gravest of its answers, and all of them."""

    number: int
    job: Job
    name: str
    outcome: Outcome
    shown: str
    answers: tuple[Said, ...]


def list_failures() -> list[Failure]:
    """The eleven cases, in order."""
    stems = sorted(path.stem for path in (HERE / "failures").glob("f[0-9][0-9]_*.py"))
    return [import_module(f"benchmarks.peers.failures.{stem}").CASE for stem in stems]


def fill(solutions: tuple[Solution, ...] = SOLUTIONS) -> Iterator[Cell]:
    """Every cell. Raises ImportError where a solution is not installed."""
    failures = list_failures()
    for solution in solutions:
        with ExitStack() as stack:
            answer = ANSWERING[solution.job](solution, stack)
            for failure in failures:
                yield _fill_cell(solution, failure, answer)


Ask: TypeAlias = Callable[[Question], "Said | None"]
"""What a question came to; `None` where it cannot be put."""


def _fill_cell(solution: Solution, failure: Failure, answer: Ask) -> Cell:
    said = tuple(one for question in failure.questions if (one := answer(question)) is not None)
    where = (failure.number, solution.job, solution.name)
    if not said:
        return Cell(*where, "cannot say", "cannot say", ())
    gravest = min(said, key=lambda one: SEVERITY.index(one.outcome))
    shown = f"wrong: {gravest.said}, not {gravest.right}" if gravest.outcome == "wrong" else gravest.outcome
    return Cell(*where, gravest.outcome, shown, said)


def judge(ask: Callable[[], Answer], right: Right) -> Said:
    """How an answer about money counts. Whatever is raised is a refusal."""
    wanted = describe_right(right)
    try:
        answer = ask()
    except Exception as error:  # noqa: BLE001 - a solution may refuse with anything
        return Said("right" if right == REFUSED else "refused", f"{type(error).__name__}: {error}"[:300], wanted)
    said = f"{answer[0]} to {answer[1]}" if isinstance(answer, tuple) else f"{float(answer):.10g}"
    return Said("right" if _agree(answer, right) else "wrong", said, wanted)


def _agree(answer: Answer, right: Right) -> bool:
    if isinstance(right, str):
        return False
    if isinstance(right, tuple) or isinstance(answer, tuple):
        return answer == right
    return abs(Decimal(answer) - right) < NEAR


def _answer_prices(solution: Solution, _stack: ExitStack) -> Ask:
    module = solution.load()

    def answer(question: Question) -> Said | None:
        match question:
            case Quoted(asked, right):
                return judge(lambda: module.price(asked), right)
            case Reported(asked, usage, right):
                report = {"output": {"task_id": "task", "task_status": "SUCCEEDED"}, "usage": usage}
                return judge(lambda: module.price_report(asked, json.dumps(report).encode()), right)
            case _:
                return None

    return answer


def _answer_rules(solution: Solution, _stack: ExitStack) -> Ask:
    module = solution.load()

    def answer(question: Question) -> Said | None:
        if not isinstance(question, Checked):
            return None
        complaints = module.check(json.dumps(question.payload).encode(), json.dumps(question.facts).encode())
        outcome: Outcome = "right" if (not complaints) == question.right else "wrong"
        return Said(outcome, "refuses it" if complaints else "takes it", "takes it" if question.right else "refuses it")

    return answer


def _answer_invoices(solution: Solution, stack: ExitStack) -> Ask:
    module = solution.load()

    def answer(question: Question) -> Said | None:
        if not isinstance(question, Reconciled):
            return None
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write_few(folder, question)
        wanted = _tell(question.right)
        try:
            found = module.reconcile(folder / "usage.parquet", folder / "invoice.parquet", folder / "report")
        except Exception as error:  # noqa: BLE001 - as above
            return Said("refused", f"{type(error).__name__}: {error}"[:300], wanted)
        return Said("right" if found == question.right else "wrong", _tell(found), wanted)

    return answer


def _tell(differing: frozenset[str]) -> str:
    return f"{', '.join(sorted(differing))} differs" if differing else "all agrees"


def _answer_endpoints(solution: Solution, stack: ExitStack) -> Ask:
    from benchmarks.peers.served import run_endpoint

    reached = stack.enter_context(run_endpoint(solution.name))

    def answer(question: Question) -> Said | None:
        if not isinstance(question, Quoted) or question.asked.host not in solution.hosts:
            return None
        return judge(lambda: reached.price(question.asked), question.right)

    return answer


ANSWERING: Final[Mapping[Job, Callable[[Solution, ExitStack], Ask]]] = {
    "prices": _answer_prices,
    "rules": _answer_rules,
    "invoices": _answer_invoices,
    "endpoints": _answer_endpoints,
}
