"""What of usage is rated at once: each file is in one piece, or its rows are in spans end to end."""

from __future__ import annotations

from itertools import chain, groupby
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from pricing.shell.bulk.pieces import Piece, Sized, cut
from pricing.shell.bulk.sources import Source
from pricing.shell.bulk.usage_tables import Reading, open_usage

GROUPS = st.lists(st.integers(0, 9), max_size=5)


def sized(number: int, alike: str, groups: list[int]) -> Sized:
    return Sized(Source(f"{number:03}.parquet", "parquet", None, 0), alike, groups)


@given(st.lists(st.tuples(st.sampled_from("ab"), GROUPS), max_size=8), st.integers(1, 20))
def test_every_row_of_every_file_is_in_one_piece(files: list[tuple[str, list[int]]], rows: int) -> None:
    every = [sized(number, *file) for number, file in enumerate(files)]
    by_source = {file.source: file for file in every}
    pieces = list(cut(every, rows))
    named = [source for source, _ in groupby(chain.from_iterable(piece.sources for piece in pieces))]
    assert named == [file.source for file in every], "in order, none left out and none twice"
    for piece in pieces:
        assert len({by_source[source].alike for source in piece.sources}) == 1
        assert len(piece.sources) == 1 or sum(by_source[source].rows for source in piece.sources[:-1]) < rows
    for source, file in by_source.items():
        spans = [piece.span for piece in pieces if piece.sources == (source,) and piece.span]
        if spans:
            assert [first for first, _ in spans] == [1, *(last + 1 for _, last in spans[:-1])]
            assert spans[-1][1] == file.rows
            assert all(last - first + 1 >= rows for first, last in spans)


def test_files_that_are_alike_are_read_together_and_each_row_says_where_it_stands(tmp_path: Path) -> None:
    columns = {"id": ["x", "y"], "at": ["2026-11-01"] * 2, "host": ["fal"] * 2, "resolution": ["720P"] * 2}
    columns |= {"duration_s": ["5"] * 2, "billed_clips_s": ["0", "-1"], "status": ["succeeded"] * 2}
    names = [(tmp_path / name).as_posix() for name in ("a b.parquet", "[c]*?.parquet", "é%41.parquet")]
    for name in names:
        pq.write_table(pa.table(columns), name)
    (tmp_path / "z.parquet").write_bytes(Path(names[0]).read_bytes())
    pq.write_table(
        pa.table(columns).drop_columns("status").append_column("status", [["failed"] * 2]), tmp_path / "z.parquet"
    )
    lines = ["id,at,host,resolution,duration_s,billed_clips_s,status", "1,2026-11-01,fal,720P,5,0,succeeded"]
    for name in ("t.csv", "u.csv"):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    named = [*names, str(tmp_path / "z.parquet"), str(tmp_path / "t.csv"), str(tmp_path / "u.csv")]
    usage = open_usage(ibis.duckdb.connect(), named, Reading(), scratch=tmp_path)
    pieces = usage.pieces()
    assert [len(piece.sources) for piece in pieces] == [4, 2]
    assert [usage.count(piece) for piece in pieces] == [8, 2]
    together: Piece = pieces[0]
    rows = usage.rows(together).all().order_by(["file", "row"]).to_pyarrow().to_pylist()
    places = sorted([*names, (tmp_path / "z.parquet").as_posix()])
    assert [(row["file"], row["row"]) for row in rows] == [(name, number) for name in places for number in (1, 2)]
    assert [row["fault"] is None for row in rows] == [True, False] * 4
    texts = usage.rows(pieces[1]).trusted().order_by("file").to_pyarrow().to_pylist()
    assert [(Path(row["file"]).name, row["row"]) for row in texts] == [("t.csv", 2), ("u.csv", 2)]
