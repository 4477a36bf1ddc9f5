"""Charges as files: Parquet as it was made, CSV and JSON Lines with every digit as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pricing.shell.bulk.engines import Engine
from pricing.shell.bulk.literals import guard_column, quote, quote_file
from pricing.shell.bulk.schemas import CHARGES
from wan_rules.payloads import UnusableInputError

_COPY: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880",
        ".csv": "FORMAT csv, HEADER",
        ".jsonl": "FORMAT json",
    }
)
_PACKED: Final = MappingProxyType({".gz": ", COMPRESSION gzip", ".zst": ", COMPRESSION zstd"})


class Form(NamedTuple):
    """How a file is written, by its ending; a folder of Parquet has none."""

    kind: str
    options: str


def find_form(output: Path) -> Form | None:
    """What the name asks for; `None` is a folder. Raises UnusableInputError for an ending that is not written."""
    endings = [ending.lower() for ending in output.suffixes]
    if not endings:
        return None
    packed = _PACKED.get(endings[-1], "")
    kind = endings[-2] if packed and len(endings) > 1 else endings[-1]
    if kind not in _COPY or (packed and kind == ".parquet"):
        known = ", ".join(_COPY)
        reason = (
            f"{output.name} ends in {''.join(endings)}: a folder has no ending, a file {known} (text also .gz, .zst)"
        )
        raise UnusableInputError("--output", reason)
    return Form(kind, f"{_COPY[kind]}{packed}")


def write_file(engine: Engine, parts: Sequence[Path], form: Form, path: Path) -> None:
    """All parts as one file; where there is none, one with the columns alone."""
    columns = ", ".join(_write(name, kind, form.kind) for name, kind in CHARGES.items())
    names = ", ".join(quote_file(str(part)) for part in parts)
    source = f"read_parquet([{names}])" if parts else _EMPTY
    query = f"SELECT {columns} FROM {source}"  # noqa: S608 - quoted
    engine.backend.raw_sql(f"COPY ({query}) TO {quote(str(path))} ({form.options}, USE_TMP_FILE false)")


def write_none(connection: Any, path: Path) -> None:  # noqa: ANN401 - DuckDB's connection
    """A file of Parquet with the columns, and without a charge."""
    connection.execute(f"COPY {_EMPTY} TO {quote(str(path))} (FORMAT parquet)")


def _write_type(kind: str) -> str:
    return f"{kind.removeprefix('array<').removesuffix('>')}[]" if kind.startswith("array") else kind


_NULLS: Final = [f'NULL::{_write_type(kind)} AS "{name}"' for name, kind in CHARGES.items()]
_EMPTY: Final = f"(SELECT {', '.join(_NULLS)} LIMIT 0)"


def _write(name: str, kind: str, form: str) -> str:
    column = f'"{name}"'
    if form == ".parquet":
        return column
    if kind.startswith("decimal"):
        return f"{_trim(column)} AS {column}"
    if kind.startswith("timestamp"):
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {column}"
    if kind.startswith("array"):
        texts = f"list_transform({column}, one -> {_trim('one')})"
        return f"{texts if form == '.jsonl' else f'to_json({texts})'} AS {column}"
    if kind == "string" and form == ".csv":
        return f"{guard_column(column)} AS {column}"
    return column


def _trim(column: str) -> str:
    """A number as text, without zeros at its end."""
    text = f"{column}::VARCHAR"
    return f"if({text} LIKE '%.%', regexp_replace({text}, '\\.?0+$', ''), {text})"
