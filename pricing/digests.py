"""What a part of a card or agreement says, as canonical JSON, and the digest by which a later entry names it.

The law: what was written in another order, spacing or number of zeros has the same digest, and so has what leaves out
a key that a newer version knows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from pydantic import BaseModel

DIGITS: Final = 16
"""Of the SHA-256 in hexadecimal: enough to name one entry among those of its meter and tier, or one break."""

Said: TypeAlias = Mapping[str, object]
"""What a part says, by key, as JSON has it; a key that is as it would be if left out is left out."""


def tell(part: BaseModel) -> Said:
    """What the part says, with every number and instant as text in its one form."""
    return {key: _plain(value) for key, value in part.model_dump(by_alias=True, exclude_defaults=True).items()}


def _plain(value: object) -> object:
    match value:
        case Decimal():
            text = f"{value:f}"  # and not normalized: that would round to the precision of whoever calls
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value


def digest_said(said: object) -> str:
    """The digest of what is said, as JSON has it: by a part of a card or agreement, or of a break."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def digest_part(part: BaseModel) -> str:
    """The digest of an entry, a clip rule, a rounding rule or an agreement's term, as `corrects` names it."""
    return digest_said(tell(part))
