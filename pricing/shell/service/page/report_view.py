"""A report as the page shows it: what is wrong on which line, with its fix, and what nobody knows yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from pricing.shell.service.page.asking import Answer
from pricing.shell.service.page.json_places import Lines, Mark, Slot, locate, mark
from pricing.shell.text import count
from wan_rules.asking import Unverified
from wan_rules.messages import ENGLISH, Translation
from wan_rules.payloads import JsonObject
from wan_rules.urls import shorten
from wan_rules.validation import PatchOp, Report, Violation


class Remark(NamedTuple):
    """One violation: `start` and `end` count as a browser counts, in UTF-16, from the beginning of the text.

    `language` is that of the message where it is another than the page's own.
    """

    rule: str
    name: str
    severity: str
    message: str
    at: str
    mark: Mark
    start: int
    end: int
    fix: str | None
    patch: str | None
    language: str | None = None


class Need(NamedTuple):
    """A fact that is not known: the name of its field, its label, how it is entered, and what may be chosen."""

    name: str
    label: str
    mode: str
    choices: tuple[str, ...] = ()


class Missing(NamedTuple):
    """A medium of which facts are not known; `key` is what facts call it."""

    at: str
    line: int
    key: str
    url: str
    needs: tuple[Need, ...]


class ReportView(NamedTuple):
    """What the page shows of a report."""

    verdict: str
    host: str
    counted: str
    remarks: tuple[Remark, ...]
    missing: tuple[Missing, ...]


SHOWN_MAX: Final = 200
"""Violations that are shown one by one; the count says how many there are."""
NEEDS: Final[Mapping[str, Need]] = {
    "duration_s": Need("duration_s", "length, s", "decimal"),
    "kind": Need("kind", "kind", "choice", ("image", "video", "voice")),
    "format": Need("format", "format", "text"),
    "bytes": Need("bytes", "bytes", "numeric"),
    "width_px": Need("width_px", "width, px", "numeric"),
    "height_px": Need("height_px", "height, px", "numeric"),
    "has_alpha": Need("has_alpha", "transparent", "choice", ("true", "false")),
    "subjects": Need("subjects", "subjects", "numeric"),
}
"""Each fact as it is asked for, the length first: it alone moves the price."""


def show_report(answer: Answer, translation: Translation = ENGLISH) -> ReportView | None:
    """The report with its places in the text as typed; `None` where there is none."""
    report, reading = answer.report, answer.reading
    if report is None or reading is None:
        return None
    lines = Lines(answer.question.text)
    places = locate(lines.text) if report.violations or report.unverified else {}
    shown = [_remark(one, lines, places, translation) for one in report.violations[:SHOWN_MAX]]
    remarks = sorted(shown, key=lambda remark: remark.mark)
    clips_first = sorted(report.unverified, key=lambda one: one.group.kind != "video")[:SHOWN_MAX]
    missing = tuple(_missing(one, answer, lines, places) for one in clips_first if one.group.needs)
    return ReportView(report.verdict, report.host.title, _count(report), tuple(remarks), missing)


def _count(report: Report) -> str:
    errors = sum(1 for violation in report.violations if violation.severity == "error")
    return f"{count(errors, 'error')}, {count(len(report.violations) - errors, 'warning')}"


def _remark(violation: Violation, lines: Lines, places: Mapping[str, Slot], translation: Translation) -> Remark:
    rule, finding, fix = violation.rule, violation.finding, violation.fix
    where = mark(lines, places, violation.at)
    begin = lines.begin(where.line)
    start, end = (_width(lines.text, begin + column) for column in (where.start, where.end))
    said = None if fix is None else describe_fix(fix)
    patch = None if fix is None else json.dumps(fix._asdict(), ensure_ascii=False)
    at = violation.at or "the payload"
    told, language = finding.tell(translation), None if translation is ENGLISH else translation.language
    return Remark(rule.id, rule.name, violation.severity, told, at, where, start, end, said, patch, language)


def _width(text: str, end: int) -> int:
    """How many characters a browser counts up to there."""
    return end if text.isascii() else len(text[:end].encode("utf-16-le", "surrogatepass")) // 2


def describe_fix(fix: PatchOp) -> str:
    """What a fix does, in a few words for its button."""
    name = fix.path.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    if fix.op == "remove":
        return f"Remove {name}"
    value = json.dumps(fix.value, ensure_ascii=False)
    return f"{'Add' if fix.op == 'add' else 'Set'} {name} {'=' if fix.op == 'add' else 'to'} {value}"


def _missing(one: Unverified, answer: Answer, lines: Lines, places: Mapping[str, Slot]) -> Missing:
    payload = answer.reading.payload if answer.reading else {}
    url = _look_up(payload, one.at)
    item = one.at.rpartition("/")[0]
    known = [key for key in (item, one.at) if key in answer.facts]
    key = known[0] if known else url if url and not url.startswith("data:") else one.at
    wanted = {need for rule in one.rules for need in rule.needs}
    needs = tuple(need for name, need in NEEDS.items() if name in wanted)
    return Missing(one.at, mark(lines, places, one.at).line, key, shorten(url or one.at), needs)


def _look_up(payload: JsonObject, pointer: str) -> str | None:
    """The text at a pointer of media: keys there have no escapes."""
    found: object = payload
    for part in pointer.split("/")[1:]:
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
    return found if isinstance(found, str) else None


class Piece(NamedTuple):
    """A stretch of the layer over the editor: plain text as a spacer, or a marked value with its notes."""

    text: str
    severity: str = ""
    remarks: tuple[Remark, ...] = ()


def draw_marks(view: ReportView | None, answer: Answer) -> Iterator[Piece]:
    """The layer over the editor, which repeats the lines that it marks: each value, and at its line's end the notes."""
    lines, fault = Lines(answer.question.text), answer.fault
    if fault is not None and fault.what == "payload" and fault.line:
        yield Piece("\n" * (fault.line - 1))
        yield Piece(lines[fault.line], "fault")
        return
    last = 1
    for line, remarks in _by_line(view):
        yield Piece("\n" * (line - last))
        yield from _draw_line(lines[line], remarks)
        last = line


