"""What `wan-rules signoff --verify` does: every file digested again, the reconciliation computed again, all told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pricing.errors import PricingError
from pricing.reconciliations import Reconciliation
from pricing.shell import codes
from pricing.shell.bulk.discrepancies import Discrepancy, Where, compare
from pricing.shell.bulk.fingerprints import (
    Fingerprint,
    fingerprint_outputs,
    list_inputs,
    locate,
    refresh,
)
from pricing.shell.bulk.manifests import (
    MANIFEST,
    Manifest,
    describe_program,
    digest_manifest,
    read_manifest,
)
from pricing.shell.bulk.registers import REGISTER, read_register
from pricing.shell.bulk.runs import write_instant
from pricing.shell.bulk.signing_off import SignOffAsked, Ways, difference_line
from pricing.shell.printing import answer, complain, print_json, print_lines
from pricing.shell.text import count, plain
from wan_rules.payloads import UnusableInputError, WanRulesError

SCHEMA_VERSION: Final = "1"


class Verified(NamedTuple):
    """What verifying found. `missing` says what is there no more, so that nothing could be computed again.

    `remarks` tell what is another than it was and makes no difference by itself: the program, its libraries.
    """

    manifest: Manifest
    sha256: str
    differences: tuple[Discrepancy, ...]
    missing: tuple[str, ...]
    remarks: tuple[str, ...]


def verify(asked: SignOffAsked, ways: Ways, form: str) -> int:
    """`wan-rules signoff --verify`. Ends with 0 where all is as it was signed, 1 where not, 2 without an input."""

    def job() -> int:
        if any((asked.by, asked.note, asked.at, asked.allow_open)):
            raise UnusableInputError("--verify", "it signs nothing: leave away who signs, when, and how")
        verified = _verify(asked.folder, ways)
        if form == "json":
            print_json(_as_json(verified))
        else:
            print_lines(_lines(asked.folder, verified))
        for told in verified.missing:
            complain(f"wan-rules: {told}. Without it nothing can be computed again")
        if verified.missing:
            return codes.UNUSABLE
        return codes.REJECTED if verified.differences else codes.DONE

    return answer(job, form)


def _verify(folder: Path, ways: Ways) -> Verified:
    manifest, sha256 = read_manifest(folder), digest_manifest(folder)
    missing = [f"{one.path} is not there" for one in manifest.inputs if not locate(one, folder).exists()]
    added = () if missing else _find_added(manifest, folder)
    differences = [*_compare_inputs(manifest, folder), *added, *_compare_outputs(manifest, folder)]
    if not missing:
        try:
            found = ways.recompute(manifest.options)
        except (PricingError, WanRulesError) as error:
            missing.append(str(error))
        else:
            differences += compare(_read_kept(manifest, folder, found), found)
    return Verified(manifest, sha256, tuple(differences), tuple(missing), tuple(_remark(manifest)))


def _compare_inputs(manifest: Manifest, folder: Path) -> Iterator[Discrepancy]:
    """Inputs that changed."""
    there = [one for one in manifest.inputs if locate(one, folder).exists()]
    yield from _compare("input", there, [refresh(one, folder) for one in there])


def _find_added(manifest: Manifest, folder: Path) -> Iterator[Discrepancy]:
    """Files that the same folders and globs stand for now, beside those that were read."""
    known = {one.path for one in manifest.inputs}
    for path in sorted(list_inputs(manifest.options, folder) - known):
        yield Discrepancy("input", path, None, "a file that is read too")


def _compare_outputs(manifest: Manifest, folder: Path) -> Iterator[Discrepancy]:
    yield from _compare("output", manifest.outputs, fingerprint_outputs(manifest.options, folder))


def _compare(where: Where, kept: Iterable[Fingerprint], found: Iterable[Fingerprint]) -> Iterator[Discrepancy]:
    before, after = ({one.path: _tell(one) for one in side} for side in (kept, found))
    for path in {**before, **after}:
        if before.get(path) != after.get(path):
            yield Discrepancy(where, path, before.get(path), after.get(path))


def _tell(found: Fingerprint) -> str:
    return f"{found.bytes} bytes, sha256 {found.sha256}"


def _read_kept(manifest: Manifest, folder: Path, found: Reconciliation) -> Reconciliation:
    """What was signed: totals and counts as the manifest has them, breaks as the register has.

    A register that can't be read is an output that differs, which is told; its breaks then can't be compared.
    """
    options = manifest.options
    try:
        standings = read_register(folder / REGISTER)
    except UnusableInputError:
        standings = found.standings
    return Reconciliation(
        at=options.at,
        period=options.period,
        catalogue=manifest.catalogue.name,
        digest=manifest.catalogue.digest,
        version=manifest.program.version,
        engine=manifest.program.engine,
        checksums=not options.exact,
        tolerances=dict(options.tolerances),
        counts=manifest.counts,
        totals=manifest.totals,
        standings=standings,
    )


def _remark(manifest: Manifest) -> Iterator[str]:
    """Where the program, Python or a library is another version than the one that signed."""
    then, now = manifest.program, describe_program(manifest.program.engine)
    before, after = ({"wan-rules": one.version, "Python": one.python, **one.libraries} for one in (then, now))
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield f"{name} was {before.get(name, 'not there')} and is {after.get(name, 'not there')}"


def _as_json(verified: Verified) -> dict[str, object]:
    by, at, note = verified.manifest.signed
    return {
        "schema_version": SCHEMA_VERSION,
        "verified": not verified.differences and not verified.missing,
        "signed": {"by": by, "at": write_instant(at), "note": note},
        "manifest_sha256": verified.sha256,
        "differences": [one._asdict() for one in verified.differences],
        "missing": verified.missing,
        "remarks": verified.remarks,
    }


def _lines(folder: Path, verified: Verified) -> Iterator[str]:
    manifest = verified.manifest
    by, at, _ = manifest.signed
    yield f"{folder} was signed off by {plain(by)} at {write_instant(at)}"
    yield f"{MANIFEST} sha256 {verified.sha256}"
    yield from (f"note: {plain(remark)}" for remark in verified.remarks)
    yield from map(difference_line, verified.differences)
    if not verified.differences and not verified.missing:
        files = f"{count(len(manifest.inputs), 'input')} and {count(len(manifest.outputs), 'output')}"
        yield f"all as it was signed: {files}; computed again, the same counts, totals and breaks"
    elif verified.differences:
        yield f"{count(len(verified.differences), 'difference')} from what was signed"
