"""CAT4xx: what somebody has to look at again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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


STALE: Final = Check(id="CAT401", name="stale", severity="warning", source=SOURCE, find=_stale)

UPKEEP: Final = (STALE,)
