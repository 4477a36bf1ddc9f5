"""`wan-rules reconcile`: charges and an invoice in, a report that appears whole, and an exit code."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from pricing import parse_catalogue
from pricing.errors import CardError
from pricing.shell.bulk import charge_tables, reconcile_runs
from pricing.shell.bulk.databases import open_database
from pricing.shell.bulk.omissions import USAGE_REJECTS
from pricing.shell.bulk.reconciling import compute
from pricing.shell.bulk.registers import REGISTER, read_register, write_register
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.summaries import SUMMARY, read_summary
from tests.backtesting import HEAD, ROW, Prices, card, row
from tests.bulk.charging import write_charges
from tests.shell.runner import Done, run
from tests.shell.signing import Signer
from wan_rules.payloads import UnusableInputError

AT = "2026-12-01T09:00:00Z"
LINES = ("1,a,1.00,USD", "2,b,1.00,USD", "3,c,1.20,USD")
"""Three jobs of 10 s at 0.10; the third is billed 0.20 too much."""


class Place:
    """A folder with a catalogue, charges of three jobs, and room for an invoice and a report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.report = folder / "report"
        files = {"catalogue.toml": HEAD, "card.toml": card(Prices())}
        (folder / "prices").mkdir()
        for name, text in files.items():
            (folder / "prices" / name).write_text(text, encoding="utf-8")
        self.catalogue = parse_catalogue(files)
        write_charges(folder / "charges.parquet", [row(id=name) for name in "abc"], self.catalogue)

    def invoice(self, *lines: str) -> None:
        (self.folder / "invoice.csv").write_text("\n".join(("line,task_id,amount,currency", *lines)) + "\n")

    def reconcile(self, *more: str) -> Done:
        named = ("--charges", str(self.folder / "charges.parquet"), "--invoice", str(self.folder / "invoice.csv"))
        prices = ("--catalogue", str(self.folder / "prices"))
        return run("reconcile", *named, *prices, "-o", str(self.report), "--at", AT, *more)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.invoice(*LINES)
    return found


