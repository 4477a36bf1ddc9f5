"""Facts about media that come beside a payload, keyed by URL or by JSON Pointer into it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from wan_rules.faults import sort_faults, tell
from wan_rules.media_facts import MediaFacts
from wan_rules.payloads import UnusableInputError

Facts: TypeAlias = Mapping[str, MediaFacts]

NO_FACTS: Final[Facts] = {}

_FORM: Final = dict[str, MediaFacts]
_FAULTS_SHOWN: Final = 5


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[dict[str, MediaFacts]]:
    """Built when the first facts come: most first runs have none."""
    return TypeAdapter(_FORM)


def parse_facts(value: object, *, what: str = "facts") -> Facts:
    """Facts from a JSON value. Raises UnusableInputError that names each key and what is wrong there."""
    try:
        return _adapter().validate_python(value)
    except ValidationError as error:
        faults = sort_faults(error, value)
        told = [f"{fault.place(' > ')}: {tell(fault, _FORM)}" for fault in faults[:_FAULTS_SHOWN]]
        more = f" (and {len(faults) - _FAULTS_SHOWN:,} more)" if len(faults) > _FAULTS_SHOWN else ""
        raise UnusableInputError(what, "; ".join(told) + more) from None
