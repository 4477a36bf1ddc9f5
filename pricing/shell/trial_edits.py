"""Writes what the tests of a catalogue expect into their files, and leaves all the rest of those files as it stands.

Only this module needs tomlkit, which comes with the extra `wan-rules[edit]`: it is imported where it is used.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit

from pricing.catalogue import Catalogue, OwnedFile
from pricing.catalogue_tests import parse_tests
from pricing.errors import CardError
from pricing.expectations import Refusal, Table, renew
from pricing.shell.plugins import use_plugins
from pricing.shell.text import Paint, count, plain
from pricing.shell.trial_lines import difference_lines
from pricing.trials import Trial, try_tests

_Toml: TypeAlias = Any
"""A table, array or document of tomlkit, which types them too loosely to help."""


def update(catalogue: Catalogue, paint: Paint) -> Iterator[str]:
    """Write what each test that fails, or expects nothing, would have to expect; yield what was changed.

    Raises CardError for a file that can't be read or rewritten; no file is written unless each can be.
    """
    hosts = use_plugins().hosts
    trials = try_tests(parse_tests(catalogue.tests, hosts=hosts, written=False), catalogue, hosts=hosts)
    stale = [trial for trial in trials if _is_stale(trial)]
    texts = [
        (source, _rewrite(source, list(found), catalogue))
        for source, found in groupby(stale, key=lambda trial: trial.test.source)
    ]
    for source, text in texts:
        _replace(source, text)
    for trial in stale:
        yield from _tell(trial, paint)
    yield f"{count(len(stale), 'test')} written, {len(trials) - len(stale)} left as they were"


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


def _rewrite(source: OwnedFile, stale: Sequence[Trial], catalogue: Catalogue) -> str:
    """The text of the file with what these tests expect; tried, so that it can't be wrong in silence."""
    try:
        text = _edit(source.text, stale)
    except (tomlkit.exceptions.TOMLKitError, ValueError):  # a ValueError: what it can't place
        text = ""
    if not _passes(source, text, catalogue):
        raise CardError("what is expected can't be written into this layout: write it by hand", file=source.file)
    return text


def _edit(text: str, stale: Sequence[Trial]) -> str:
    document: _Toml = tomlkit.parse(text)
    for trial in stale:
        _write_expected(document["test"][trial.test.position], renew(trial.test.test.expect, trial.outcome))
    return f"{tomlkit.dumps(document).rstrip()}\n"


def _passes(source: OwnedFile, text: str, catalogue: Catalogue) -> bool:
    """Whether all tests of the file pass as it would be written, and are the same tests."""
    hosts = use_plugins().hosts
    try:
        written = parse_tests([source._replace(text=text)], hosts=hosts)
    except CardError:
        return False
    before = [_asked(test.test.model_dump()) for test in parse_tests([source], hosts=hosts, written=False)]
    after = [_asked(test.test.model_dump()) for test in written]
    return before == after and all(trial.passed for trial in try_tests(written, catalogue, hosts=hosts))


def _asked(test: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in test.items() if key != "expect"}


def _write_expected(test: _Toml, wanted: Table) -> None:
    """What is expected, in the layout that the test has; a table on one line that shares no key is written anew."""
    expect = test.get("expect")
    if expect is None:
        test["expect"] = _value(wanted) if isinstance(test, tomlkit.items.InlineTable) else _table(wanted)
    elif isinstance(expect, tomlkit.items.InlineTable) and expect.keys().isdisjoint(wanted):
        test["expect"] = _value(wanted)
    else:
        _merge(expect, wanted)


def _table(wanted: Table) -> _Toml:
    table = tomlkit.table()
    for key, value in wanted.items():
        table[key] = _value(value)
    table.add(tomlkit.nl())
    return table


def _value(value: object) -> _Toml:
    """The value in the layout that people would give it: a line for each item of an array."""
    return tomlkit.value(_spell(value))


def _spell(value: object) -> str:
    if isinstance(value, list):
        return f"[\n{''.join(f'  {_spell(item)},{chr(10)}' for item in value)}]" if value else "[]"
    if isinstance(value, dict) and value:
        return f"{{ {', '.join(f'{key} = {_spell(item)}' for key, item in value.items())} }}"
    return tomlkit.string(value).as_string() if isinstance(value, str) else "{}"


def _merge(table: _Toml, wanted: Table) -> None:
    """The table with these keys and values; what says the same already stays as it is written."""
    for key in [key for key in table if key not in wanted]:
        del table[key]
    for key, value in wanted.items():
        if isinstance(value, list) and key in table:
            _merge_all(table, key, value)
        elif key not in table or not _says(table[key], value):
            table[key] = _value(value)


def _merge_all(table: _Toml, key: str, wanted: list[Table]) -> None:
    if len(table[key]) != len(wanted):
        table[key] = _value(wanted)
        return
    for item, value in zip(table[key], wanted, strict=True):
        _merge(item, value)


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
