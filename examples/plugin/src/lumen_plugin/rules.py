"""A rule of Lumen Cloud: it renders in steps of two seconds."""

from __future__ import annotations

from typing import Final

from wan_rules.additions import AddedRule
from wan_rules.limits import Limits
from wan_rules.request import Output
from wan_rules.rule import Example, Finding, Findings, OutputRule

PLUGIN_API: Final = 1
STEP_S: Final = 2


def _even(output: Output, _limits: Limits) -> Findings:
    """A video lasts whole steps of 2 s, since Lumen Cloud renders in steps and bills the last one whole."""
    if not isinstance(output.duration_s, int) or output.duration_s % STEP_S == 0:
        return ()
    longer = output.duration_s + 1
    said = f"{output.duration_s} s are rendered and billed as {longer} s. Ask for {longer} s, or for one second less."
    return (Finding(at="duration_s", observed=output.duration_s, limit=STEP_S, message=said, unit="seconds"),)


EVEN_LENGTH: Final = AddedRule(
    OutputRule(
        id="LUMEN501",
        name="even-length",
        family="output",
        severity="warning",
        source="https://lumen.example.com/models/wan-2.7",
        check=_even,
        passes=(Example({"/seconds": 6}, host="lumen"),),
        fails=(Example({"/seconds": 7}, host="lumen"),),
    ),
    hosts=("lumen",),
)
