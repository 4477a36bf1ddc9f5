"""Writes what the tests of a catalogue expect into their files, and leaves all the rest of those files as it stands.

Only this module needs tomlkit, which comes with the extra `wan-rules[edit]`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from pricing.cards import CardError
from pricing.catalogue import Catalogue, OwnedFile
from pricing.catalogue_tests import parse_tests
from pricing.expectations import Refusal, Table, renew
from pricing.shell.text import Paint, count, plain
from pricing.shell.trial_lines import difference_lines
from pricing.trials import Trial, try_tests
from wan_rules.payloads import UnusableInputError

_Toml: TypeAlias = Any
"""A table, array or document of tomlkit, which types them too loosely to help."""


def update(catalogue: Catalogue, paint: Paint) -> Iterator[str]:
    """Write what each test that fails, or expects nothing, would have to expect; yield what was changed.

    Raises CardError for a file that can't be read or rewritten; no file is written unless each can be.
    """
    tomlkit = _tomlkit()
    trials = try_tests(parse_tests(catalogue.tests, written=False), catalogue)
    stale = [trial for trial in trials if _is_stale(trial)]
    texts = [
        (source, _rewrite(source, list(found), catalogue, tomlkit))
        for source, found in groupby(stale, key=lambda trial: trial.test.source)
    ]
    for source, text in texts:
        _replace(source, text)
    for trial in stale:
        yield from _tell(trial, paint)
    yield f"{count(len(stale), 'test')} written, {len(trials) - len(stale)} left as they were"


def _tomlkit() -> ModuleType:
    try:
        import tomlkit
    except ImportError:
        reason = "it needs tomlkit: pip install 'wan-rules[edit]'"
        raise UnusableInputError("--update", reason) from None
    return tomlkit


def _is_stale(trial: Trial) -> bool:
    return not trial.passed or not trial.test.test.expect.model_fields_set


def _tell(trial: Trial, paint: Paint) -> Iterator[str]:
    yield f"{plain(str(trial.place))} {plain(trial.test.test.name)}"
    if trial.test.test.expect.model_fields_set:
        for difference in trial.differences:
            yield from difference_lines(difference, paint)
    else:
        yield f"  expects {plain(_say(trial))}"
    yield ""


def _say(trial: Trial) -> str:
    """What a test that expected nothing expects now, in short."""
    if isinstance(trial.outcome, Refusal):
        return f"{trial.outcome.code}: {trial.outcome.message}"
    table = renew(trial.test.test.expect, trial.outcome)
    return ", ".join(f"{key} {value}" for key, value in table.items() if isinstance(value, str))


def _rewrite(source: OwnedFile, stale: Sequence[Trial], catalogue: Catalogue, tomlkit: ModuleType) -> str:
    """The text of the file with what these tests expect; tried, so that it can't be wrong in silence."""
    document = tomlkit.parse(source.text)
    for trial in stale:
        test = document["test"][trial.test.index]
        wanted = renew(trial.test.test.expect, trial.outcome)
        if "expect" in test:
            _merge(test["expect"], wanted, tomlkit)
        else:
            test["expect"] = _table(wanted, tomlkit)
    text = f"{tomlkit.dumps(document).rstrip()}\n"
    if not _passes(source, text, catalogue):
        raise CardError("what is expected can't be written into this layout: write it by hand", file=source.file)
    return text


def _passes(source: OwnedFile, text: str, catalogue: Catalogue) -> bool:
    """Whether all tests of the file pass as it would be written, and are the same tests."""
    try:
        written = parse_tests([source._replace(text=text)])
    except CardError:
        return False
    before = [_asked(test.test.model_dump()) for test in parse_tests([source], written=False)]
    after = [_asked(test.test.model_dump()) for test in written]
    return before == after and all(trial.passed for trial in try_tests(written, catalogue))


def _asked(test: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in test.items() if key != "expect"}


def _table(wanted: Table, tomlkit: ModuleType) -> _Toml:
    table = tomlkit.table()
    for key, value in wanted.items():
        table[key] = _value(value, tomlkit)
    table.add(tomlkit.nl())
    return table


def _value(value: object, tomlkit: ModuleType) -> _Toml:
    """The value in the layout that people would give it: a line for each item of an array."""
    return tomlkit.value(_spell(value, tomlkit)) if isinstance(value, list) else tomlkit.item(value)


def _spell(value: object, tomlkit: ModuleType) -> str:
    if isinstance(value, list):
        return f"[\n{''.join(f'  {_spell(item, tomlkit)},{chr(10)}' for item in value)}]" if value else "[]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_spell(item, tomlkit)}' for key, item in value.items())} }}"
    return str(tomlkit.item(value).as_string())


def _merge(table: _Toml, wanted: Table, tomlkit: ModuleType) -> None:
    """The table with these keys and values; what says the same already stays as it is written."""
    for key in [key for key in table if key not in wanted]:
        del table[key]
    for key, value in wanted.items():
        if isinstance(value, list) and key in table:
            _merge_all(table, key, value, tomlkit)
        elif key not in table or not _says(table[key], value):
            table[key] = _value(value, tomlkit)


def _merge_all(table: _Toml, key: str, wanted: list[Table], tomlkit: ModuleType) -> None:
    if len(table[key]) != len(wanted):
        table[key] = _value(wanted, tomlkit)
        return
    for item, value in zip(table[key], wanted, strict=True):
        _merge(item, value, tomlkit)


def _says(written: object, value: object) -> bool:
    """Whether both are the same text or the same number."""
    try:
        return Decimal(str(written)) == Decimal(str(value))
    except InvalidOperation:
        return written == value


def _replace(source: OwnedFile, text: str) -> None:
    """The file with that text, whole or as it was; its lines end as they did."""
    path = Path(source.file)
    try:
        before = path.read_bytes().decode()
        if before.replace("\r\n", "\n") != source.text:
            raise CardError("it was changed meanwhile: run the command again", file=source.file)
        _write(path.resolve(), text.replace("\n", "\r\n") if "\r\n" in before else text)
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"can't be written: {error}", file=source.file) from None


def _write(path: Path, text: str) -> None:
    """Beside the file first, then in its place, so that nobody ever sees half of it."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
