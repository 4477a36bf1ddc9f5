"""A rule of Lumen Cloud: it renders in steps of two seconds."""

from __future__ import annotations

from typing import Final

from wan_rules import Template
from wan_rules.additions import AddedRule
from wan_rules.limits import Limits
from wan_rules.request import Output
from wan_rules.rule import Example, Finding, Findings, OutputRule

PLUGIN_API: Final = 1
STEP_S: Final = 2
STILL: Final = Template(
    "LUMEN501.still",
    "{seconds} s end in a still of 1 s: a step has {step} s. Ask for {shorter} s or {longer} s.",
    {"zh": "{seconds} 秒的最后 1 秒是静止画面：每一步为 {step} 秒。请改为 {shorter} 秒或 {longer} 秒。"},  # noqa: RUF001 - Chinese marks
)


def _even(output: Output, _limits: Limits) -> Findings:
    """A video lasts whole steps of 2 s: what is left over is a still, since Lumen Cloud renders in steps."""
    if not isinstance(output.duration_s, int) or output.duration_s % STEP_S == 0:
        return ()
    seconds = output.duration_s
    said = STILL.fill(seconds=seconds, step=STEP_S, shorter=seconds - 1, longer=seconds + 1)
    return (Finding(at="duration_s", observed=seconds, limit=STEP_S, message=said, unit="seconds"),)


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
