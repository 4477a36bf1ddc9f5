"""What a reconciliation was asked, so that it can be asked again: its options, and how a report keeps them.

A report keeps a relative path relative to its own folder: the books may be moved or mounted elsewhere, with what they
were made from, and still name the same files. An absolute path, a URL or a revision stays as it was named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from pricing.money import format_decimal
from pricing.reconciliations import Tolerance
from wan_rules.faults import sort_faults, tell
from wan_rules.payloads import UnusableInputError

WINDOW_S: Final = 300
STANDARD_INPUT: Final = "-"
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_NO_TOLERANCES: Final[Mapping[str, Tolerance]] = MappingProxyType({})
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://.*", re.DOTALL)
_PINS: Final = re.compile(r"(.*?)(#(?:sha256|digest)=[^#]*)?", re.DOTALL)
_PATHS: Final = ("usage", "charges", "invoice")
_INSTANTS: Final = ("from", "until")

Told: TypeAlias = dict[str, object]
"""A JSON object, as it is written or was read."""


class RunOptions(NamedTuple):
    """What `wan-rules reconcile` was asked. `usage`, `charges` and `invoice` name files, folders or globs.

    `charges` stand instead of usage to rate. `catalogue` is named as on the command line, `None` for the shipped list,
    with the file of the keys that sign it and how long a copy of it may stand in. `usage_from` is the form of the
    usage, `zone` that of its times where they carry none, and account, environment and region those of task results,
    which say none. `columns` are names of the invoice's columns by ours;
    `period` is from and until (exclusive); `earlier` the folder of an earlier report; `at` is when it ran; `rejects` is
    where it wrote what it could not read. `ignores_extra`: columns that are not ours were left out.
    """

    invoice: tuple[str, ...]
    at: AwareDatetime
    usage: tuple[str, ...] = ()
    charges: tuple[str, ...] = ()
    usage_from: str = "own"
    zone: str | None = None
    catalogue: str | None = None
    columns: Mapping[str, str] = _NONE
    period: tuple[AwareDatetime, AwareDatetime] | None = None
    window_s: int = WINDOW_S
    tolerances: Mapping[str, Tolerance] = _NO_TOLERANCES
    exact: bool = False
    earlier: str | None = None
    engine: str = "duckdb"
    memory_limit: str | None = None
    rejects: str | None = None
    ignores_extra: bool = False
    catalogue_key: str | None = None
    keep_for: str | None = None
    account: str | None = None
    environment: str | None = None
    region: str | None = None


@cache
def _adapter() -> TypeAdapter[RunOptions]:
    return TypeAdapter(RunOptions)


def write_options(options: RunOptions, folder: Path) -> Told:
    """The options as a report in that folder keeps them."""
    period = options.period
    return {
        **options._asdict(),
        **{name: [keep_path(path, folder) for path in getattr(options, name)] for name in _PATHS},
        "at": write_instant(options.at),
        "catalogue": _keep_catalogue(options.catalogue, folder),
        "columns": dict(options.columns),
        "period": period and dict(zip(_INSTANTS, map(write_instant, period), strict=True)),
        "tolerances": write_tolerances(options.tolerances),
        "earlier": options.earlier and keep_path(options.earlier, folder),
        "rejects": options.rejects and keep_path(options.rejects, folder),
        "catalogue_key": options.catalogue_key and keep_path(options.catalogue_key, folder),
    }


def read_options(told: object, folder: Path, *, what: str) -> RunOptions:
    """The options that a report in that folder keeps, with paths as seen from here. Raises UnusableInputError."""
    if not isinstance(told, dict):
        raise UnusableInputError(what, "the options of its run are wanted: reconcile again")
    plain = dict(told)
    if isinstance(period := plain.get("period"), dict) and [*period] == [*_INSTANTS]:
        plain["period"] = [*period.values()]
    if isinstance(catalogue := plain.get("catalogue"), dict) and len(catalogue) == 1:
        ((kind, name),) = catalogue.items()
        plain["catalogue"] = find_path(name, folder) if kind == "path" and isinstance(name, str) else name
    try:
        options = _adapter().validate_python(plain)
    except ValidationError as error:
        raise UnusableInputError(what, f"options: {say_faults(error, plain)}") from None
    usage, charges, invoice = (tuple(find_path(path, folder) for path in getattr(options, name)) for name in _PATHS)
    return options._replace(
        usage=usage,
        charges=charges,
        invoice=invoice,
        at=options.at.astimezone(UTC),
        period=options.period and (options.period[0].astimezone(UTC), options.period[1].astimezone(UTC)),
        earlier=options.earlier and find_path(options.earlier, folder),
        rejects=options.rejects and find_path(options.rejects, folder),
        catalogue_key=options.catalogue_key and find_path(options.catalogue_key, folder),
    )


def say_faults(error: ValidationError, told: Told) -> str:
    """All that is wrong with a part of a document, each with its place."""
    return "; ".join(f"{fault.place(' > ')}: {tell(fault, None)}" for fault in sort_faults(error, told))


def write_instant(at: datetime) -> str:
    """The instant in UTC, as RFC 3339 has it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_tolerances(tolerances: Mapping[str, Tolerance]) -> Told:
    """The tolerances by currency, in the order of the currencies."""
    return {currency: _texts(one._asdict()) for currency, one in sorted(tolerances.items())}


def _texts(numbers: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: format_decimal(number) for name, number in numbers.items()}


def _stays(name: str) -> bool:
    return name == STANDARD_INPUT or os.path.isabs(name) or _SCHEME.fullmatch(name) is not None  # noqa: PTH117 - a glob


def keep_path(name: str, folder: Path) -> str:
    """The path as seen from the folder. Links of folders are followed on both sides, as the system follows `..`."""
    head, tail = os.path.split(name)
    return name if _stays(name) else _see(os.path.join(os.path.realpath(head), tail), folder)  # noqa: PTH118 - a glob


def find_path(name: str, folder: Path) -> str:
    """The path that a folder keeps, as seen from the working folder."""
    return name if _stays(name) else _see(os.path.join(os.path.realpath(folder), name), Path())  # noqa: PTH118 - a glob


def _see(path: str, folder: Path) -> str:
    try:
        return os.path.relpath(path, os.path.realpath(folder)).replace(os.sep, "/")
    except ValueError:  # on another drive
        return path


def _keep_catalogue(name: str | None, folder: Path) -> dict[str, str] | None:
    """What lies in a folder or file, as a path with its pins; what an opener finds elsewhere, as its name."""
    if name is None:
        return None
    found = _PINS.fullmatch(name)
    source, pins = (found[1], found[2] or "") if found else (name, "")
    return {"path": keep_path(source, folder) + pins} if Path(source).exists() else {"name": name}
