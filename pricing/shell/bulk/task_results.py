"""Task results of Alibaba's API as rows of usage: what a result does not say is configuration, and never guessed.

A result knows no account, environment or region, and its times no zone. `input_video_duration` is what was billed of
the clips (docs/adr/0017-settlement.md), so it stands in `billed_clips_s`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pricing.job_reports import read_report
from pricing.money import format_decimal
from pricing.reported import Reported
from pricing.shell.bulk.line_records import Read, write_instant
from pricing.shell.bulk.local_times import read_zone
from pricing.usage import parse_record
from wan_rules.faults import show
from wan_rules.payloads import JsonObject, UnusableInputError

HOST: Final = "alibaba"
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?", re.ASCII)
_NOT_ENDED: Final[Mapping[str, str]] = MappingProxyType(
    {"running": "it has not ended", "unknown": "its host no longer knows it"}
)


class Origin(NamedTuple):
    """Whose task results they are, as the command line says it."""

    account: str | None = None
    environment: str | None = None
    region: str | None = None


def result_reader(origin: Origin, zone: str | None) -> Read:
    """How a task result is read; `zone` is the one whose clocks `submit_time` shows."""
    clocks = None if zone is None else read_zone(zone)
    known = {"host": HOST, **{name: value for name, value in origin._asdict().items() if value is not None}}

    def read(line: bytes) -> JsonObject:
        document = parse_record(line, what="row")
        if "output" not in document:
            raise UnusableInputError("row", "it has no output: a task result is what a poll of a task answers")
        reported = read_report(document, what="row")
        _check_end(reported)
        time = _find_time(document)
        if clocks is None:
            wanted = "say with --zone which zone's clocks it shows, such as Asia/Shanghai"
            raise UnusableInputError("row", f"output > submit_time: {show(time)} has no zone: {wanted}")
        return {**known, **_said(reported), "at": write_instant(time, clocks)}

    return read


def _check_end(reported: Reported) -> None:
    """Raises UnusableInputError for a task that has not ended, and for one that did not succeed.

    What came out of the latter is not what was asked for (docs/adr/0017-settlement.md).
    """
    if reported.status in _NOT_ENDED:
        told = f"output > task_status: {_NOT_ENDED[reported.status]}: ask for its result again"
        raise UnusableInputError("row", told)
    if reported.status != "succeeded":
        told = "a result of a task that did not succeed says nothing of the tier and the seconds that were asked for"
        raise UnusableInputError("row", f"usage: {told}: write such tasks in our own columns")


def _find_time(document: JsonObject) -> str:
    output = document["output"]
    time = output.get("submit_time") if isinstance(output, dict) else None
    if not isinstance(time, str) or not _TIME.fullmatch(time):
        wanted = "a time like 2026-10-01 16:03:22.123 is wanted"
        raise UnusableInputError("row", f"output > submit_time: {wanted}, not {show(time)}")
    return time


def _said(reported: Reported) -> JsonObject:
    """What the result says, as UsageRow has it."""
    seconds = {"duration_s": reported.output_s, "billed_clips_s": reported.billed_clips_s}
    named = {"id": reported.task_id, "resolution": reported.resolution, "ratio": reported.ratio}
    return {
        **{name: value for name, value in named.items() if value is not None},
        **{name: format_decimal(value) for name, value in seconds.items() if value is not None},
        "status": reported.status,
    }
