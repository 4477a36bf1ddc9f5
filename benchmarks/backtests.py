"""100,000 rows of usage read, rated under two catalogues and summed, against Python's JSON reading them alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Final

from benchmarks.results import Row, Subject, gate
from benchmarks.timing import compare
from pricing.backtests import Rater, Side
from pricing.shell.catalogues import load_published
from pricing.tallies import Summary, summarise
from pricing.usage import parse_row

ROWS: Final = 100_000
TIERS: Final = ("720P", "1080P")
LENGTHS: Final = ("5", "7.2", "10", "12.345678")
CLIPS: Final = ((), ("2.5",), ("3.7", "4"))


def measure_backtest(pairs: int) -> list[Row]:
    """In this process; most rows did what another row of the same market did, as in real usage."""
    lines = list(_write_rows())
    published = load_published()
    sides = (Side(published), Side(published))

    def backtest(_: int) -> Summary:
        return summarise(map(Rater(*sides).rate, map(parse_row, lines)))

    decoder = json.JSONDecoder(parse_float=Decimal)
    assert backtest(0).rated == ROWS
    timing = compare(backtest, lambda _: [decoder.decode(line.decode()) for line in lines], min(pairs, 5))
    subject = Subject(f"{ROWS:,} rows of usage backtested", "`json` parsing the same lines, exact decimals", ROWS)
    return [gate(subject, timing, 5)]


def _write_rows() -> Iterator[bytes]:
    kinds = tuple(product(("alibaba", "runware"), TIERS, LENGTHS, CLIPS))
    for number in range(ROWS):
        host, tier, seconds, clips = kinds[number % len(kinds)]
        row = {
            "id": f"job-{number}",
            "at": f"2026-11-{1 + number % 28:02}T12:00:{number % 60:02}Z",
            "host": host,
            "region": "international" if host == "alibaba" else None,
            "resolution": tier,
            "duration_s": seconds,
            "clips_s": clips,
            "references": 3,
            "status": "succeeded",
        }
        yield json.dumps(row).encode()
