"""`wan-rules drift`: quotes and charges beside an invoice, from every kind of file, exactly; nothing is left unsaid."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pricing.shell.bulk import drift_command
from pricing.shell.bulk.drift_records import QUOTED
from pricing.shell.bulk.schemas import CHARGES
from tests.bulk.published import faults
from tests.conftest import ROOT
from tests.reconciling import CARD, CLIPS, ENDS, entry
from tests.shell.runner import AT, Done, Json, alibaba, run


def quote(name: str, total: Json = "1.50", **more: object) -> dict[str, Json]:
    """10 s at 1080P, quoted at 0.15 a second: 5 s of output and 5 s of clips."""
    lines = [
        {"meter": "output_video_seconds", "pricing_quantity": "5"},
        {"meter": "reference_video_seconds", "pricing_quantity": "5"},
        {"meter": "super_resolution_seconds", "pricing_quantity": "5"},
    ]
    told = {
        "kind": "exact",
        "currency": "USD",
        "total": total,
        "host": "alibaba",
        "as_of": "2026-10-05T09:30:00Z",
        "request": {"resolution": "1080P"},
        "lines": lines,
    }
    return {"id": name, "quote": {**told, **more}}


def write(path: str, rows: list[Json]) -> str:
    Path(path).write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def invoice(*lines: str, head: str = "task_id,amount,currency,quantity") -> str:
    Path("invoice.csv").write_text("\n".join((head, *lines, "")), "utf-8")
    return "invoice.csv"


def drift(quoted: str, invoiced: str, *more: str) -> Done:
    return run("drift", "--quoted", quoted, "--invoiced", invoiced, *more)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def quotes() -> str:
    """Two jobs of one week, and one of the next."""
    rows = [
        quote("a"),
        quote("b"),
        quote("c", as_of="2026-10-13T00:30:00+08:00"),
        quote("d", as_of="2026-10-12T07:00:00Z"),
    ]
    return write("quotes.jsonl", rows)


BILLED = ("a,1.50,USD,10", "b,1.50,USD,10", "c,1.545,USD,10", "d,1.545,USD,10")
"""At 0.15, and at 0.1545 in the second week: 3 % more, 1.5 % over both."""


def test_the_words_of_its_option_are_those_that_there_are() -> None:
    assert tuple(drift_command.By) == ("day", "week", "month")


class TestForms:
    """Text, Markdown and JSON."""

    def test_text(self, quotes: str) -> None:
        done = drift(quotes, invoice(*BILLED), "--fail-over", "2%")
        assert (done.code, done.err) == (1, "")
        assert done.out.splitlines() == [
            "4 jobs, quoted and invoiced, by week: 1 of 1 group over 2 %",
            "",
            "alibaba 1080P, USD a second",
            "  week of     jobs    quoted  invoiced   drift  up to then",
            "  2026-10-05     2  0.150000  0.150000   0.0 %       0.0 %",
            "  2026-10-12     2  0.150000  0.154500  +3.0 %      +1.5 %  over",
            "  all            4  0.150000  0.152250  +1.5 %",
        ]

    def test_markdown(self, quotes: str) -> None:
        done = drift(quotes, invoice(*BILLED), "--by", "month", "--format", "markdown")
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            "### 4 jobs, quoted and invoiced, by month",
            "",
            "**alibaba 1080P, USD a second**",
            "",
            "| month of | jobs | quoted | invoiced | drift | up to then |  |",
            "|---|---:|---:|---:|---:|---:|---|",
            "| 2026-10-01 | 4 | 0.150000 | 0.152250 | +1.5 % | +1.5 % |  |",
            "| all | 4 | 0.150000 | 0.152250 | +1.5 % |  |  |",
        ]

    def test_json(self, quotes: str) -> None:
        document = drift(quotes, invoice(*BILLED), "--by", "day", "--format", "json", "--fail-over", "2.5").document
        assert faults(document, "drift") == []
        assert (document["schema_version"], document["by"], document["limit_percent"]) == ("1", "day", "2.5")
        assert (document["rows"]["quotes"], document["rows"]["compared"]) == (4, 4)
        (group,) = document["groups"]
        assert (group["host"], group["resolution"], group["currency"]) == ("alibaba", "1080P", "USD")
        assert group["is_over"] is True
        first, second = group["periods"]
        # half past midnight in Shanghai is the day before in UTC
        assert (first["from"], second["from"]) == ("2026-10-05T00:00:00Z", "2026-10-12T00:00:00Z")
        assert second["until"] == "2026-10-13T00:00:00Z"
        assert (first["is_over"], second["is_over"]) == (False, True)
        assert second["invoiced_unit_price"] == "0.154500"
        assert second["cumulative"]["drift_percent"] == "1.5"
        assert group["total"] == {
            "jobs": 4,
            "quoted": "6.00",
            "quoted_s": "40",
            "quoted_unit_price": "0.150000",
            "invoiced": "6.09",
            "invoiced_s": "40",
            "invoiced_unit_price": "0.152250",
            "drift_percent": "1.5",
        }

    def test_without_a_limit_nothing_is_over(self, quotes: str) -> None:
        (group,) = drift(quotes, invoice(*BILLED), "--format", "json").document["groups"]
        assert (group["is_over"], group["periods"][1]["is_over"]) == (None, None)

    def test_a_fall_and_a_charge_for_what_was_free(self) -> None:
        write("quotes.jsonl", [quote("a"), quote("b", "0", host="fal"), quote("c", host="runware")])
        out = drift("quotes.jsonl", invoice("a,1.4999,USD,10", "b,1.50,USD,10", "c,1.20,USD,10")).out
        assert "  2026-10-05     1  0.150000  0.149990  0.0 %       0.0 %\n" in out
        assert "  2026-10-05     1  0.000000  0.150000  from free   from free\n" in out
        assert "  2026-10-05     1  0.150000  0.120000  -20.0 %     -20.0 %\n" in out

    def test_a_charge_for_no_seconds_is_not_from_free(self) -> None:
        write("quotes.jsonl", [quote("a"), quote("b", host="fal")])
        done = drift("quotes.jsonl", invoice("a,1.50,USD,0", "b,0,USD,0"), "--fail-over", "1%")
        assert done.code == 1
        assert "  2026-10-05     1  0.150000            for no seconds  for no seconds  over\n" in done.out
        assert "from free" not in done.out


class TestExactness:
    """No digit is lost on the way."""

    def test_numbers_in_json_keep_all_their_digits(self) -> None:
        write("quotes.jsonl", [quote("a", "0.123456789012345678")])
        write("invoice.jsonl", ['{"task_id": "a", "amount": 0.123456789012345679, "currency": "USD"}'])
        (group,) = drift("quotes.jsonl", "invoice.jsonl", "--format", "json", "--fail-over", "0").document["groups"]
        assert (
            drift("quotes.jsonl", write("huge.jsonl", ['{"task_id": "a", "amount": 1e99999, "currency": "USD"}'])).code
            == 2
        )
        assert group["total"]["quoted"] == "0.123456789012345678"
        assert group["total"]["invoiced"] == "0.123456789012345679"
        assert group["is_over"] is True

    @pytest.mark.parametrize(
        "amount", ["1,50", "1e999", "1e2", "0.1234567890123456789", "", "NaN", "123456789012345678901", "$1.50"]
    )
    def test_what_no_column_holds_exactly_is_not_read(self, quotes: str, amount: str) -> None:
        done = drift(quotes, invoice(*BILLED, f'e,"{amount}",USD,10'), "--format", "json")
        assert done.code == 2
        assert (done.document["rows"]["unreadable_lines"], done.document["rows"]["compared"]) == (1, 4)

    def test_binary_floats_are_refused_and_named(self, quotes: str) -> None:
        table = pa.table({"task_id": ["a"], "amount": [1.5], "quantity": pa.array([10.0], pa.float32())})
        parquet.write_table(table, "invoice.parquet")
        done = drift(quotes, "invoice.parquet")
        assert done.code == 2
        assert done.err == (
            "wan-rules: invoice.parquet: column currency is missing; column amount is DOUBLE, which loses digits: "
            "write DECIMAL or text; column quantity is FLOAT, which loses digits: write DECIMAL or text (there are "
            "task_id, amount, quantity)\n"
        )


class TestFiles:
    """What quotes, charges and invoices may come in."""

    def test_charges_as_the_tables_have_them(self) -> None:
        kinds = {"decimal(38, 18)": pa.decimal128(38, 18), "decimal(18, 6)": pa.decimal128(18, 6)}
        row = {
            "id": "a",
            "at": "2026-10-05 09:30:00",
            "host": "alibaba",
            "resolution": "1080P",
            "currency": "USD",
            "total": Decimal("1.50"),
            "output_quantity": Decimal(5),
            "reference_quantity": Decimal(5),
            "super_resolution_quantity": Decimal(5),
        }
        assert {*row} <= {*CHARGES}
        assert {name for name in QUOTED.names if name != "kind"} <= {*CHARGES}
        table = pa.table({name: pa.array([value], kinds.get(CHARGES[name])) for name, value in row.items()})
        at = table.schema.get_field_index("at")
        parquet.write_table(table.set_column(at, "at", table["at"].cast(pa.timestamp("us"))), "charges.parquet")
        Path("charges.csv").write_text(
            "id,at,host,resolution,currency,total,output_quantity,reference_quantity\n"
            "b,2026-10-06T09:30:00Z,alibaba,1080P,USD,0.75,5,\n",
            "utf-8",
        )
        write(
            "charges.jsonl",
            [{**row, "id": "c", "super_resolution_quantity": "5", **dict.fromkeys(QUOTED.numbers, "5")}],
        )
        done = drift("charges.*", invoice("a,1.50,USD,", "b,0.75,USD,", "c,5,USD,"))
        assert done.err == ""
        assert "  all            3  0.290000  0.290000  0.0 %" in done.out  # 1.50 + 0.75 + 5 for 10 + 5 + 10 s
        assert "3 jobs invoiced without a quantity: by the seconds that were quoted." in done.out

    def test_what_the_command_itself_writes(self) -> None:
        payloads = "\n".join(json.dumps({"id": name, "payload": alibaba()}) for name in ("a", "b"))
        Path("quotes.jsonl").write_text(run("quote", "-", "--format", "jsonl", *AT, stdin=payloads).out, "utf-8")
        done = drift("quotes.jsonl", invoice("a,0.75,USD,5", "b,0.75,USD,5"))  # 5 x 0.15 each
        assert done.code == 0
        assert "  all            2  0.150000  0.150000  0.0 %" in done.out

    def test_compressed_files_folders_and_several_of_them(self) -> None:
        Path("quotes").mkdir()
        Path("quotes/a.jsonl.gz").write_bytes(gzip.compress(json.dumps(quote("a")).encode()))
        write("quotes/b.ndjson", [quote("b"), " "])
        Path("a.csv.gz").write_bytes(gzip.compress(b"task_id,amount,currency\na,1.50,USD\n"))
        Path("b.csv").write_text("currency,amount,task_id\nUSD,1.50,b\n", "utf-8")
        done = run(
            "drift", "--quoted", "quotes", "--invoiced", "a.csv.gz", "--invoiced", "*.csv", "--invoiced", "b.csv"
        )
        assert (done.code, done.out.splitlines()[0]) == (0, "2 jobs, quoted and invoiced, by week")

    @pytest.mark.parametrize("ending", ["csv", "parquet"])
    def test_a_file_whose_name_looks_like_a_pattern_is_read_itself(self, ending: str) -> None:
        for name, amount in (("bill[1]", "1.50"), ("bill1", "9.99")):
            if ending == "csv":
                Path(f"{name}.csv").write_text(f"task_id,amount,currency\na,{amount},USD\n", "utf-8")
            else:
                parquet.write_table(
                    pa.table({"task_id": ["a"], "amount": [amount], "currency": ["USD"]}), f"{name}.parquet"
                )
        write("quotes.jsonl", [quote("a")])
        assert "  all            1  0.150000  0.150000  0.0 %" in drift("quotes.jsonl", f"bill[1].{ending}").out

    def test_a_column_that_stands_twice_is_refused(self) -> None:
        """Net and gross, both called amount: nobody can tell which of them is meant."""
        write("quotes.jsonl", [quote("a")])
        done = drift("quotes.jsonl", invoice("a,1.50,USD,1.80", head="task_id,amount,currency,amount"))
        assert (done.code, done.out) == (2, "")
        assert "invoice.csv: column amount stands twice" in done.err
        assert drift("quotes.jsonl", invoice("a,1.50,USD,x,y", head="task_id,amount,currency,note,note")).code == 0

    def test_no_row_of_csv_is_taken_for_a_comment(self) -> None:
        write("quotes.jsonl", [quote(name) for name in ("#a", "b", "c;1", "'d")])
        done = drift("quotes.jsonl", invoice("#a,1.50,USD,10", "b,1.50,USD,10", "c;1,1.50,USD,10", "'d,1.50,USD,10"))
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("4 jobs, quoted and invoiced")
        assert "Not compared" not in done.out

    @pytest.mark.parametrize("output", ["charges.csv", "charges.jsonl", "charges"])
    def test_charges_of_ids_like_formulas_are_those_of_the_invoice(self, output: str) -> None:
        names = ["-1", "=a", "'=a", "''=a", "@b", "'c", "d"]
        usage = [
            {
                "id": name,
                "at": "2026-11-02T09:00:00Z",
                "host": "fal",
                "resolution": "720P",
                "duration_s": 5,
                "clips_s": [],
                "references": 1,
                "status": "succeeded",
            }
            for name in names
        ]
        assert run("rate", write("usage.jsonl", [*usage]), "-o", output).code == 0
        done = drift(output, write("bill.jsonl", [{"task_id": n, "amount": "0.50", "currency": "USD"} for n in names]))
        assert done.out.startswith("7 jobs, quoted and invoiced")  # 5 s x 0.10 each
        assert "Not compared" not in done.out

    @pytest.mark.parametrize(
        ("quoted", "invoiced", "told"),
        [
            pytest.param("none.jsonl", "invoice.csv", "--quoted: none.jsonl: there is no such file", id="no-quotes"),
            pytest.param(
                "quotes.jsonl", "none/*.csv", "--invoiced: none/*.csv: no file there ends in", id="no-invoice"
            ),
            pytest.param(
                "quotes.jsonl", "x.jsonl.zst", "x.jsonl.zst: JSON Lines are read plain or with .gz", id="zstd"
            ),
            pytest.param("quotes.jsonl", "broken.parquet", "broken.parquet: it can't be read: ", id="no-parquet"),
            pytest.param("broken.jsonl.gz", "invoice.csv", "broken.jsonl.gz: it can't be read: ", id="no-gzip"),
        ],
    )
    def test_what_can_not_be_read(self, quotes: str, quoted: str, invoiced: str, told: str) -> None:
        assert quotes == "quotes.jsonl"
        invoice(*BILLED)
        for name in ("broken.parquet", "broken.jsonl.gz", "x.jsonl.zst"):
            Path(name).write_bytes(b"nothing of the kind")
        done = drift(quoted, invoiced)
        assert (done.code, done.out) == (2, "")
        assert told in done.err
        assert "Traceback" not in done.err

    def test_without_the_extra(self, quotes: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "duckdb", None)
        done = drift(quotes, invoice(*BILLED))
        assert (done.code, done.err) == (2, "wan-rules: drift: it needs DuckDB: pip install 'wan-rules[tables]'\n")

    def test_where_nothing_of_the_extra_is_there(self, quotes: str) -> None:
        gone = "sys.modules.update(ibis=None, duckdb=None, pyarrow=None)"
        code = f"import sys; {gone}; from pricing.shell.cli import app; app()"
        words = [sys.executable, "-c", code, "drift", "--quoted", quotes, "--invoiced", invoice(*BILLED)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
        assert (done.returncode, done.stderr) == (
            2,
            "wan-rules: drift: it needs ibis: pip install 'wan-rules[tables]'\n",
        )


class TestWhatIsNotCompared:
    """Every row that is left out is counted, by why."""

    def test_all_of_it(self) -> None:
        open_line = [{"meter": "output_video_seconds", "pricing_quantity": None}]
        write(
            "quotes.jsonl",
            [
                quote("good"),
                quote("bound", kind="bounded"),
                quote("twice"),
                quote("twice", "1.60"),
                quote("same"),
                quote("same"),
                quote("still", lines=[]),
                quote("open", lines=open_line),
                quote("lost"),
                quote("yuan", currency="CNY"),
                quote("late", as_of="soon"),
                quote("odd", total=1.5),
                quote("odder", total=True),
                quote("many", lines=[{"meter": "output_video_seconds", "pricing_quantity": "many"}]),
                {"id": "refused", "report": {}},
                "no json",
                ["no object"],
            ],
        )
        lines = (
            "good,1.50,USD,10",
            "same,1.50,USD,10",
            "twice,1.50,USD,10",
            "yuan,10,USD,10",
            ",3,USD,1",
            "stray,1,USD,1",
        )
        more = (
            "good,?,USD,1",
            "good,1,,1",
            "good,1,USD,?",
            "bound,2,USD,10",
            "still,1,USD,",
            "open,1,USD,",
            "odd,1.5,USD,10",
        )
        done = drift("quotes.jsonl", invoice(*lines, *more), "--format", "json")
        assert done.code == 2
        assert done.document["rows"] == {
            "quotes": 17,
            "lines": 13,
            "unreadable_quotes": 4,  # late, odder, and two that are no records
            "unreadable_lines": 3,
            "not_exact": 1,
            "refused": 1,
            "quoted_twice": 1,
            "without_task": 1,
            "without_seconds": 3,  # still, open and many
            "quoted_only": 1,  # lost
            "invoiced_only": 2,  # stray and bound
            "other_currency": 1,
            "seconds_as_quoted": 0,
            "compared": 3,  # good, same and odd
        }
        told = drift("quotes.jsonl", invoice(*lines, *more)).out.splitlines()[-1]
        assert told == (
            "Not compared: 4 quotes that can't be read; 3 lines of the invoice that can't be read; 1 quote between "
            "bounds: one has no unit price; 1 request that got no quote; 1 task with two different quotes; 3 quotes "
            "without seconds to charge for; 1 line of the invoice without a task; 1 quoted task not on the invoice; 2 "
            "tasks on the invoice without an exact quote; 1 task invoiced in another currency than quoted."
        )

    @pytest.mark.parametrize("at", ["0000-01-01", "0001-01-01", "9999-12-31T23:59:59Z", "infinity", "now"])
    @pytest.mark.parametrize("by", ["day", "week", "month"])
    def test_an_instant_beyond_any_calendar_is_unreadable(self, at: str, by: str) -> None:
        write("quotes.jsonl", [quote("a", as_of=at), quote("b")])
        done = drift("quotes.jsonl", invoice("a,1.5,USD,10", "b,1.5,USD,10"), "--by", by, "--format", "json")
        rows = done.document["rows"]
        assert (done.code, rows["unreadable_quotes"], rows["compared"]) == (2, 1, 1)

    def test_lines_of_one_task_are_one_job_and_upscaling_counts_no_seconds_twice(self) -> None:
        write("quotes.jsonl", [quote("a", "3.00")])
        lines = (
            "a,0.75,USD,5,output_video_seconds",
            "a,0.75,USD,5,reference_video_seconds",
            "a,1.80,USD,5,super_resolution_seconds",
            "a,-0.30,USD,,",
        )
        done = drift("quotes.jsonl", invoice(*lines, head="task_id,amount,currency,quantity,meter"))
        assert "  all            1  0.300000  0.300000  0.0 %" in done.out  # 0.75 + 0.75 + 1.80 - 0.30 for 10 s

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param(("a,0.75,USD,5,output_video_seconds", "a,0.75,USD,,reference_video_seconds"), id="clips"),
            pytest.param(("a,0.75,USD,,output_video_seconds", "a,0.75,USD,5,reference_video_seconds"), id="output"),
            pytest.param(("a,0.75,USD,5,output_video_seconds", "a,0.75,USD,1,"), id="another-counts-itself"),
            pytest.param(("a,1.50,USD,1,",), id="one-that-counts-itself"),
            pytest.param(("a,0.75,USD,1.000,", "a,0.75,USD,5,"), id="one-of-two-counts-itself"),
        ],
    )
    def test_seconds_that_a_line_does_not_say_are_those_that_were_quoted(self, lines: tuple[str, ...]) -> None:
        write("quotes.jsonl", [quote("a")])
        out = drift("quotes.jsonl", invoice(*lines, head="task_id,amount,currency,quantity,meter")).out
        assert "  all            1  0.150000  0.150000  0.0 %" in out  # 1.50 for 10 s, and not for 5 s or 1 s
        assert "1 job invoiced without a quantity: by the seconds that were quoted." in out

    def test_one_second_of_a_meter_is_a_second(self) -> None:
        write("quotes.jsonl", [quote("a")])
        lines = ("a,0.75,USD,5,output_video_seconds", "a,0.15,USD,1,reference_video_seconds")
        out = drift("quotes.jsonl", invoice(*lines, head="task_id,amount,currency,quantity,meter")).out
        assert "  all            1  0.150000  0.150000  0.0 %" in out  # 0.75 + 0.15 for 6 s
        assert "without a quantity" not in out

    def test_packages_are_counted_by_the_seconds_in_them(self) -> None:
        """11 s are two packages of 10 s at 1.00, and 3 s of clips at 0.10: 2.30 for 23 s."""
        lines = [
            {"meter": "output_video_seconds", "pricing_quantity": "2", "unit": "10 seconds"},
            {"meter": "reference_video_seconds", "pricing_quantity": "3", "unit": "second"},
        ]
        write("quotes.jsonl", [quote("a", "2.30", lines=lines)])
        done = drift("quotes.jsonl", invoice("a,2.30,USD,23"), "--fail-over", "0%")
        assert done.code == 0
        assert "  all            1  0.100000  0.100000  0.0 %" in done.out

    @pytest.mark.parametrize("output", ["charges.csv", "charges.jsonl", "charges.parquet", "charges"])
    def test_packages_of_charges_are_those_of_their_terms(self, output: str) -> None:
        """6 s are two packages of 5 s at 0.40, and 3 s of clips two of 2 s at 0.10: 1.00 for 14 s."""
        used = {
            "at": "2026-11-02T09:00:00Z",
            "host": "fal",
            "resolution": "720P",
            "duration_s": 6,
            "status": "succeeded",
        }
        write("usage.jsonl", [{**used, "id": "a", "clips_s": ["3"], "references": 1}])
        catalogue = str(ROOT / "tests" / "catalogues" / "good" / "package")
        assert run("rate", "usage.jsonl", "--catalogue", catalogue, "-o", output).code == 0
        done = drift(output, invoice("a,1.00,USD,14"), "--fail-over", "0%")
        assert (done.code, done.err) == (0, "")
        assert "  all            1  0.071429  0.071429  0.0 %" in done.out

    def test_packages_that_not_every_job_has_make_no_unit_price(self) -> None:
        """10 s without clips are two packages of 5 s, and with clips 10 s at 0.08: a tier does not say which it is."""
        card = (ROOT / "tests" / "catalogues" / "good" / "package" / "card.toml").read_text("utf-8")
        named = card.replace('size = "5"', 'size = "5"\nhas_reference_video = false')
        other = '[[entry]]\nfrom = 2026-06-01\nmeter = "output_video_seconds"\nprice = "0.08"\n'
        Path("cards").mkdir()
        Path("cards/card.toml").write_text(f"{named}\n{other}has_reference_video = true\n", "utf-8")
        Path("cards/catalogue.toml").write_text('schema_version = "1"\n[catalogue]\nname = "c"\n', "utf-8")
        used = {"at": "2026-11-02T09:00:00Z", "host": "fal", "duration_s": 10, "status": "succeeded", "references": 1}
        rows = [{**used, "id": tier, "resolution": tier, "clips_s": []} for tier in ("720P", "1080P")]
        write("usage.jsonl", rows)
        assert run("rate", "usage.jsonl", "--catalogue", "cards", "-o", "charges.csv").code == 0
        write("charges.jsonl", [quote("a")])
        lines = invoice("a,0.75,USD,5", "720P,0.80,USD,10", "1080P,0.80,USD,10")
        done = drift("charges.csv", lines, "--quoted", "charges.jsonl")
        assert "2 quotes without seconds" in done.out
        assert "-80.0 %" not in done.out

    def test_packages_of_a_job_of_which_the_render_is_charged_are_those_of_the_render(self) -> None:
        """7 s at 1080P-SR are 7 x 0.20; where the upscaling failed, two packages of 5 s at 0.50 of 720P."""
        package = entry("2026-01-01", "720P", "0.50") + 'model = "package"\nsize = "5"\n'
        card = CARD + package + entry("2026-01-01", "1080P-SR", "0.20") + CLIPS + ENDS
        Path("cards").mkdir()
        Path("cards/card.toml").write_text(card, "utf-8")
        Path("cards/catalogue.toml").write_text('schema_version = "1"\n[catalogue]\nname = "c"\n', "utf-8")
        used = {"at": "2026-11-02T09:00:00Z", "host": "atlas", "resolution": "1080P-SR", "duration_s": 7, "clips_s": []}
        rows = [{**used, "id": end, "status": end, "references": 1} for end in ("succeeded", "failed_upscaling")]
        write("usage.jsonl", rows)
        assert run("rate", "usage.jsonl", "--catalogue", "cards", "-o", "charges", "--focus", "focus.csv").code == 0
        done = drift("charges", invoice("succeeded,1.40,USD,7", "failed_upscaling,1.00,USD,10"))
        assert "  all            2  0.141176  0.141176  0.0 %" in done.out
        with Path("focus.csv").open(encoding="utf-8", newline="") as lines:
            units = {line["x_TaskId"]: (line["PricingQuantity"], line["PricingUnit"]) for line in csv.DictReader(lines)}
        assert units == {"succeeded": ("7.0", "Seconds"), "failed_upscaling": ("2.0", "5 Seconds")}

    def test_charges_without_a_status_have_the_packages_of_any_end(self) -> None:
        """10 s are two packages of 5 s however it ended; at 1080P-SR a failed upscaling would be of the render."""
        terms = {"packages": {"720P": {"output_video_seconds": "5"}}, "rendered": ["failed_upscaling"]}
        Path("_terms.json").write_text(json.dumps({"terms": [terms]}), "utf-8")
        own = {"at": "2026-11-02T09:00:00Z", "host": "atlas", "currency": "USD", "total": "1.00"}
        said: dict[str, Json] = {**own, "output_quantity": "2", "terms": 0}
        write(
            "charges.jsonl", [{**said, "id": "a", "resolution": "720P"}, {**said, "id": "b", "resolution": "1080P-SR"}]
        )
        done = drift("charges.jsonl", invoice("a,1.00,USD,10", "b,1.00,USD,10"))
        assert "1 quote without seconds" in done.out
        assert "  all            1  0.100000  0.100000  0.0 %" in done.out

    def test_packages_may_come_to_millions_of_seconds(self) -> None:
        """More digits than two numbers of 64 bits make together."""
        Path("_terms.json").write_text(json.dumps({"terms": [{"packages": {"720P": {"output_video_seconds": "500"}}}]}))
        own = {"at": "2026-11-02T09:00:00Z", "host": "atlas", "currency": "USD", "total": "1000000"}
        write("charges.jsonl", [{**own, "output_quantity": "20000", "terms": 0, "id": "a", "resolution": "720P"}])
        done = drift("charges.jsonl", invoice("a,1000000,USD,10000000"))
        assert (done.code, done.err) == (0, "")
        assert "  all            1  0.100000  0.100000  0.0 %" in done.out

    @pytest.mark.parametrize("text", ["{}", '{"terms": 1}', '{"terms": [{"packages": {"720P": {"x": "y"}}}]}', "no"])
    def test_terms_that_nobody_wrote_here_are_refused(self, text: str) -> None:
        write("charges.jsonl", [{**quote("a")}])
        Path("_terms.json").write_text(text, "utf-8")
        done = drift("charges.jsonl", invoice("a,1,USD,1"))
        assert (done.code, done.out) == (2, "")
        assert "_terms.json: " in done.err

    @pytest.mark.parametrize("quantity", ["9" * 60, f"0.{'1' * 40}", "1e9999999", "five", 5.5, [5]])
    def test_a_quantity_that_no_column_holds_has_no_seconds(self, quantity: Json) -> None:
        lines = [
            {"meter": "output_video_seconds", "pricing_quantity": quantity, "unit": "999999999999.999999 seconds"},
            {"meter": "output_video_seconds", "pricing_quantity": "0.1"},
        ]
        write("quotes.jsonl", [quote("a", lines=lines), quote("b")])
        rows = drift("quotes.jsonl", invoice("a,1,USD,1", "b,1,USD,1"), "--format", "json").document["rows"]
        assert (rows["without_seconds"], rows["compared"]) == (1, 1)

    def test_a_package_without_a_quantity_has_no_seconds(self) -> None:
        lines = [{"meter": "output_video_seconds", "pricing_quantity": None, "unit": "10 seconds"}]
        write("quotes.jsonl", [quote("a", lines=lines), quote("b")])
        rows = drift("quotes.jsonl", invoice("a,1,USD,1", "b,1,USD,1"), "--format", "json").document["rows"]
        assert (rows["without_seconds"], rows["compared"]) == (1, 1)

    def test_money_in_a_second_currency_is_not_left_out_in_silence(self) -> None:
        write("quotes.jsonl", [quote("a"), quote("b"), quote("c")])
        lines = ("a,1.50,USD,10", "a,9.00,CNY,10", "b,1.50,USD,10", "b,0.00,CNY,", "c,9.00,CNY,10")
        done = drift("quotes.jsonl", invoice(*lines), "--format", "json")
        rows = done.document["rows"]
        assert (rows["compared"], rows["other_currency"]) == (1, 2)  # b; a and c
        assert done.document["groups"][0]["total"]["invoiced"] == "1.50"

    def test_a_quoted_task_is_counted_once(self) -> None:
        """Twice, without seconds and in another currency at once: the first of these says it."""
        none = [{"meter": "output_video_seconds", "pricing_quantity": "0"}]
        write("quotes.jsonl", [quote("a"), quote("a", "2.00"), quote("b", lines=none), quote("c"), quote("d")])
        lines = ("a,1,CNY,1", "b,1,CNY,1", "c,1,CNY,1", "d,1,USD,1")
        rows = drift("quotes.jsonl", invoice(*lines), "--format", "json").document["rows"]
        kinds = ("quoted_twice", "without_seconds", "quoted_only", "other_currency", "compared")
        assert [rows[kind] for kind in kinds] == [1, 1, 0, 1, 1]

    def test_nothing_on_both_sides_is_an_error(self, quotes: str) -> None:
        done = drift(quotes, invoice("z,1,USD,1"))
        assert (done.code, done.out) == (2, "")
        assert "no job is both quoted exactly and invoiced (4 quotes, 1 lines)" in done.err

    def test_more_money_than_a_column_holds_is_said(self) -> None:
        write("quotes.jsonl", [quote("a", "9" * 20), quote("b", "9" * 20)])
        done = drift("quotes.jsonl", invoice("a,1,USD,10", "b,1,USD,10"))
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("wan-rules: drift: it can't be summed: ")

    def test_an_id_may_be_a_number_and_nothing_else(self) -> None:
        write("quotes.jsonl", [{**quote("a"), "id": 7}, {**quote("b"), "id": {}}])
        done = drift("quotes.jsonl", invoice("7,1.50,USD,10", "{},1.50,USD,10"), "--format", "json")
        rows = done.document["rows"]
        assert (rows["compared"], rows["unreadable_quotes"], rows["invoiced_only"]) == (1, 1, 1)

    def test_a_limit_that_is_no_percentage(self, quotes: str) -> None:
        assert "--fail-over: 'much' is no percentage" in drift(quotes, invoice(*BILLED), "--fail-over", "much").err


class TestThePlot:
    """`--plot`."""

    def test_one_picture(self, quotes: str) -> None:
        assert drift(quotes, invoice(*BILLED), "--plot", "drift.svg").code == 0
        assert "Quoted and invoiced unit prices, USD" in Path("drift.svg").read_text("utf-8")

    def test_one_for_each_currency(self) -> None:
        write("quotes.jsonl", [quote("a"), quote("b", currency="CNY")])
        assert drift("quotes.jsonl", invoice("a,1.5,USD,10", "b,1.5,CNY,10"), "--plot", "drift.svg").code == 0
        assert sorted(path.name for path in Path().glob("*.svg")) == ["drift-CNY.svg", "drift-USD.svg"]

    def test_a_currency_is_no_path(self) -> None:
        write("quotes.jsonl", [quote("a"), quote("b", currency="../x"), quote("c", currency="A_B")])
        done = drift("quotes.jsonl", invoice("a,1.5,USD,10", "b,1.5,../x,10", "c,1.5,A_B,10"), "--plot", "drift.svg")
        assert (done.code, done.err) == (0, "")
        assert sorted(path.name for path in Path().glob("**/*.svg")) == [
            "drift-1.svg",
            "drift-2.svg",
            "drift-USD.svg",
        ]

    def test_nothing_to_draw_is_said_after_the_table(self) -> None:
        write("quotes.jsonl", [quote("a")])
        done = drift("quotes.jsonl", invoice("a,-1.50,USD,10"), "--plot", "drift.svg")
        assert (done.code, done.err) == (2, "wan-rules: --plot: no period has a unit price that can be drawn\n")
        assert "-0.150000" in done.out

    def test_a_folder_that_is_not_there(self, quotes: str) -> None:
        done = drift(quotes, invoice(*BILLED), "--plot", "none/drift.svg")
        assert (done.code, "--plot: none/drift.svg can't be written" in done.err) == (2, True)


def test_the_zone_of_the_machine_changes_nothing(quotes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ROOT.is_dir()
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert "  2026-10-12     2  0.150000" in drift(quotes, invoice(*BILLED)).out