class TestReport:
    """What is found and where it is written."""

    def test_a_difference_is_a_break_with_its_money(self, place: Place) -> None:
        done = place.reconcile()
        assert done.code == 1
        (standing,) = read_register(place.report / REGISTER)
        assert standing.found.subject.task_ids == ("c",)
        assert standing.found.part.amount == Decimal("1.20") - Decimal(10) * Decimal("0.10")

    @pytest.mark.parametrize("more", [(), ("--exact",)], ids=["checksums", "exact"])
    def test_the_summary_says_what_went_in_and_what_became_of_it(self, place: Place, more: tuple[str, ...]) -> None:
        place.reconcile(*more)
        told = read_summary(place.report).reconciliation
        counts, (totals,) = told.counts, told.totals
        assert (counts.usage_rows, counts.rated, counts.rejected) == (3, 3, 0)
        assert (counts.invoice_lines, counts.agreeing, counts.breaks) == (3, 2, 1)
        assert counts.matches == {"task_id": 3, "window": 0, "aggregate": 0, "nothing": 0}
        assert (totals.expected, totals.invoiced) == (Decimal("3.00"), Decimal("3.20"))
        assert told.checksums is not bool(more)

    def test_people_read_the_bridge(self, place: Place) -> None:
        out = place.reconcile().out
        assert "1 break in 3 rows and 3 lines" in out
        assert "USD expected   3.00" in out
        assert "+0.20  1 break" in out
        assert f"{place.report} holds the report" in out

    def test_programs_read_the_document(self, place: Place) -> None:
        (told,) = [json.loads(place.reconcile("--format", "json").out)]
        assert told == json.loads((place.report / SUMMARY).read_bytes())

    def test_an_invoice_that_agrees_ends_well(self, place: Place) -> None:
        place.invoice("1,a,1,USD", "2,b,1,USD", "3,c,1,USD")
        done = place.reconcile()
        assert (done.code, read_register(place.report / REGISTER)) == (0, ())

    @pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    @pytest.mark.parametrize("task", ["", "c"])
    def test_a_line_that_says_there_is_no_instant_spoils_no_other(self, place: Place, at: str, task: str) -> None:
        """Programs write the first or the last instant that they know."""
        lines = ("1,a,1.00,USD,", "2,b,1.00,USD,", f"3,{task},1.20,USD,{at}")
        (place.folder / "invoice.csv").write_text("\n".join(("line,task_id,amount,currency,at", *lines)) + "\n")
        done = place.reconcile()
        (totals,) = read_summary(place.report).reconciliation.totals
        assert (done.code, totals.expected, totals.invoiced) == (1, Decimal("3.00"), Decimal("3.20"))
        assert (place.report / "focus.csv").exists()

    def test_a_time_without_an_end_is_one(self, place: Place) -> None:
        lines = "1,acme,3.00,USD,2026-01-01T00:00:00Z,9999-12-31T23:59:59Z"
        (place.folder / "invoice.csv").write_text(f"line,account,amount,currency,begin,end\n{lines}\n")
        assert place.reconcile().code == 0

    def test_more_money_than_a_column_holds_is_said(self, place: Place) -> None:
        place.invoice(*(f"{number},a,{'9' * 20},USD" for number in range(3)))
        done = place.reconcile()
        assert (done.code, done.out, place.report.exists()) == (2, "", False)
        assert "reconcile: amounts come to more than 38 digits hold" in done.err

    def test_lines_that_cannot_be_read_are_counted_and_kept(self, place: Place, tmp_path: Path) -> None:
        place.invoice("1,a,1.00,USD", "2,b,one,USD")
        done = place.reconcile("--rejects", str(tmp_path / "bad.jsonl"))
        assert "1 line of the invoice can't be read" in done.out
        assert json.loads((tmp_path / "bad.jsonl").read_text())["row"] == 2

    def test_what_is_reconciled_is_never_written_over(self, place: Place) -> None:
        for name, what in (("invoice.csv", "the invoice"), ("charges.parquet", "charges")):
            before = (place.folder / name).read_bytes()
            done = place.reconcile("--rejects", str(place.folder / name))
            assert (done.code, f"{name} is {what} itself: name another file" in done.err) == (2, True), done.err
            assert (place.folder / name).read_bytes() == before

    def test_other_columns_are_left_out_on_request_alone(self, place: Place) -> None:
        (place.folder / "invoice.csv").write_text("task_id,amount,currency,memo\na,1,USD,x\n")
        done = place.reconcile()
        assert (done.code, "memo: no column of an invoice" in done.err) == (2, True)
        assert place.reconcile("--ignore-extra", "--allow-breaks", "2").code == 0
        assert read_summary(place.report).options.ignores_extra

    def test_usage_of_another_month_is_not_expected(self, place: Place) -> None:
        place.invoice()
        done = place.reconcile("--period", "2026-10")
        assert (done.code, read_summary(place.report).reconciliation.totals) == (0, ())