def _by_line(view: ReportView | None) -> list[tuple[int, list[Remark]]]:
    """The remarks of each line that has any, from the first line on."""
    found: dict[int, list[Remark]] = {}
    for remark in view.remarks if view else ():
        found.setdefault(remark.mark.line, []).append(remark)
    return sorted(found.items())


def _find_worst(remarks: list[Remark]) -> str:
    return "error" if any(remark.severity == "error" for remark in remarks) else "warning"


def _draw_line(line: str, remarks: list[Remark]) -> Iterator[Piece]:
    at = 0
    for remark in remarks:
        where = remark.mark
        if where.start >= at:
            yield Piece(line[at : where.start])
            yield Piece(line[where.start : where.end], remark.severity)
            at = where.end
    yield Piece(line[at:])
    yield Piece("", _find_worst(remarks), tuple(remarks))


class Spot(NamedTuple):
    """What opens at the number of a line: how many lines it stands below the one before, and what it says there."""

    down: int
    line: int
    severity: str
    counted: str
    remarks: tuple[Remark, ...] = ()


def draw_spots(view: ReportView | None, answer: Answer) -> Iterator[Spot]:
    """Each line at which something is wrong, for a screen without room beside it. What is no JSON has one."""
    fault = answer.fault
    if fault is not None and fault.what == "payload" and fault.line:
        yield Spot(fault.line - 1, fault.line, "error", "1 error")
        return
    last = 1
    for line, remarks in _by_line(view):
        yield Spot(line - last, line, _find_worst(remarks), _tell_severities(remarks), tuple(remarks))
        last = line


def _tell_severities(remarks: list[Remark]) -> str:
    errors = sum(1 for remark in remarks if remark.severity == "error")
    numbers = {"error": errors, "warning": len(remarks) - errors}
    return ", ".join(count(number, what) for what, number in numbers.items() if number)
