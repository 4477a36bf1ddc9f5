"""The record of what became of the core's mutants, `record.json`, and what it takes to pass.

A module's entry is bound to the module's source, to the tests that killed and to its own figures: a change of any of
them makes it stale or breaks its seal. What is written by hand in it is the reason of each survivor alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from tests.mutation.sources import ROOT, digest, digest_source, digest_tests

RECORD: Final = ROOT / "tests" / "mutation" / "record.json"
METHOD: Final = 1
"""Goes up when the operators, or how a verdict is found, change: then every entry is stale."""
LEAST: Final = Fraction(95, 100)
"""Of the mutants are killed, of those that do anything else than the source does."""
EQUIVALENT: Final = "equivalent: "
"""How the reason begins of a survivor that no test can kill, for it does what the source does."""
ACCEPTED: Final = "accepted: "
"""And of one that a test could kill, but that none should."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that lives: its key, the function it is in, the change, and why that is right (empty: not said yet)."""

    key: str
    function: str
    before: str
    after: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a module's mutants, at which state of its source and of the tests that killed them."""

    source: str
    mutants: int
    killed: int
    seconds: int
    survivors: tuple[Survivor, ...]
    killers: tuple[str, ...]
    tests: str
    commit: str
    seal: str = ""

    def sealed(self) -> Entry:
        """The same with the digest of its figures and of what survived; reasons are not part of it."""
        figures = (METHOD, self.source, self.mutants, self.killed, self.tests, [one.key for one in self.survivors])
        return replace(self, seal=digest(json.dumps(figures)))

    @property
    def equivalent(self) -> int:
        """How many survivors do what the source does."""
        return sum(one.why.startswith(EQUIVALENT) for one in self.survivors)

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        """Survivors without a reason of one of the two kinds."""
        return tuple(one for one in self.survivors if not one.why.startswith((EQUIVALENT, ACCEPTED)))

    @property
    def share(self) -> Fraction:
        """Of the mutants that do anything else, those that are killed."""
        different = self.mutants - self.equivalent
        return Fraction(self.killed, different) if different else Fraction(1)


@dataclass(frozen=True, slots=True)
class Record:
    """The entries of modules by path, and what is open: modules without one, and those with unexplained survivors."""

    modules: dict[str, Entry] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)


def load_record(file: Path = RECORD) -> Record:
    """What the file holds; an empty record where there is none."""
    if not file.is_file():
        return Record()
    held = json.loads(file.read_text("utf-8"))
    return Record({path: _parse_entry(entry) for path, entry in held["modules"].items()}, held["pending"])


def _parse_entry(held: dict[str, object]) -> Entry:
    survivors = tuple(Survivor(**one) for one in held.pop("survivors"))  # type: ignore[attr-defined]
    killers: tuple[str, ...] = tuple(held.pop("killers"))  # type: ignore[arg-type]
    return Entry(survivors=survivors, killers=killers, **held)  # type: ignore[arg-type]


def save_record(record: Record, file: Path = RECORD) -> None:
    """Writes the record, in the order of paths."""
    modules = {path: asdict(entry) for path, entry in sorted(record.modules.items())}
    whole = {"modules": modules, "pending": dict(sorted(record.pending.items()))}
    file.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")


def is_stale(path: str, record: Record) -> bool:
    """Whether the module has to be mutated again: it, a test that killed, or how verdicts are found has changed."""
    entry = record.modules.get(path)
    if entry is None:
        return path not in record.pending
    return (entry.source, entry.tests, entry.seal) != (
        digest_source(path),
        digest_tests(entry.killers),
        entry.sealed().seal,
    )


def keep_reasons(entry: Entry, before: Entry | None) -> Entry:
    """The entry with the reasons that were given for the same mutants before."""
    reasons = {one.key: one.why for one in before.survivors} if before else {}
    return replace(entry, survivors=tuple(replace(one, why=reasons.get(one.key, "")) for one in entry.survivors))


def find_faults(entries: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, str]]:
    """Modules whose entries do not pass, and why: too few killed, or a survivor that nobody explains."""
    for path, entry in entries:
        if entry.share < LEAST:
            yield path, f"{entry.killed} of {entry.mutants} mutants killed, {entry.equivalent} equivalent: too few"
        for one in entry.unexplained:
            yield path, f"{one.function}: unexplained survivor {one.key}\n  - {one.before}\n  + {one.after}"
