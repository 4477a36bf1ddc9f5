"""Which files a table is read from: files, folders and globs as they are named, in one stable order, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import glob
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from wan_rules.payloads import UnusableInputError

Format: TypeAlias = Literal["parquet", "csv", "tsv", "jsonl", "json"]
Compression: TypeAlias = Literal["gzip", "zstd"]

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {".parquet": "parquet", ".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
)
COMPRESSIONS: Final[Mapping[str, Compression]] = MappingProxyType({".gz": "gzip", ".zst": "zstd"})
"""Of text; Parquet compresses its own pages."""
USAGE_FORMATS: Final[tuple[Format, ...]] = ("parquet", "csv", "tsv", "jsonl")
Shape: TypeAlias = Literal["own", "dashscope", "focus"]
"""In whose columns usage is."""
SHAPES: Final[Mapping[Shape, tuple[Format, ...]]] = MappingProxyType(
    {"own": USAGE_FORMATS, "dashscope": ("jsonl", "json"), "focus": ("csv", "tsv")}
)
"""In which formats usage of each shape comes."""
_MAGIC: Final = "*?["


class Source(NamedTuple):
    """One file of a table: `name` is its path as it stands in reports and in the column `file`."""

    name: str
    format: Format
    compression: Compression | None
    size_bytes: int

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.name)


def list_sources(names: Sequence[str], formats: Sequence[Format], *, what: str = "usage") -> tuple[Source, ...]:
    """The files that the names stand for, in the order of the names and then of the paths; none of them twice.

    A folder stands for all files in it, at any depth, that are in one of the formats; what begins with a dot or an
    underscore is left out there and in globs, as drafts and marks of other programs are. Raises UnusableInputError for
    a name that stands for nothing, for a file of no known ending, and for a pipe.
    """
    found: dict[Path, Source] = {}
    for name in names:
        paths = list(_find(name, formats, what))
        if not paths:
            raise UnusableInputError(what, f"{name}: no file there ends in {_say(formats)}")
        for path in paths:
            found.setdefault(path.resolve(), _describe(path, formats, what))
    if not found:
        raise UnusableInputError(what, "no file is named: name files, folders or globs")
    return tuple(found.values())


def _find(name: str, formats: Sequence[Format], what: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        yield from _walk(path, formats)
    elif path.exists():
        yield path
    elif any(mark in name for mark in _MAGIC):
        spelt = set(path.parts)
        for match in map(Path, sorted(glob(name, recursive=True))):  # noqa: PTH207 - the name may be absolute
            if _is_aside(part for part in match.parts if part not in spelt):
                continue
            if match.is_dir():
                yield from _walk(match, formats)
            elif is_of(match, formats):
                yield match
    else:
        raise UnusableInputError(what, f"{name}: there is no such file, folder or glob")


def _walk(folder: Path, formats: Sequence[Format]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and is_of(path, formats) and not _is_aside(path.relative_to(folder).parts):
            yield path


def _is_aside(parts: Iterable[str]) -> bool:
    return any(part.startswith((".", "_")) for part in parts)


def is_of(path: Path, formats: Sequence[Format]) -> bool:
    """Whether the file's ending is one of the formats'."""
    return _read_ending(path)[0] in formats


def is_plain_text(name: str) -> bool:
    """Whether the name stands for one file, or standard input, without the ending of a table or of a compression."""
    path = Path(name)
    is_several = path.is_dir() or (any(mark in name for mark in _MAGIC) and not path.exists())
    kind, compression = _read_ending(path)
    return not is_several and compression is None and kind not in ("parquet", "csv", "tsv")


def _read_ending(path: Path) -> tuple[Format | None, Compression | None]:
    compression = COMPRESSIONS.get(path.suffix.lower())
    plain = path.with_suffix("") if compression else path
    kind = FORMATS.get(plain.suffix.lower())
    return (None, compression) if compression and kind == "parquet" else (kind, compression)


def _describe(path: Path, formats: Sequence[Format], what: str) -> Source:
    kind, compression = _read_ending(path)
    if kind is None or kind not in formats:
        raise UnusableInputError(what, f"{path}: its ending says no format that is read here: {_say(formats)}")
    try:
        state = path.stat()
    except OSError as error:
        raise UnusableInputError(what, f"{path} can't be read: {error.strerror}") from None
    if not S_ISREG(state.st_mode):
        raise UnusableInputError(what, f"{path}: a table is read more than once, and it is no file: write it to one")
    return Source(path.as_posix(), kind, compression, state.st_size)


def _say(formats: Sequence[Format]) -> str:
    endings = [ending for ending, kind in FORMATS.items() if kind in formats]
    return f"{', '.join(endings)} (text also with {' or '.join(COMPRESSIONS)})"
