"""From the options of `wan-rules run` to the settings of its guard."""

from __future__ import annotations

from typing import NamedTuple

from pricing.shell.asked_values import OnTerms
from pricing.shell.guard.running import read_base_options, run
from pricing.shell.guard.settings import OnUnknown, Settings
from pricing.shell.printing import complain
from wan_rules.payloads import UnusableInputError

UNUSABLE = 2


class RunAsked(NamedTuple):
    """The options as the command line names them; `limits` a call, a day and a run."""

    terms: OnTerms
    facts: str | None
    limits: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    zone: str
    state: str | None
    bases: tuple[str, ...]
    on_unknown: OnUnknown
    dry_run: bool


def run_command(asked: RunAsked, command: tuple[str, ...]) -> int:
    """`wan-rules run`."""
    try:
        settings = read_asked(asked)
    except UnusableInputError as error:
        complain(f"wan-rules: {error}")
        return UNUSABLE
    return run(settings, command)


def read_asked(asked: RunAsked) -> Settings:
    """The settings. Raises UnusableInputError."""
    terms = asked.terms
    per_call, per_day, per_run = asked.limits
    return Settings(
        catalogue=terms.catalogue.name,
        account=terms.account,
        environment=terms.environment,
        region=terms.region,
        facts=asked.facts,
        per_call=per_call,
        per_day=per_day,
        per_run=per_run,
        zone=asked.zone,
        state=asked.state,
        dry_run=asked.dry_run,
        on_unknown=asked.on_unknown,
        bases=read_base_options(asked.bases),
    )
