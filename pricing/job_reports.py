"""Reports of jobs read strictly from JSON: Alibaba's task result, or the neutral shape of `reported`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from pricing.fields import Part, Text
from pricing.figures import Number, Seconds
from pricing.money import EXACT, add_up, format_decimal
from pricing.reported import Neutral, Reported, Status
from wan_rules.faults import sort_faults, tell
from wan_rules.payloads import UnusableInputError, name_type, parse_exact
from wan_rules.request import ASPECT_RATIOS, Resolution

MAX_CODE: Final = 500
"""Characters kept of a host's own word; an empty one is none."""
_Said = ConfigDict(extra="ignore")
"""Alibaba says more than this reads, such as times and the video's URL."""


class _Output(Part):
    model_config = _Said

    task_status: Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "UNKNOWN"]
    task_id: Text | None = None
    code: str | None = None


def _known_tier(value: Decimal) -> Decimal:
    if value not in _TIERS:
        msg = f"{format_decimal(value)} is no tier of this model: 720 or 1080 is wanted"
        raise ValueError(msg)
    return value


class _Usage(Part):
    """`duration` is the billed total: of any two of the three, the third follows."""

    model_config = _Said

    duration: Seconds | None = None
    input_video_duration: Seconds | None = None
    output_video_duration: Seconds | None = None
    video_count: Number | None = None
    tier: Annotated[Number, AfterValidator(_known_tier)] | None = Field(None, alias="SR")
    ratio: str | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = (self.input_video_duration, self.output_video_duration)
        if self.duration is not None and not _is_sum(self.duration, [part for part in parts if part is not None]):
            clips, output = ("not said" if part is None else format_decimal(part) for part in parts)
            msg = (
                f"duration is {format_decimal(self.duration)}, input_video_duration {clips}, output_video_duration "
                f"{output}: the first is the sum of the others, of which at least one is wanted"
            )
            raise ValueError(msg)
        return self

    def part(self, said: Decimal | None, other: Decimal | None) -> Decimal | None:
        """The seconds of one part: as they are said, else what the other leaves of the total."""
        if said is not None or self.duration is None or other is None:
            return said
        return EXACT.subtract(self.duration, other)


def _is_sum(total: Decimal, parts: list[Decimal]) -> bool:
    """Whether the parts are all of the total; a single one leaves the rest to the other."""
    found = add_up(parts)
    return found <= total if len(parts) == 1 else found == total


class _Result(Part):
    """Alibaba's answer to a poll of a task."""

    model_config = _Said

    output: _Output
    usage: _Usage | None = None

    @model_validator(mode="after")
    def _is_one_video(self) -> Self:
        count = self.usage.video_count if self.usage else None
        if self.output.task_status == "SUCCEEDED" and count not in (None, 1):
            msg = f"usage.video_count is {count}: a job of this model renders one video"
            raise ValueError(msg)
        return self

    def to_reported(self) -> Reported:
        usage, output = self.usage or _Usage(), self.output
        return Reported(
            _STATES[output.task_status],
            (output.code or "")[:MAX_CODE] or None,
            None if usage.tier is None else _TIERS[usage.tier],
            next((ratio for ratio in ASPECT_RATIOS if ratio == usage.ratio), None),
            usage.part(usage.output_video_duration, usage.input_video_duration),
            None,
            usage.part(usage.input_video_duration, usage.output_video_duration),
            task_id=output.task_id,
        )


_STATES: Final[Mapping[str, Status]] = MappingProxyType(
    {
        "PENDING": "running",
        "RUNNING": "running",
        "SUCCEEDED": "succeeded",
        "FAILED": "failed",
        "CANCELED": "canceled",
        "UNKNOWN": "unknown",
    }
)
"""Which of its error codes mean moderation, Alibaba does not publish: such a job is `failed`, with the code said."""
_TIERS: Final[Mapping[Decimal, Resolution]] = MappingProxyType({Decimal(720): "720P", Decimal(1080): "1080P"})


def parse_report(data: bytes, *, what: str = "report") -> Reported:
    """What the JSON text says of a job. Raises UnusableInputError."""
    return read_report(parse_exact(data, what=what), what=what)


def read_report(document: object, *, what: str = "report") -> Reported:
    """What a parsed document says of a job, numbers with a point as Decimals. Raises UnusableInputError."""
    if not isinstance(document, dict):
        raise UnusableInputError(what, f"an object is wanted, {name_type(document)} was sent")
    form = _Result if "output" in document else Neutral
    try:
        return form.model_validate(document).to_reported()
    except ValidationError as error:
        fault = sort_faults(error, document)[0]
        place = f"/{fault.place('/')}: " if fault.path else ""
        raise UnusableInputError(what, f"{place}{tell(fault, form)}") from None