class TestEnds:
    """With which code it ends."""

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            (("--allow-breaks", "1"), 0),
            (("--allow-breaks", "0"), 1),
            (("--allow", "USD=0.20"), 0),
            (("--allow", "USD=0.19"), 1),
            (("--allow", "CNY=5"), 1),
            (("--allow", "USD=0.20", "--allow-breaks", "0"), 1),
            (("--tolerance", "USD=0.20"), 0),
            (("--tolerance", "USD=20%"), 0),
            (("--tolerance", "USD=0.01,19%"), 1),
        ],
        ids=str,
    )
    def test_what_is_allowed_ends_well(self, place: Place, more: tuple[str, ...], code: int) -> None:
        assert place.reconcile(*more).code == code

    @pytest.mark.parametrize("more", [(), ("--allow-breaks", "9")], ids=["none", "any"])
    def test_a_line_that_cannot_be_read_ends_with_2_whatever_is_allowed(
        self, place: Place, more: tuple[str, ...]
    ) -> None:
        place.invoice("1,a,1.00,USD", "2,b,1.00,USD", "3,c,1.00,USD", '4,d,"1,000.00",USD')
        done = place.reconcile(*more)
        assert (done.code, read_register(place.report / REGISTER)) == (2, ())
        assert "1 line of the invoice can't be read" in done.out

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (("--period", "October"), "write a month, 2026-10, or"),
            (("--period", "2026-11-01..2026-10-01"), "ends before it begins"),
            (("--period", "9999-12"), "write a month, 2026-10, or"),
            (("--window", "soon"), "write 90s, 5m"),
            (("--tolerance", "0.01"), "write USD=0.01"),
            (("--tolerance", "USD=1", "--tolerance", "USD=2"), "say it once"),
            (("--tolerance", "USD=x"), "is no amount"),
            (("--allow", "10"), "write USD=10"),
            (("--columns", "amount"), "write OURS=THEIRS"),
            (("--columns", "amount=a,amount=b"), "say it once"),
            (("--columns", "price=Preis"), "an invoice has line"),
            (("--memory-limit", "much"), "write 1GB"),
            (("--usage", "usage.csv"), "one of the two"),
            (("--earlier", "nowhere"), "it is not there"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_what_cannot_be_read_is_refused(self, place: Place, more: tuple[str, ...], told: str) -> None:
        done = place.reconcile(*more)
        assert done.code == 2
        assert told in done.err
        assert not place.report.exists()

    def test_charges_of_another_catalogue_are_refused(self, place: Place) -> None:
        prices = Prices(by_tier=("0.11", "0.20", "0.30", None))
        (place.folder / "prices" / "card.toml").write_text(card(prices), encoding="utf-8")
        done = place.reconcile()
        assert done.code == 2
        assert "'c' comes to 1 USD there, and to 1.1 USD under this catalogue" in done.err

    def test_charges_are_looked_at_first(self, place: Place) -> None:
        (place.folder / "charges.parquet").write_bytes((place.folder / "invoice.csv").read_bytes())
        assert "no Parquet file" in place.reconcile().err


class TestNames:
    """No two breaks have one id, though two files of an invoice may each number their lines from 1."""

    HEAD = "line,account,resolution,at,amount,currency\n"

    def reconcile(self, place: Place, *files: str, report: str = "report", more: tuple[str, ...] = ()) -> Done:
        (place.folder / "one.csv").write_text(f"{self.HEAD}1,acme,720P,2027-01-05T00:00:00Z,1.00,USD\n")
        (place.folder / "two.csv").write_text(f"{self.HEAD}1,acme,720P,2027-01-06T00:00:00Z,2.00,USD\n")
        named = [word for file in files for word in ("--invoice", str(place.folder / file))]
        charges = ("--charges", str(place.folder / "charges.parquet"), "--catalogue", str(place.folder / "prices"))
        return run("reconcile", *charges, *named, "-o", str(place.folder / report), "--at", AT, *more)

    def names(self, place: Place, report: str) -> dict[tuple[tuple[str, ...], Decimal], str]:
        standings = read_register(place.folder / report / REGISTER)
        return {(one.found.subject.task_ids, one.found.part.amount): one.found.id for one in standings}

    def test_a_report_can_be_read_again_in_whatever_order_the_files_are_named(self, place: Place) -> None:
        assert self.reconcile(place, "one.csv", "two.csv").code == 1
        assert run("breaks", "list", str(place.report)).code == 0
        found = self.names(place, "report")
        assert found.keys() == {((), Decimal(1)), ((), Decimal(2)), *(((job,), Decimal(-1)) for job in "abc")}
        assert len({*found.values()}) == len(found)
        self.reconcile(place, "two.csv", "one.csv", report="other")
        assert self.names(place, "other") == found

    def test_the_first_has_the_id_that_it_has_alone(self, place: Place) -> None:
        self.reconcile(place, "one.csv", "two.csv")
        self.reconcile(place, "one.csv", report="other")
        found = self.names(place, "report")
        assert self.names(place, "other").items() == {each for each in found.items() if each[0] != ((), Decimal(2))}

    def test_a_later_report_meets_the_same(self, place: Place) -> None:
        self.reconcile(place, "one.csv", "two.csv")
        second = self.names(place, "report")[(), Decimal(2)]
        assert run("breaks", "accept", str(place.report), second, "--note", "agreed").code == 0
        done = self.reconcile(place, "two.csv", "one.csv", report="other", more=("--earlier", str(place.report)))
        assert "0 new, 5 still open, 0 resolved" in done.out
        standings = read_register(place.folder / "other" / REGISTER)
        assert [one.found.part.amount for one in standings if one.status == "accepted"] == [Decimal(2)]


class TestPlace:
    """The folder of the report appears whole, and nothing is lost that was there."""

    def test_nothing_but_the_report_remains(self, place: Place) -> None:
        place.reconcile()
        place.reconcile()
        assert {path.name for path in place.folder.iterdir()} == {"prices", "report", "charges.parquet", "invoice.csv"}
        assert {SUMMARY, REGISTER} <= {path.name for path in place.report.iterdir()}

    def test_a_folder_of_other_files_stays(self, place: Place) -> None:
        place.report.mkdir()
        (place.report / "notes.txt").write_text("mine")
        done = place.reconcile()
        assert (done.code, (place.report / "notes.txt").read_text()) == (2, "mine")
        assert "holds other files" in done.err

    def test_a_file_is_no_folder(self, place: Place) -> None:
        place.report.write_text("mine")
        assert "is a file" in place.reconcile().err

    def test_decisions_are_carried_over_or_kept(self, place: Place) -> None:
        place.reconcile()
        (standing,) = read_register(place.report / REGISTER)
        accepted = standing._replace(status="accepted", owner="mei", note="agreed")
        write_register(place.report / REGISTER, [accepted])
        done = place.reconcile()
        assert done.code == 2
        assert f"--earlier {place.report}" in done.err
        done = place.reconcile("--earlier", str(place.report))
        (standing,) = read_register(place.report / REGISTER)
        assert (done.code, standing.status, standing.age, standing.owner) == (0, "accepted", "open", "mei")
        assert "0 new, 1 still open, 0 resolved" in done.out

    def test_what_was_signed_off_stays(self, place: Place) -> None:
        place.reconcile()
        (place.report / "manifest.json").write_text("{}")
        assert "is signed off" in place.reconcile().err


def test_the_same_options_come_to_the_same_again(place: Place) -> None:
    place.reconcile()
    kept = read_summary(place.report)
    again = reconcile_runs.recompute(kept.options)
    assert again._replace(standings=()) == kept.reconciliation._replace(catalogue=again.catalogue)
    assert again.standings == read_register(place.report / REGISTER)


def test_usage_is_rated_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder)
    Path("usage.csv").touch()

    def rate(options: RunOptions, *_: object) -> charge_tables.Rated:
        assert options.usage == ("usage.csv",)
        return charge_tables.Rated((str(place.folder / "charges.parquet"),), 4)

    monkeypatch.setattr(charge_tables, "rate_usage", rate)
    named = ("--invoice", str(place.folder / "invoice.csv"), "--catalogue", str(place.folder / "prices"))
    done = run("reconcile", "--usage", "usage.csv", *named, "-o", str(place.report))
    assert "4 rows of usage not rated" in done.out
    assert read_summary(place.report).reconciliation.counts.usage_rows == 7


