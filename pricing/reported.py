"""What a host reports of a job, in the neutral shape that any host's own can be put in.

Clips are reported in one of two ways, never in both: how long they are, which the terms' caps and cuts apply to, or
how many of their seconds were billed, which is what was left after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, Self, TypeAlias

from pydantic import model_validator

from pricing.fields import Part, Text, UnitOfAccount
from pricing.figures import Lengths, ReportedTotal, Seconds
from pricing.money import Money, format_amount, format_decimal
from wan_rules.payloads import JsonObject
from wan_rules.request import AspectRatio, Resolution
from wan_rules.staging import StageName

Status: TypeAlias = Literal["succeeded", "failed", "failed_upscaling", "canceled", "moderated", "running", "unknown"]
"""How a job stands: the outcomes that terms speak of, one that succeeded, and two of which no more is known yet."""


class Reported(NamedTuple):
    """What a host says of a job; `None` is not said. Seconds are exact.

    `clips_s` is how long the clips are, all together or each in the order of the references; `billed_clips_s` how many
    of their seconds were billed. `consumed_before` fills in running totals that the quote was not told. `code` is the
    host's own word for why a job did not succeed; `billed` the amount that it says it takes.
    """

    status: Status
    code: str | None = None
    resolution: Resolution | None = None
    ratio: AspectRatio | None = None
    output_s: Decimal | None = None
    clips_s: Decimal | tuple[Decimal, ...] | None = None
    billed_clips_s: Decimal | None = None
    consumed_before: tuple[tuple[str, Decimal], ...] = ()
    billed: Money | None = None
    task_id: str | None = None


class _Stage(Part):
    stage: StageName
    status: Literal["succeeded", "failed", "canceled", "moderated", "running", "unknown"]


class _Billed(Part):
    amount: ReportedTotal
    currency: UnitOfAccount


class Neutral(Part):
    """The neutral shape: everything but `status` may be left out, or null."""

    status: Status
    code: Text | None = None
    resolution: Resolution | None = None
    ratio: AspectRatio | None = None
    output_video_seconds: Seconds | None = None
    reference_video_seconds: Lengths | None = None
    billed_reference_video_seconds: Seconds | None = None
    stages: tuple[_Stage, ...] | None = None
    consumed_before: Mapping[str, ReportedTotal] | None = None
    billed: _Billed | None = None
    task_id: Text | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.reference_video_seconds is not None and self.billed_reference_video_seconds is not None:
            msg = (
                "reference_video_seconds or billed_reference_video_seconds: how long the clips are, or what was billed"
            )
            raise ValueError(msg)
        _check_stages(self.status, self.stages or ())
        return self

    def to_reported(self) -> Reported:
        """What it says, stages and status in one word."""
        return Reported(
            _find_status(self.status, self.stages or ()),
            self.code,
            self.resolution,
            self.ratio,
            self.output_video_seconds,
            self.reference_video_seconds,
            self.billed_reference_video_seconds,
            tuple(sorted((self.consumed_before or {}).items())),
            Money(self.billed.amount, self.billed.currency) if self.billed else None,
            self.task_id,
        )


def _check_stages(status: Status, stages: tuple[_Stage, ...]) -> None:
    """Raises ValueError where a stage is told twice, or contradicts the status of the job."""
    for name, times in Counter(stage.stage for stage in stages).items():
        if times > 1:
            msg = f"stages: {name} stands there {times} times: which of them counts?"
            raise ValueError(msg)
    for stage, ended in ((stage.stage, stage.status) for stage in stages):
        wanted = _ENDS.get((status, stage), ended)
        if ended != wanted:
            msg = f"the job is {status!r} and its stage {stage} is {ended!r}: one of them is wrong"
            raise ValueError(msg)


_ENDS: Final[Mapping[tuple[Status, StageName], str]] = MappingProxyType(
    {
        ("succeeded", "render"): "succeeded",
        ("succeeded", "upscale"): "succeeded",
        ("failed_upscaling", "render"): "succeeded",
        ("failed_upscaling", "upscale"): "failed",
    }
)
"""How the stages of a job ended, where its status says so."""


def _find_status(status: Status, stages: tuple[_Stage, ...]) -> Status:
    ended = {stage.stage: stage.status for stage in stages}
    is_upscaling = ended.get("render") == "succeeded" and ended.get("upscale") == "failed"
    return "failed_upscaling" if status == "failed" and is_upscaling else status


def write_report(reported: Reported) -> JsonObject:
    """The neutral shape with every key there, as `read_report` takes it back."""
    clips, billed = reported.clips_s, reported.billed
    lengths = [format_decimal(clip) for clip in clips] if isinstance(clips, tuple) else _text(clips)
    return {
        "status": reported.status,
        "code": reported.code,
        "resolution": reported.resolution,
        "ratio": reported.ratio,
        "output_video_seconds": _text(reported.output_s),
        "reference_video_seconds": lengths,
        "billed_reference_video_seconds": _text(reported.billed_clips_s),
        "consumed_before": {name: format_decimal(value) for name, value in reported.consumed_before},
        "billed": billed and {"amount": format_amount(*billed), "currency": billed.currency},
        "task_id": reported.task_id,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format_decimal(value)
