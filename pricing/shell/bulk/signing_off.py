"""What `wan-rules signoff` does: signs a report that computes again to the same, and verifies one that was signed.

The law: what is signed was computed twice, from files whose digests stand beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pricing.reconciliations import Reconciliation, Standing
from pricing.shell import codes
from pricing.shell.bulk.breaking import refuse_signed
from pricing.shell.bulk.discrepancies import Discrepancy, compare
from pricing.shell.bulk.fingerprints import fingerprint_inputs, fingerprint_outputs
from pricing.shell.bulk.manifests import MANIFEST, Manifest, Signature, Source, describe_program, keep_manifest
from pricing.shell.bulk.omissions import say_omitted, say_unread
from pricing.shell.bulk.registers import REGISTER, read_register
from pricing.shell.bulk.runs import RunOptions, write_instant
from pricing.shell.bulk.summaries import Summary, read_summary
from pricing.shell.folder_locks import hold
from pricing.shell.inputs import read_instant
from pricing.shell.printing import answer, complain, print_json, print_lines
from pricing.shell.text import count, plain
from wan_rules.payloads import UnusableInputError

SCHEMA_VERSION: Final = "1"


class SignOffAsked(NamedTuple):
    """Which report to sign, as whom, when, with which note, and whether anything may be left open."""

    folder: Path
    by: str | None
    note: str | None
    at: str | None
    allow_open: bool


class Ways(NamedTuple):
    """How a reconciliation is computed again, and how the documents of its report are written from it.

    The second gives what there is to say of them, such as one that is not written.
    """

    recompute: Callable[[RunOptions], Reconciliation]
    write_outputs: Callable[[Path, Reconciliation], tuple[str, ...]]


class Left(NamedTuple):
    """How many breaks nobody has decided on, and lines of the invoice can't be read: these are in no break."""

    breaks: int = 0
    lines: int = 0


class Signed(NamedTuple):
    """What came of it: the manifest with its SHA-256; or what differs or is left open, and nothing was signed.

    What is left open may have been signed all the same.
    """

    manifest: Manifest | None
    sha256: str = ""
    differences: tuple[Discrepancy, ...] = ()
    left: Left = Left()


def sign_off(asked: SignOffAsked, ways: Ways, form: str) -> int:
    """`wan-rules signoff`."""

    def job() -> int:
        signature = _read_signature(asked)
        summary = read_summary(asked.folder)
        _refuse_early(signature, summary)
        with hold(asked.folder):
            refuse_signed(asked.folder)
            signed = _sign(asked, signature, summary, ways)
        _print(asked.folder, signed, form)
        return codes.REJECTED if signed.manifest is None else codes.DONE

    return answer(job, form)


def _read_signature(asked: SignOffAsked) -> Signature:
    """Raises UnusableInputError where nobody signs."""
    by = (asked.by or "").strip()
    if not by:
        raise UnusableInputError("--by", "say who signs, or verify a signed report with --verify")
    for option, text in (("--by", by), ("--note", asked.note or "")):
        if text != text.encode(errors="replace").decode():
            raise UnusableInputError(option, "it is no text in the encoding of this terminal: write it in UTF-8")
    return Signature(by, read_instant(asked.at).replace(microsecond=0), asked.note)


def _refuse_early(signature: Signature, summary: Summary) -> None:
    ran = summary.reconciliation.at
    if signature.at < ran.replace(microsecond=0):
        told = write_instant(signature.at)
        raise UnusableInputError("--at", f"{told} is before the reconciliation, of {write_instant(ran)}: sign it later")


def _sign(asked: SignOffAsked, signature: Signature, summary: Summary, ways: Ways) -> Signed:
    folder, options = asked.folder, summary.options
    standings = read_register(folder / REGISTER)
    kept = summary.reconciliation._replace(standings=standings)
    left = Left(count_open(standings), kept.counts.lines_rejected)
    if any(left) and not asked.allow_open:
        return Signed(None, left=left)
    inputs = fingerprint_inputs(options, folder)
    if differences := tuple(compare(kept, ways.recompute(options))):
        return Signed(None, differences=differences, left=left)
    if fingerprint_inputs(options, folder) != inputs:
        raise UnusableInputError(str(folder), "its inputs changed while it was computed again: sign it when they rest")
    for note in ways.write_outputs(folder, kept):
        complain(f"wan-rules: {note}")
    manifest = Manifest(
        signature,
        describe_program(kept.engine),
        Source(kept.catalogue, kept.digest),
        options,
        inputs,
        fingerprint_outputs(options, folder),
        kept.counts,
        kept.totals,
        count_standings(standings),
    )
    return Signed(manifest, keep_manifest(manifest, folder), left=left)


def count_open(standings: Sequence[Standing]) -> int:
    """How many breaks nobody has decided on, or looks after."""
    return sum(one.status == "open" and one.age != "resolved" for one in standings)


def count_standings(standings: Sequence[Standing]) -> dict[str, int]:
    """How many breaks there are of each status; those that are resolved count apart, whatever theirs."""
    return dict(sorted(Counter("resolved" if one.age == "resolved" else one.status for one in standings).items()))


def _print(folder: Path, signed: Signed, form: str) -> None:
    if form == "json":
        print_json(_as_json(signed))
    elif signed.manifest is not None:
        print_lines(_lines(folder, signed.manifest, signed.sha256))
    elif signed.differences:
        print_lines(["Computed again, it comes to something else. Nothing was signed:"])
        print_lines(map(difference_line, signed.differences))
    else:
        for told, remedy in _complaints(signed.left):
            complain(f"wan-rules: {told}, and nothing was signed: {remedy}, or sign all the same with --allow-open")


def _complaints(left: Left) -> Iterator[tuple[str, str]]:
    """What is left open, and what to do about it."""
    if left.breaks:
        yield f"{count(left.breaks, 'break')} left open", "accept or assign each with `wan-rules breaks`"
    if left.lines:
        yield say_unread(left.lines), "mend the invoice and reconcile again"


def _as_json(signed: Signed) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "signed": signed.manifest is not None,
        "manifest_sha256": signed.sha256 or None,
        "differences": [one._asdict() for one in signed.differences],
        "left_open": sum(signed.left),
    }


def _lines(folder: Path, manifest: Manifest, sha256: str) -> Iterator[str]:
    by, at, _ = manifest.signed
    told = ", ".join(f"{number} {status}" for status, number in manifest.standings.items()) or "no breaks"
    told = "; ".join((told, *say_omitted(manifest.counts)))
    yield f"{plain(str(folder))} signed off by {plain(by)} at {write_instant(at)}: {told}"
    yield f"computed again from {count(len(manifest.inputs), 'file')} to the same counts, totals and breaks"
    yield f"{MANIFEST} sha256 {sha256}"


def difference_line(one: Discrepancy) -> str:
    """One difference, in words."""
    kept, found = (plain(text) if text is not None else "nothing" for text in (one.kept, one.found))
    return f"  {one.where} {plain(one.name)}: {kept} in the report, {found} now"