def test_the_catalogue_is_opened_again_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.folder)
    with ZipFile("prices.zip", "w") as packed:
        for file in sorted(Path("prices").iterdir()):
            packed.write(file, file.name)
    signer = Signer()
    Path("keys.pub").write_text(signer.public)
    Path("prices.zip.minisig").write_bytes(signer.sign(Path("prices.zip").read_bytes()))
    files = ("--charges", "charges.parquet", "--invoice", "invoice.csv", "--catalogue", "prices.zip")
    assert run("reconcile", *files, "--catalogue-key", "keys.pub", "-o", "report", "--at", AT).code == 1
    options = read_summary(Path("report")).options
    assert json.loads(Path("report", SUMMARY).read_bytes())["options"]["catalogue_key"] == "../keys.pub"
    assert reconcile_runs.recompute(options).standings == read_register(Path("report") / REGISTER)
    Path("prices.zip.minisig").write_bytes(Signer().sign(Path("prices.zip").read_bytes()))
    with pytest.raises(CardError):
        reconcile_runs.recompute(options)
    assert reconcile_runs.recompute(options._replace(catalogue_key=None)).standings


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("usage", [False, True], ids=["charges", "usage"])
def test_a_terminal_is_told_which_step_runs(place: Place, monkeypatch: pytest.MonkeyPatch, *, usage: bool) -> None:
    monkeypatch.setattr("pricing.shell.progress._EVERY_S", 0.000_001)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := _Terminal())
    options = read_options_of(place, usage=usage)
    told = compute(options, place.catalogue, place.folder)
    assert told.counts.breaks
    steps = [step for step in terminal.getvalue().replace("\x1b[K", "").split("\r") if step and "rows" not in step]
    first = "rating usage ..." if usage else "reading charges ..."
    groups = told.counts.breaks
    assert steps[:4] == [first, "reading the invoice ...", "matching ...", "attributing ..."]
    assert steps[4:] == [f"attributing: {number} of {groups}" for number in range(groups)]
    assert terminal.getvalue().endswith("\r\x1b[K")


