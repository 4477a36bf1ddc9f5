"""What occurs in usage: its groups with their first and last instants, and how long and many clips are.

One pass over a few columns, before prices are looked up for just these groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import ibis

from pricing.rate_groups import Group, Surveyed
from pricing.shell.bulk.checks import KEYS, check_keys
from pricing.shell.bulk.columns import Expression
from wan_rules.payloads import UnusableInputError

MAX_GROUPS: Final = 200_000
NONE: Final = "none"


class Survey(NamedTuple):
    """All groups, and what bounds the numbers of their rows.

    `varying` are the names in which groups differ, `said` those that each of them says.
    """

    groups: tuple[Surveyed, ...]
    rows: int
    most_seconds: Decimal
    most_clips: int
    most_billed: Decimal | None
    """Seconds of clips that a row says were billed; `None` where no row says it."""
    varying: frozenset[str]
    said: frozenset[str]


def group_keys(usage: Expression, *, by_ratio: bool) -> dict[str, Expression]:
    """The columns by which rows are alike: what is not said is an empty text."""
    unsaid = ibis.literal("")
    keys = {name: usage[name].fill_null(unsaid) for name in ("account", "environment", "host", "region", "resolution")}
    keys["ratio"] = usage.ratio.fill_null(unsaid) if by_ratio else unsaid
    keys["status"] = usage.status
    lengths = ibis.ifelse(usage.clips_s.length() > 0, "measured", NONE)
    billed = ibis.ifelse(usage.billed_clips_s > 0, "billed", NONE)
    keys["clips"] = ibis.ifelse(usage.billed_clips_s.notnull(), billed, lengths)
    return keys


def ask(usage: Expression, *, by_ratio: bool) -> Expression:
    """The query of the survey, over rows of which all holds but perhaps what they are grouped by: that is looked at."""
    keys = group_keys(usage, by_ratio=by_ratio)
    keyed = usage.select(
        **{**keys, **{name: usage[name] for name in KEYS}},
        at=usage.at,
        duration_s=usage.duration_s,
        billed_clips_s=usage.billed_clips_s,
        how_many=usage.clips_s.length(),
    )
    groups = keyed.group_by(list(Group._fields)).aggregate(
        first=keyed.at.min(),
        last=keyed.at.max(),
        rows=keyed.count(),
        most_seconds=keyed.duration_s.max(),
        most_clips=keyed.how_many.max(),
        most_billed=keyed.billed_clips_s.max(),
    )
    return groups.filter(check_keys(groups))


def merge(answers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of several pieces as those of one."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for answer in answers:
        key = tuple(answer[name] for name in Group._fields)
        known = found.setdefault(key, answer)
        if known is not answer:
            known["first"], known["last"] = min(known["first"], answer["first"]), max(known["last"], answer["last"])
            known["rows"] += answer["rows"]
            known["most_seconds"] = max(known["most_seconds"], answer["most_seconds"])
            known["most_clips"] = max(known["most_clips"] or 0, answer["most_clips"] or 0)
            known["most_billed"] = _find_most((known["most_billed"], answer["most_billed"]))
    return list(found.values())


def read(answers: Sequence[dict[str, Any]]) -> Survey:
    """What the rows of the query's answer say, in a stable order. Raises UnusableInputError for too many groups."""
    if len(answers) > MAX_GROUPS:
        reason = f"{len(answers):,} groups of account, environment, host, tier and status, of at most {MAX_GROUPS:,}"
        raise UnusableInputError("usage", f"{reason}: is the account's column right?")
    ordered = sorted(answers, key=lambda answer: tuple(answer[name] or "" for name in Group._fields))
    groups = tuple(_surveyed(answer) for answer in ordered)
    values = {name: {getattr(one.group, name) for one in groups} for name in Group._fields}
    return Survey(
        groups,
        sum(answer["rows"] for answer in ordered),
        max((answer["most_seconds"] for answer in ordered), default=Decimal(0)),
        max((answer["most_clips"] or 0 for answer in ordered), default=0),
        _find_most(answer["most_billed"] for answer in ordered),
        frozenset(name for name, own in values.items() if len(own) > 1),
        frozenset(name for name, own in values.items() if all(own)),
    )


def _find_most(seconds: Iterable[Decimal | None]) -> Decimal | None:
    return max((one for one in seconds if one is not None), default=None)


def _surveyed(answer: dict[str, Any]) -> Surveyed:
    names: dict[str, Any] = {name: answer[name] for name in Group._fields} | {"ratio": answer["ratio"] or None}
    return Surveyed(Group(**names), _aware(answer["first"]), _aware(answer["last"]))


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
