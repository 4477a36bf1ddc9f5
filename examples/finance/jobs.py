"""Usage made up: who asked for which videos when, over three months; the same rows for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple, TypeVar

from pricing.usage import UsageRow

SEED: Final = "Northlight, autumn of 2026"
BEGIN: Final = datetime(2026, 8, 1, tzinfo=UTC)
END: Final = datetime(2026, 11, 1, tzinfo=UTC)
LATE: Final = 6
"""Hours of the day after the period, of which each plan has some rows too."""
LENGTHS: Final = ("2", "4", "4.5", "5", "5", "6", "7.2", "8", "8", "9.375", "10", "10")
CLIPS: Final = ("1.1", "1.8", "2.2", "2.5", "3", "3.7", "4", "4.6", "5", "6.4", "7.2", "8.5", "10")
COUNTS: Final = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5)
RATIOS: Final = ("16:9", "16:9", "9:16", "1:1")
ENDINGS: Final = ("failed",) * 5 + ("canceled",) * 4 + ("moderated",) * 2 + ("failed_upscaling",) * 3
MOST_REFERENCES: Final = 5
UNDONE: Final = 0.07
"""The share of jobs that do not succeed."""
TOLD: Final = 0.08
"""The share of globex's jobs with clips of which the host says how many seconds it billed."""

T = TypeVar("T")


class Plan(NamedTuple):
    """Who asks for how many rows, where, in which tiers."""

    account: str
    environment: str
    host: str
    region: str | None
    tiers: tuple[str, ...]
    rows: int


ATLAS_TIERS: Final = ("720P", "720P", "1080P", "1080P-SR", "1080P-SR", "1440P-SR")
PLANS: Final = (
    Plan("acme", "production", "atlas", None, ATLAS_TIERS, 700),
    Plan("acme", "staging", "atlas", None, ATLAS_TIERS[:4], 260),
    Plan("globex", "production", "atlas", None, ATLAS_TIERS, 560),
    Plan("initech", "production", "alibaba", "china", ("720P", "1080P", "1080P"), 480),
)


def pick(chance: Random, choices: Sequence[T]) -> T:
    """One of them, by `random()` alone: of all that Random has, it alone gives the same in every version of Python."""
    return choices[int(chance.random() * len(choices))]


def shuffle(chance: Random, items: Sequence[T]) -> list[T]:
    """All of them in another order, likewise."""
    return [item for _, item in sorted(((chance.random(), item) for item in items), key=lambda pair: pair[0])]


def make_usage() -> list[UsageRow]:
    """All rows of all plans, in order of time, no two of them at one instant."""
    rows = [row for plan in PLANS for row in _make_rows(plan)]
    if len({row.at for row in rows}) < len(rows):
        raise ValueError("two rows at one instant: choose another seed")
    return sorted(rows, key=lambda row: row.at)


def _make_rows(plan: Plan) -> Iterator[UsageRow]:
    chance = Random(f"{SEED}: {plan.account}, {plan.environment}")  # noqa: S311 - traffic, not secrets
    late = plan.rows // 100
    for number in range(plan.rows):
        is_late = number < late
        begin, span = (END, timedelta(hours=LATE)) if is_late else (BEGIN, END - BEGIN)
        at = begin + timedelta(seconds=int(chance.random() * span.total_seconds()))
        name = hashlib.sha256(f"{plan.account}/{plan.environment}/{number}".encode()).hexdigest()
        yield _make_row(chance, plan, f"task-{name[:10]}", at)


def _make_row(chance: Random, plan: Plan, name: str, at: datetime) -> UsageRow:
    tier = pick(chance, plan.tiers)
    clips = tuple(Decimal(pick(chance, CLIPS)) for _ in range(pick(chance, COUNTS)))
    status = pick(chance, ENDINGS) if chance.random() < UNDONE else "succeeded"
    if status == "failed_upscaling" and not tier.endswith("-SR"):
        status = "failed"
    is_told = bool(clips) and plan.account == "globex" and chance.random() < TOLD
    told = {"billed_clips_s": min(sum(clips), Decimal(5)), "clips_s": None} if is_told else {"clips_s": clips}
    return UsageRow.model_validate(
        {
            "id": name,
            "at": at.isoformat(),
            "account": plan.account,
            "environment": plan.environment,
            "host": plan.host,
            "region": plan.region,
            "resolution": tier,
            "ratio": pick(chance, RATIOS),
            "duration_s": Decimal(pick(chance, LENGTHS)),
            "references": max(1, len(clips)) + int(chance.random() * (MOST_REFERENCES + 1 - max(1, len(clips)))),
            "status": status,
            **told,
        }
    )
