"""The charges of a run of rating as rows of FOCUS 1.2, in a file of their own that appears whole."""

from __future__ import annotations

from collections.abc import Sequence
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from pricing.shell.bulk.charge_files import find_form, write_none
from pricing.shell.bulk.engines import Limits, open_plain
from pricing.shell.bulk.outputs.focus_charges import Written, write_focus_rows
from pricing.shell.bulk.terms_files import read_packages
from pricing.shell.drafts import follow
from pricing.shell.targets import refuse_stream
from wan_rules.payloads import UnusableInputError


def check_focus_file(file: Path, output: Path) -> None:
    """Refuses, before anything is rated, what can't be written. Raises UnusableInputError."""
    if file.suffix.lower() != ".csv" or file.is_dir():
        raise UnusableInputError("--focus", f"{file}: name a file that ends in .csv")
    refuse_stream("--focus", file)
    if (form := find_form(output)) and form.kind != ".parquet":
        reason = f"it is made of charges in Parquet, and {output.name} is none: name a folder, or a file .parquet"
        raise UnusableInputError("--focus", reason)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(file, error) from None


def write_focus_file(charges: Sequence[Path], file: Path, limits: Limits) -> Written:
    """Writes the charges, files of Parquet or folders of them, all in one folder. Raises UnusableInputError."""
    place = follow(file)
    try:
        with TemporaryDirectory(prefix=".wan-rules-", dir=place.parent) as scratch, open_plain(limits) as plain:
            draft = Path(scratch) / "focus.csv"
            if charges:
                source = _spell(charges)
            else:
                source = escape(str(Path(scratch) / "none.parquet"))
                write_none(plain.connection, Path(scratch) / "none.parquet")
            packages = read_packages(charges[0]) if charges else {}
            written = write_focus_rows(plain.connection, source, draft, packages)
            draft.replace(place)
    except OSError as error:
        raise _unwritable(file, error) from None
    return written


def _spell(charges: Sequence[Path]) -> str:
    """One pattern for all; what Spark writes are folders."""
    if len(charges) == 1 and charges[0].is_file():
        return escape(str(charges[0]))
    return f"{escape(str(charges[0].parent))}/**/*.parquet"


def _unwritable(file: Path, error: OSError) -> UnusableInputError:
    return UnusableInputError("--focus", f"{file} can't be written: {error.strerror}")
