"""Results as JUnit XML, as CI systems read it: a suite for each group, a case for each thing that was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to hold, not even as a reference."""


class Failure(NamedTuple):
    """Why a case fails: the kind, one line, and the whole."""

    kind: str
    message: str
    text: str


class Case(NamedTuple):
    """One thing that was asked, and where it stands. It passed where there are neither failures nor errors.

    `errors` are of what could not be asked at all; `notes` make nothing fail. A case has one element for each at most,
    as most readers expect: several failures are told in one.
    """

    group: str
    name: str
    file: str | None = None
    line: int | None = None
    failures: tuple[Failure, ...] = ()
    errors: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


class Suite(NamedTuple):
    """Cases of one kind, or of one file."""

    name: str
    cases: Sequence[Case]


def write_junit(suites: Sequence[Suite]) -> str:
    """The XML document."""
    cases = [case for suite in suites for case in suite.cases]
    root = Element("testsuites", {"name": "wan-rules", **_counts(cases)})
    for suite in suites:
        found = SubElement(root, "testsuite", {"name": _clean(suite.name), **_counts(suite.cases)})
        for case in suite.cases:
            _write_case(SubElement(found, "testcase", _attributes(case)), case)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}'


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(bool(case.failures) for case in cases)),
        "errors": str(sum(bool(case.errors) for case in cases)),
        "skipped": "0",
    }


def _attributes(case: Case) -> dict[str, str]:
    given = {"classname": case.group, "name": case.name, "file": case.file, "line": case.line and str(case.line)}
    return {key: _clean(value) for key, value in given.items() if value}


def _write_case(element: Element, case: Case) -> None:
    for tag, found in (("error", case.errors), ("failure", case.failures)):
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            attributes = {"type": found[0].kind, "message": _clean(f"{found[0].message}{more}")}
            _write_text(element, tag, "\n".join(one.text for one in found), attributes)
    if case.notes:
        _write_text(element, "system-out", "\n".join(case.notes), {})


def _write_text(parent: Element, tag: str, text: str, attributes: dict[str, str]) -> None:
    SubElement(parent, tag, attributes).text = _clean(text)


def _clean(text: str) -> str:
    """The text with what XML can't hold spelt out."""
    return _NO_XML.sub(_spell, text)


def _spell(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
