"""What readers of usage and invoices begin with, and how their lines are changed: as documents, cells, or blindly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

from tests.conftest import ROOT
from tests.fuzz.mutators import change_json
from tests.fuzz.target import Blind
from tests.fuzz.trees import Pool, Tree
from tests.fuzz.words import literals
from wan_rules.request import AspectRatio, Resolution

FINANCE: Final = ROOT / "examples" / "finance"
LINES_SEEDED: Final = 12


def list_seeds() -> Iterator[bytes]:
    """The reports, usage and invoice of the examples, in each form that they come in."""
    for path in sorted((ROOT / "examples").glob("*.result.json")):
        yield b"report\n" + path.read_bytes()
        yield b"tasks\n" + json.dumps(_timed(json.loads(path.read_bytes()))).encode()
    yield b"report\n" + json.dumps(dict(NEUTRAL)).encode()
    objects = (ROOT / "examples" / "usage.jsonl").read_bytes()
    for kind in (b"rows", b"jsonl", b"jsonl local"):
        yield kind + b"\n" + objects
    table = _first_lines(FINANCE / "usage.csv")
    for kind in (b"csv", b"csv local"):
        yield kind + b"\n" + table
    yield b"tsv\n" + table.replace(b",", b"\t")
    invoice = _first_lines(FINANCE / "invoice.csv")
    yield b"invoice csv\n" + invoice
    names, *rows = [line.split(",") for line in invoice.decode().splitlines()]
    yield b"invoice jsonl\n" + b"\n".join(json.dumps(dict(zip(names, row, strict=True))).encode() for row in rows)
    yield b"focus\n" + FOCUS


NEUTRAL: Final[Mapping[str, object]] = MappingProxyType(
    {
        "status": "failed",
        "code": "DataInspectionFailed",
        "resolution": "720P",
        "ratio": "16:9",
        "output_video_seconds": "5",
        "reference_video_seconds": ["4", "4"],
        "billed_reference_video_seconds": None,
        "stages": [{"stage": "render", "status": "succeeded"}, {"stage": "upscale", "status": "failed"}],
        "consumed_before": {"output_video_seconds/720P": "12.5"},
        "billed": {"amount": "0.5", "currency": "USD"},
        "task_id": "task-1",
    }
)
FOCUS: Final = (
    b"x_TaskId,x_SubmittedAt,SubAccountId,x_Environment,x_Host,RegionId,x_Resolution,x_Ratio,x_ClipsSeconds,x_References,"
    b"x_Status,SkuMeter,ConsumedQuantity,ChargeClass\n"
    b"t1,2026-08-01T00:14:44Z,acme,production,atlas,,720P,16:9,5;2,2,succeeded,output_video_seconds,5,\n"
    b"t1,2026-08-01T00:14:44Z,acme,production,atlas,,720P,16:9,5;2,2,succeeded,reference_video_seconds,7,\n"
    b"t2,2026-08-01T00:14:44Z,acme,production,atlas,,720P,16:9,[],1,succeeded,output_video_seconds,'5,Correction\n"
)


def _timed(result: Tree) -> Tree:
    if isinstance(result.get("output"), dict):
        result["output"].setdefault("submit_time", "2026-10-01 16:03:22.123")
    return result


def _first_lines(path: Path) -> bytes:
    return b"\n".join(path.read_bytes().split(b"\n")[:LINES_SEEDED])


@cache
def row_pool() -> Pool:
    trees = [json.loads(line) for data in list_seeds() for line in _documents(data)]
    keys = list(dict.fromkeys(key for tree in trees for key in _keys(tree)))
    values = {repr(value): value for tree in trees for value in tree.values()}
    words = literals(Resolution, AspectRatio)
    return Pool(keys, [*values.values(), *words, *TIMES], trees)


TIMES: Final = (
    "2026-11-01T09:30:00+08:00", "2026-10-25 02:30:00", "2026-03-29T02:30:00.5", "0001-01-01", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59", "2026-02-29", "2026-11-01T24:00:00Z", "2026-11-01T09:30:60Z", "7.2;3", "[7.2, 3]",
    "[]", "SUCCEEDED", "FAILED", "PENDING", "failed_upscaling", "moderated", "canceled", "china", "international",
)  # fmt: skip


def _documents(data: bytes) -> Iterator[bytes]:
    """The JSON objects of a seed."""
    kind, _, rest = data.partition(b"\n")
    lines = [rest] if kind == b"report" else rest.split(b"\n")
    yield from (line for line in lines if line.strip().startswith(b"{"))


def _keys(tree: Tree) -> Iterator[str]:
    for key, value in tree.items():
        yield key
        if isinstance(value, dict):
            yield from _keys(value)


def mutate_lines(chance: Random, data: bytes, blind: Blind, kinds: Sequence[bytes]) -> bytes:
    """Changes one line as a document or cell by cell, several lines, or, seldom, the reader."""
    kind, mark, rest = data.partition(b"\n")
    if chance.random() < 0.02 or not mark:
        kind = chance.choice(kinds)
    if kind == b"report":
        found = change_json(row_pool())(chance, rest, blind)
    else:
        found = b"\n".join(_change_lines(chance, rest.split(b"\n"), kind, blind))
    whole = kind + b"\n" + found
    return whole if len(whole) <= blind.limit else blind.mutate(data, blind.limit)


def _change_lines(chance: Random, lines: list[bytes], kind: bytes, blind: Blind) -> list[bytes]:
    at = chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            lines[at:at] = lines[at : at + 2] * chance.choice((1, 1, 2, 12))
        case 1 if len(lines) > 1:
            del lines[at]
        case 2:
            lines[at] = blind.mutate(lines[at], max(len(lines[at]) + 64, 64))
        case _ if lines[at].strip().startswith(b"{"):
            lines[at] = change_json(row_pool())(chance, lines[at], blind).replace(b"\n", b"")
        case _:
            lines[at] = _change_cell(chance, lines[at], b"\t" if kind == b"tsv" else b",")
    return lines


def _change_cell(chance: Random, line: bytes, delimiter: bytes) -> bytes:
    cells = line.split(delimiter)
    at = chance.randrange(len(cells))
    value = str(chance.choice((*row_pool().values, "", '"', "'=1", "\r", "\0", "\ufeff", "é", "[" * 1_500)))
    text = value.encode(errors="surrogatepass")
    cells[at] = chance.choice((text, b'"%b"' % text, cells[at] + text[:2], cells[chance.randrange(len(cells))]))
    return delimiter.join(cells)
