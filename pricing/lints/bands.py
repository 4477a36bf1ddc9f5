"""CAT307: bands by which more costs less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeAlias

from pricing.agreed_terms import Override
from pricing.entries import Banded, BandPart, selecting_key
from pricing.keys import name_key
from pricing.lints.lint import Check, Fault
from pricing.lints.survey import Spot, Survey
from pricing.money import ZERO

SOURCE: Final = "docs/explanation/checks.md#amounts"
_Volume: TypeAlias = tuple[Spot, Banded | Override]


def _volume_steps(survey: Survey) -> Iterator[Fault]:
    """A longer request costs at least as much as a shorter one, also where the month reaches its next band.

    With `volume` and falling prices it does not: one second more puts the whole line into the cheaper band.
    """
    for spot, part in _list_volumes(survey):
        if part.by == "units":
            for band, after in pairwise(part.bands):
                if _price(after) < _price(band) and band.up_to is not None:
                    yield Fault(spot, _say(part, band, after))
                    break


def _list_volumes(survey: Survey) -> Iterator[_Volume]:
    """Every volume ladder of the catalogue, and where it stands."""
    for card in survey.cards:
        for index, entry in card.live:
            if isinstance(entry, Banded) and entry.model == "volume":
                yield survey.place(card.card.id, "entry", index), entry
    for name, agreement in survey.catalogue.agreements.items():
        for index, term in enumerate(agreement.term):
            if isinstance(term, Override) and term.model == "volume":
                yield survey.place(name, "term", index), term


def _price(band: BandPart) -> Decimal:
    return band.price or ZERO


def _say(part: Banded | Override, band: BandPart, after: BandPart) -> str:
    what = name_key(selecting_key(part.meter, part))
    return (
        f"A line of {what} that ends at {band.up_to} units of the month is charged at {_price(band)} a unit, and one "
        f'that ends just beyond at {_price(after)}, all of it: the longer one costs less. Use model = "graduated", or '
        "acknowledge it where the contract says so."
    )


VOLUME_STEP: Final = Check(id="CAT307", name="volume-step", severity="warning", source=SOURCE, find=_volume_steps)

BANDS: Final = (VOLUME_STEP,)