def read_options_of(place: Place, *, usage: bool) -> RunOptions:
    (place.folder / "usage.jsonl").write_text(json.dumps({**ROW, "id": "a"}) + "\n")
    options = RunOptions((str(place.folder / "invoice.csv"),), datetime(2026, 12, 1, tzinfo=UTC))
    if usage:
        return options._replace(usage=(str(place.folder / "usage.jsonl"),))
    return options._replace(charges=(str(place.folder / "charges.parquet"),))


class TestUsageThatIsNotRated:
    """It is kept with the report, and explains the lines that bill it."""

    PRICED = '{"id": "a"}'
    TOO_EARLY = '{"id": "b", "at": "2025-12-31T00:00:00Z"}'
    UNREADABLE = '{"id": "c", "duration_s": "long"}'

    def reconcile(self, place: Place, *rows: str, more: tuple[str, ...] = ()) -> Done:
        told = [json.dumps({**ROW, **json.loads(one)}) for one in rows]
        (place.folder / "usage.jsonl").write_text("\n".join(told) + "\n")
        files = ("--usage", str(place.folder / "usage.jsonl"), "--invoice", str(place.folder / "invoice.csv"))
        prices = ("--catalogue", str(place.folder / "prices"))
        return run("reconcile", *files, *prices, "-o", str(place.report), "--at", AT, *more)

    def test_a_line_that_bills_it_is_unknown_with_the_reason(self, place: Place) -> None:
        done = self.reconcile(place, self.PRICED, self.TOO_EARLY, self.UNREADABLE)
        assert (done.code, "2 rows of usage not rated: usage-rejects.jsonl says why" in done.out) == (2, True)
        found = {one.found.subject.task_ids: one.found for one in read_register(place.report / REGISTER)}
        early, unreadable = found[("b",)], found[("c",)]
        assert early.part[:4] == ("unknown", "unrated usage", "USD", Decimal("1.00"))
        assert early.part.evidence.startswith("the usage can't be rated (b: ")
        assert (early.subject.matched_by, early.subject.account) == ("task_id", "acme")
        assert (unreadable.part.cause, unreadable.subject.matched_by) == ("missing_in_usage", "nothing")
        told = read_summary(place.report).reconciliation.counts
        assert (told.usage_rows, told.rated, told.rejected) == (3, 1, 2)
        assert told.matches == {"task_id": 2, "window": 0, "aggregate": 0, "nothing": 1}

    def test_it_ends_as_rating_it_does(self, place: Place) -> None:
        place.invoice("1,a,1.00,USD")
        assert self.reconcile(place, self.PRICED).code == 0
        assert self.reconcile(place, self.PRICED, self.TOO_EARLY).code == 4
        assert self.reconcile(place, self.PRICED, self.UNREADABLE).code == 2
        place.invoice("1,a,1.20,USD")
        assert self.reconcile(place, self.PRICED, self.TOO_EARLY).code == 1
        assert self.reconcile(place, self.PRICED, self.TOO_EARLY, more=("--allow-breaks", "1")).code == 4

    def test_a_line_that_names_no_task_is_explained_by_its_instant(self, place: Place) -> None:
        said = "account,resolution,at,begin,end\n1,1.00,USD,acme,720P,2025-12-31T00:01:00Z,,\n"
        span = "2,3.00,USD,acme,,,2025-12-30,2025-12-31\n"
        (place.folder / "invoice.csv").write_text(f"line,amount,currency,{said}{span}")
        self.reconcile(place, self.TOO_EARLY, self.TOO_EARLY.replace("b", "d").replace("-31", "-30"))
        found = [one.found for one in read_register(place.report / REGISTER)]
        told = {(one.subject.task_ids, one.subject.matched_by, *one.part[:2], one.part.amount) for one in found}
        assert told == {
            (("b",), "window", "unknown", "unrated usage", Decimal("1.00")),
            (("d",), "aggregate", "unknown", "unrated usage", Decimal("3.00")),
        }
        assert all(one.part.evidence.startswith("the usage can't be rated (") for one in found)

    def test_all_of_it_is_in_a_file_of_the_report(self, place: Place) -> None:
        self.reconcile(place, self.PRICED, self.TOO_EARLY, self.UNREADABLE)
        kept = [json.loads(line) for line in (place.report / USAGE_REJECTS).read_text().splitlines()]
        assert {(one["id"], one["reason"], one["row"]) for one in kept} == {
            ("b", "no_rate", 2),
            ("c", "unreadable", 3),
        }
        assert not [path for path in place.report.iterdir() if path.name.startswith(".")]

    def test_there_is_no_file_where_all_is_rated(self, place: Place) -> None:
        self.reconcile(place, self.TOO_EARLY)
        assert (place.report / USAGE_REJECTS).exists()
        self.reconcile(place, self.PRICED)
        assert not (place.report / USAGE_REJECTS).exists()

    def test_another_charge_of_the_task_may_be_rated(self, place: Place) -> None:
        place.invoice("1,a,2.50,USD")
        self.reconcile(place, self.PRICED, self.TOO_EARLY.replace('"b"', '"a"'))
        (standing,) = read_register(place.report / REGISTER)
        assert standing.found.part[:4] == ("unknown", "unrated usage", "USD", Decimal("2.50") - 10 * Decimal("0.10"))

    def test_it_is_signed_with_the_report(self, place: Place) -> None:
        self.reconcile(place, self.PRICED, self.TOO_EARLY)
        assert run("signoff", str(place.report), "--by", "mei", "--allow-open", "--at", AT).code == 0
        signed = json.loads((place.report / "manifest.json").read_bytes())
        assert USAGE_REJECTS in {one["path"] for one in signed["outputs"]}
        assert run("signoff", str(place.report), "--verify").code == 0
        (place.report / USAGE_REJECTS).write_text("")
        assert USAGE_REJECTS in run("signoff", str(place.report), "--verify").out


