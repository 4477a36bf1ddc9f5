"""CAT4xx: what somebody has to look at again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pricing.lints.history import BACKDATED
from pricing.lints.lint import Check, Fault
from pricing.lints.survey import Survey

SOURCE: Final = "docs/explanation/checks.md#upkeep"


def _stale(survey: Survey) -> Iterator[Fault]:
    """A card was compared with its source within the last 180 days, or as many as `--max-age-days` says."""
    for card in survey.cards:
        head, most = card.card, survey.bounds.max_age_days
        days = (survey.today - head.checked).days
        if days > most:
            yield Fault(
                survey.place(head.id, "card", "checked"),
                f"{head.id!r} was last checked on {head.checked}, {days} days ago: at most {most}. Compare it with its "
                f"source ({head.source}), and write the day.",
            )


def _idle_acknowledgements(survey: Survey) -> Iterator[Fault]:
    """What the catalogue acknowledges is found, is a warning, and has not ended.

    What is acknowledged and gone would hide the next one of its kind.
    """
    for index, one in enumerate(survey.catalogue.acknowledged):
        place = survey.place("catalogue", "acknowledged", index)
        if one.until is not None and one.until <= survey.today:
            yield Fault(
                place,
                f"This acknowledgement ended on {one.until}. Look at {one.part!r} again; then write a later `until`, "
                "or take it away.",
            )
        elif index not in survey.answered and _is_looked_for(survey, one.id):
            where = f"{one.part!r} at {one.key}" if one.key else f"{one.part!r}"
            yield Fault(
                place,
                f"No warning {one.id} is found for {where}, and an error can't be acknowledged. Mend the id, the part "
                "or the key, or take it away.",
            )


def _is_looked_for(survey: Survey, name: str) -> bool:
    """Whether there is what the check of that id compares with: what came to a lock is not seen without one."""
    return name != BACKDATED.id or any(past.final for past in survey.bounds.pasts)


STALE: Final = Check(id="CAT401", name="stale", severity="warning", source=SOURCE, find=_stale)

IDLE_ACKNOWLEDGEMENT: Final = Check(
    id="CAT402", name="idle-acknowledgement", severity="warning", source=SOURCE, find=_idle_acknowledgements
)

UPKEEP: Final = (STALE,)
