"""CAT403 and CAT404: what was in force is as it was, and nothing came to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from pricing.digests import Said, digest_said
from pricing.lints.lint import Check, Fault
from pricing.lints.survey import Spot, Survey
from pricing.records import Past, Record, list_records

SOURCE: Final = "docs/explanation/checks.md#history"
REMARKS: Final = frozenset({"title", "note", "source", "confidence", "assumed"})
"""What is said about a price, and may be said better at any time."""


def _edited_history(survey: Survey) -> Iterator[Fault]:
    """What had begun by the time it is compared with (`--against`, `--lock`) is still there, and says the same.

    That is every entry, clip rule and rounding rule of a card, what its prices mean (host, currency, super-resolution)
    and where it holds, every agreement with its terms, and every alias. Remarks may change, and what had only been
    announced.
    """
    for past in survey.bounds.pasts:
        now: dict[str, list[Record]] = {}
        for record in list_records(survey.catalogue, past.at):
            now.setdefault(record.id, []).append(record)
        for record in past.records:
            there = now.get(record.id, [])
            if not any(_is_same(record.said, other.said) for other in there):
                yield _tell_edit(survey, past, record, there[0] if there else None)


def _is_same(one: Said, other: Said) -> bool:
    return not list(_differing(one, other))


def _differing(one: Said, other: Said) -> Iterator[str]:
    """The keys that say something else, in order."""
    for key in dict.fromkeys((*one, *other)):
        if key not in REMARKS and _charged(one.get(key)) != _charged(other.get(key)):
            yield key


def _charged(value: object) -> object:
    """A value without its remarks, which a term has too."""
    return {key: item for key, item in value.items() if key not in REMARKS} if isinstance(value, dict) else value


def _tell_edit(survey: Survey, past: Past, record: Record, now: Record | None) -> Fault:
    digest, day = digest_said(record.said), past.at.date()
    heir = _find_heir(survey, record)
    if now is None:
        what = f"is {'superseded' if heir else 'gone'}: it said {_show(record.said)}"
    else:
        keys = list(_differing(record.said, now.said))
        what = "is another: " + ", ".join(
            f"{key} was {_show(record.said.get(key))} and is {_show(now.said.get(key))}" for key in keys
        )
    return Fault(
        heir or _place(survey, record, now),
        f"{record.id!r} was in force on {day} by {past.named}, and {what}. {_mend(record, digest)}",
    )


def _find_heir(survey: Survey, record: Record) -> Spot | None:
    """Where an entry says that it supersedes the record, which only one that had not begun can be."""
    part = _part(record)
    entries = survey.catalogue.cards[part].entry if part in survey.catalogue.cards else ()
    heirs = [index for index, entry in enumerate(entries) if entry.supersedes == record.id]
    return survey.place(part, "entry", heirs[0], "supersedes") if heirs else None


def _mend(record: Record, digest: str) -> str:
    match record.id.partition(":")[2].partition("/")[0].partition("@")[0]:
        case "agreement":
            return "Restore it; let it end by `until`, and write a new agreement from then on."
        case "card":
            return "Restore it, and write a new card for what is otherwise."
        case "alias":
            return "Restore it, and let the name lead elsewhere by one with a later `from`."
        case "reference_video" | "rounding" | "unfinished" | "credit":
            return "Restore it, and add one with a later `from`."
        case _:
            return f'Restore it, and add one with a later `from`, or one that says corrects = "{digest}".'


def _place(survey: Survey, record: Record, now: Record | None) -> Spot:
    """The first key that is another; of what is gone the part that had it, or the catalogue."""
    part = _part(record)
    if now is not None:
        path = next(_differing(record.said, now.said)).split(".")
        begin = () if path[0] == "term" else now.path
        return survey.place(part, *begin, *(int(key) if key.isdigit() else key for key in path))
    is_there = part in survey.catalogue.cards or part in survey.catalogue.agreements
    return survey.place(part) if is_there else survey.place("catalogue", "catalogue")


def _show(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _backdated(survey: Survey) -> Iterator[Fault]:
    """Nothing that a lock (`--lock`) lacks had begun by its day: what comes later with a `from` before it is told.

    A price that is added so changes what was in force, and with it what was charged. It may be right: the host changed
    its price before anybody saw it, a contract was signed after its first day. Then the lock is written anew, with it.
    What took the place of something that is gone is told with that (CAT403), and of a new card its head alone.
    """
    for past in survey.bounds.pasts:
        if past.final:
            yield from _find_added(survey, past)


def _find_added(survey: Survey, past: Past) -> Iterator[Fault]:
    records = tuple(list_records(survey.catalogue, past.at))
    held, there = {record.id for record in past.records}, {record.id for record in records}
    gone = {_aspect(name) for name in held - there}
    added = [record for record in records if record.id not in held and _aspect(record.id) not in gone]
    new_cards = {_part(record) for record in added if record.path == _HEAD}
    for record in added:
        if record.path == _HEAD or _part(record) not in new_cards:
            yield Fault(
                survey.place(_part(record), *record.path),
                f"{record.id!r} begins by {past.at.date()}, the day of {past.named}, which does not hold it: it "
                "changes what was in force. See what with `wan-rules cards diff`; if it is meant, write the lock anew.",
            )


def _aspect(name: str) -> str:
    """A record's name without its day."""
    return name.partition("@")[0]


_HEAD: Final = ("card",)


def _part(record: Record) -> str:
    return record.id.partition(":")[0]


EDITED: Final = Check(id="CAT403", name="edited-history", severity="error", source=SOURCE, find=_edited_history)
BACKDATED: Final = Check(id="CAT404", name="backdated", severity="warning", source=SOURCE, find=_backdated)

HISTORY: Final = (EDITED, BACKDATED)