def test_memory_that_does_not_suffice_is_told(place: Place) -> None:
    with pytest.raises(UnusableInputError, match="too little"):
        _exhaust(place)


def _exhaust(place: Place) -> None:
    with open_database("10MB", place.folder) as database:
        database.execute("SET max_temp_directory_size = '0KB'")
        database.execute("SELECT list(range) FROM range(100000000)")


@pytest.mark.parametrize("name", ["a ", "\ta", "A", "a\u00a0"])
def test_ids_that_differ_by_blanks_or_case_alone_are_told_and_do_not_meet(place: Place, name: str) -> None:
    place.invoice(f"1,{name},1.00,USD", *LINES[1:])
    done = place.reconcile("--allow-breaks", "9")
    said = f"1 line names its task in other letters or blanks than usage, as {name!r} where usage has 'a'"
    assert f"wan-rules: {said}: write them alike on both sides\n" in done.err
    assert "1 on one side alone" not in done.out
    assert "2 on one side alone" in done.out


def test_several_lines_of_near_ids_are_one_note_and_another_task_is_none(place: Place) -> None:
    place.invoice("1,b ,1.00,USD", "2,a ,0.50,USD", "3,a ,0.50,USD", "4,d,1.00,USD", LINES[2])
    done = place.reconcile("--allow-breaks", "9")
    assert "wan-rules: 3 lines name their tasks in other letters or blanks than usage, as 'b ' where" in done.err
    assert done.err.count("write them alike") == 1


def test_an_id_that_usage_has_is_not_told_though_it_is_near_another(tmp_path: Path) -> None:
    place = Place(tmp_path)
    write_charges(tmp_path / "charges.parquet", [row(id=name) for name in ("a", "A")], place.catalogue)
    place.invoice("1,a,1.00,USD")
    assert "write them alike" not in place.reconcile("--allow-breaks", "9").err


def test_a_currency_in_other_letters_or_blanks_is_told(place: Place) -> None:
    place.invoice("1,a,1.00,usd", "2,b,1.00,USD", "3,c,1.20,EUR")
    done = place.reconcile("--allow-breaks", "9")
    said = "the invoice is in 'usd' where usage is priced in 'USD': write them alike on both sides"
    assert [line for line in done.err.splitlines() if "alike" in line] == [f"wan-rules: {said}"]
