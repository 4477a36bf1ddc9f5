"""The words around the violations of a report, as text for people has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from wan_rules.messages import Message, Series, Template, Translation, tell
from wan_rules.urls import COMMA

_HEAD: Final = Template("report.head", "{verdict} at {host}: {errors}, {warnings}")
_WORDS: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "accepted": Template("report.accepted", "accepted").fill(),
        "rejected": Template("report.rejected", "rejected").fill(),
        "undetermined": Template("report.undetermined", "undetermined").fill(),
        "error": Template("report.error", "error").fill(),
        "warning": Template("report.warning", "warning").fill(),
    }
)
_ERROR: Final = Template("report.one-error", "1 error").fill()
_ERRORS: Final = Template("report.errors", "{count} errors")
_WARNING: Final = Template("report.one-warning", "1 warning").fill()
_WARNINGS: Final = Template("report.warnings", "{count} warnings")
_PLACE: Final = Template("report.place", "{severity} {rule} {name} at {place}")
_PAYLOAD: Final = Template("report.payload", "the payload").fill()
_FIXES: Final[Mapping[str, Template]] = MappingProxyType(
    {
        "add": Template("report.fix-add", "fix: add {path} {value}"),
        "replace": Template("report.fix-replace", "fix: replace {path} {value}"),
        "remove": Template("report.fix-remove", "fix: remove {path}"),
    }
)
_OTHER_FIX: Final = Template("report.fix-other", "fix: {op} {path} {value}")
NOT_VERIFIED: Final = Template(
    "report.not-verified", "Not verified, since these facts are not known (--facts, --probe):"
).fill()
_NEEDS: Final = Template("report.needs", "{place}: {facts}")


def say_word(word: str, translation: Translation) -> str:
    """A verdict or severity in a language; any other word, such as a newer service's, as it is."""
    known = _WORDS.get(word)
    return word if known is None else tell(known, translation)


def say_head(verdict: str, host: str, severities: Sequence[str]) -> Message:
    """The verdict, written as it is to appear, of which host, and how many errors and warnings there are."""
    errors = severities.count("error")
    warnings = len(severities) - errors
    return _HEAD.fill(
        verdict=verdict,
        host=host,
        errors=_ERROR if errors == 1 else _ERRORS.fill(count=errors),
        warnings=_WARNING if warnings == 1 else _WARNINGS.fill(count=warnings),
    )


def say_place(severity: str, rule: str, name: str, at: str) -> Message:
    """The severity, written as it is to appear, of which rule, and the place, which is empty for the whole payload."""
    return _PLACE.fill(severity=severity, rule=rule, name=name, place=at or _PAYLOAD)


def say_fix(op: str, path: str, value: str) -> Message:
    """An operation of a JSON Patch; its value as it is shown, which what is removed has none of.

    An operation that is not known here, such as a newer service's, is told with its own word.
    """
    if op == "remove":
        return _FIXES[op].fill(path=path)
    known = _FIXES.get(op)
    return _OTHER_FIX.fill(op=op, path=path, value=value) if known is None else known.fill(path=path, value=value)


def say_needs(place: str, facts: Iterable[str]) -> Message:
    """Which facts are not known of the medium at a place."""
    return _NEEDS.fill(place=place, facts=Series(tuple(facts), COMMA))
