"""Breaks out of parts: what each is about, and an id that stays the same in every report about the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from pricing.break_causes import CAUSES
from pricing.breaks import Break, Part, Subject
from pricing.digests import digest_said
from pricing.invoices import Matched
from pricing.money import ZERO, add_up

_T = TypeVar("_T")


def name_breaks(
    matched: Matched, parts: Sequence[Part], expected: Mapping[str, Decimal], invoiced: Mapping[str, Decimal]
) -> tuple[Break, ...]:
    """A break for each cause, detail and currency, in the order of CAUSES; none of no money."""
    if not parts:
        return ()
    subject = describe_subject(matched)
    ordered = sorted(parts, key=_order)
    joined = [_join(list(group)) for _, group in groupby(ordered, key=_order)]
    return tuple(
        Break(
            identify(subject, part),
            subject,
            expected.get(part.currency, ZERO),
            invoiced.get(part.currency, ZERO),
            part,
        )
        for part in joined
        if part.amount
    )


def _order(part: Part) -> tuple[int, str, str]:
    return (CAUSES.index(part.cause), part.detail, part.currency)


def _join(parts: Sequence[Part]) -> Part:
    """Parts of one cause and detail as one."""
    total = add_up(part.amount for part in parts)
    evidence = "; ".join(dict.fromkeys(part.evidence for part in parts))
    also = tuple(dict.fromkeys(name for part in parts for name in part.also))
    return parts[0]._replace(amount=total, evidence=evidence, also=also)


def identify(subject: Subject, part: Part) -> str:
    """The id of a break: the digest of its rows, lines, cause, detail and currency; without a line, of whose it is too.

    Two accounts may have tasks of one id, and what was decided of the one is not of the other.
    """
    said = (subject.task_ids, subject.invoice_lines, part.cause, part.detail, part.currency)
    owner = (subject.account, subject.environment, subject.host, subject.region)
    return digest_said([*said, *(() if subject.invoice_lines else owner)])


def tell_apart(breaks: Sequence[Break]) -> list[Break]:
    """The breaks of a report, each with an id of its own, whatever their order was.

    Lines that bear one name may be about different things, and their breaks then have one id. The first of these by
    instant keeps it; each other has the digest of it and its number.
    """
    often = Counter(each.id for each in breaks)
    told = [each for each in breaks if often[each.id] == 1]
    alike = sorted((each for each in breaks if often[each.id] > 1), key=_rank)
    for name, group in groupby(alike, key=attrgetter("id")):
        first, *others = group
        told += [first, *(one._replace(id=digest_said([name, nth])) for nth, one in enumerate(others, start=2))]
    return told


def _rank(found: Break) -> tuple[str, str, Decimal, str]:
    """By id and instant; of one instant by amount, then by all else that is said."""
    return found.id, str(found.subject.at), found.part.amount, str(found)


def describe_subject(matched: Matched) -> Subject:
    """What a match is about: names that all its rows share, or its lines where there are none; the first instant."""
    rows = [*(one.row for one in matched.rows), *(one.row for one in matched.unrated)]
    lines = matched.lines
    tasks = {str(row.id) for row in rows} or {line.task_id for line in lines if line.task_id}
    instants = [row.at for row in rows] or [at for line in lines if (at := line.at or line.begin)]
    about = rows or lines
    return Subject(
        tuple(sorted(tasks)),
        tuple(sorted({line.line for line in lines})),
        matched.matched_by,
        _shared(one.account for one in about),
        _shared(one.environment for one in about),
        _shared(one.host for one in about),
        _shared(one.region for one in about),
        _shared(one.resolution for one in about),
        min(instants, default=None),
    )


def _shared(values: Iterable[_T | None]) -> _T | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
