"""What a catalogue says of findings that are meant: which, why, and until when. It changes no price."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from pricing.fields import Name, Part, Text

CHECK_PATTERN: Final = r"^CAT[0-9]{3}$"


class Acknowledgement(Part):
    """A warning of one check about one card or agreement is meant: at that key, or wherever it is found.

    `until` is the first day on which it no longer counts.
    """

    id: Annotated[str, Field(pattern=CHECK_PATTERN)]
    part: Name
    key: Text | None = None
    reason: Text
    until: date | None = None
