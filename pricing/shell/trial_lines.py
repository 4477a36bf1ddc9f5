"""The results of a catalogue's tests as text for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from pricing.coverage import Tried
from pricing.expectations import Difference
from pricing.shell.terminals import find_room
from pricing.shell.text import Paint, count, plain
from pricing.shell.text_widths import fold
from pricing.trials import Trial

SCHEMA_VERSION = "1"


def summary(tried: Tried) -> str:
    """How many tests passed and failed, and how much they cover."""
    failed = sum(not trial.passed for trial in tried.trials)
    passed, coverage = len(tried.trials) - failed, tried.coverage
    share = f" ({100 * coverage.tested // coverage.parts} %)" if coverage.parts else ""
    told = f"{coverage.tested} of {count(coverage.parts, 'part')} tested{share}"
    return f"{count(passed, 'test')} passed, {failed} failed; {told}"


def trial_lines(tried: Tried, paint: Paint) -> Iterator[str]:
    """Each test that fails with what it expected and got, what is not tested, and the summary."""
    for trial in tried.trials:
        if not trial.passed:
            yield f"{plain(str(trial.place))} {plain(trial.test.test.name)}"
            for difference in trial.differences:
                yield from difference_lines(difference, paint)
            yield ""
    if tried.coverage.untested:
        yield "Not tested:"
        yield from (f"  {plain(str(place))} {name}" for place, name in tried.coverage.untested)
        yield ""
    yield summary(tried)


def difference_lines(difference: Difference, paint: Paint) -> Iterator[str]:
    """What differs, with both sides below each other."""
    yield f"  {difference.key}"
    yield from _side("expected", difference.expected, paint("expected", "accepted"))
    yield from _side("got", difference.got, paint("got", "rejected"))


def _side(word: str, text: str, painted: str) -> Iterator[str]:
    label = f"    {painted}{' ' * (10 - len(word))}"
    yield from fold(plain(text), find_room(), label, " " * 14) if text.strip() else (label,)


def trials_document(digest: str, tried: Tried) -> dict[str, object]:
    """What stands on the wire."""
    coverage = tried.coverage
    return {
        "schema_version": SCHEMA_VERSION,
        "digest": digest,
        "tests": [_trial_json(trial) for trial in tried.trials],
        "coverage": {
            "parts": coverage.parts,
            "tested": coverage.tested,
            "untested": [{**place._asdict(), "name": name} for place, name in coverage.untested],
        },
    }


def _trial_json(trial: Trial) -> dict[str, object]:
    place = trial.test.place()
    return {
        "name": trial.test.test.name,
        "file": place.file,
        "line": place.line,
        "passed": trial.passed,
        "differences": [
            {"key": one.key, "line": trial.place_of(one).line, "expected": one.expected, "got": one.got}
            for one in trial.differences
        ],
    }
