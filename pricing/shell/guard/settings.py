"""How a guard is set up, and the same as text for the interpreters that `wan-rules run` starts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

OnUnknown = Literal["refuse", "allow"]
VARIABLE: Final = "WAN_RULES_GUARD"
"""Holds the settings of the guard for interpreters below `wan-rules run`; of runs in one another a line for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Whose terms, which limits, what happens to what can't be told. The least of it: nothing, for list prices.

    `catalogue` is named as `--catalogue` names it; the shipped list prices without one. `region` counts where the URL
    of a call tells none. Limits are lists of `"USD=5"`. `zone` is the one whose days count, such as Europe/Berlin.
    `state` is the file that processes share, and that outlives them; without one a guard counts on its own. `run` is
    the name under which processes count as one run. `bases` are further base URLs by host: of a gateway, of a test.
    """

    catalogue: str | None = None
    account: str | None = None
    environment: str | None = None
    region: str | None = None
    facts: str | None = None
    per_call: Sequence[str] = ()
    per_day: Sequence[str] = ()
    per_run: Sequence[str] = ()
    zone: str = "UTC"
    state: str | None = None
    run: str | None = None
    dry_run: bool = False
    on_unknown: OnUnknown = "refuse"
    bases: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))


def write_settings(settings: Settings) -> str:
    """The settings as text, in one line."""
    plain = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return json.dumps({**plain, "bases": {host: list(urls) for host, urls in settings.bases.items()}})


def read_settings(text: str) -> Settings:
    """The settings that `write_settings` wrote."""
    return Settings(**json.loads(text))
