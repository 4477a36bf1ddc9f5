"""`wan-rules signoff`: what is signed, when nothing is, and that verifying finds every difference."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.errors import CardError
from pricing.reconciliations import Reconciliation, Standing, Tolerance
from pricing.shell.bulk import fingerprints, manifests, ways
from pricing.shell.bulk.manifests import MANIFEST, read_manifest, write_manifest
from pricing.shell.bulk.registers import REGISTER, read_register, write_register
from pricing.shell.bulk.runs import RunOptions
from pricing.shell.bulk.signing_off import Ways
from pricing.shell.bulk.summaries import SUMMARY, write_summary
from pricing.version import __version__
from tests.bulk.published import faults
from tests.bulk.standings import AT, RECONCILIATION, standing
from tests.shell.runner import Done, run
from wan_rules.payloads import UnusableInputError

WHEN = ("--at", "2026-11-06T10:00:00Z")
DECIDED: tuple[Standing, ...] = (standing("B1")._replace(status="accepted", note="credited"),)


@dataclass
class Books:
    """A folder with usage, an invoice and a report of them; `comes_to` is what computing it again gives."""

    folder: Path
    comes_to: Callable[[RunOptions], Reconciliation] = lambda _: RECONCILIATION
    asked: list[RunOptions] = field(default_factory=list)
    written: list[Reconciliation] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def ways(self) -> Ways:
        return Ways(self.recompute, self.write_outputs)

    def recompute(self, options: RunOptions) -> Reconciliation:
        self.asked.append(options)
        return self.comes_to(options)

    def write_outputs(self, folder: Path, reconciliation: Reconciliation) -> tuple[str, ...]:
        self.written.append(reconciliation)
        folder.joinpath("report.html").write_text(f"{len(reconciliation.standings)} breaks", encoding="utf-8")
        return self.notes

    def sign(self, *more: str) -> Done:
        return run("signoff", "report", "--by", "Mei Lin", *WHEN, *more)

    def verify(self, *more: str) -> Done:
        return run("signoff", "report", "--verify", *more)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Books:
    monkeypatch.chdir(tmp_path)
    made = Books(tmp_path)
    monkeypatch.setattr(ways, "find_ways", made.ways)
    for name in ("usage", "report", "report/journals", "last"):
        Path(name).mkdir()
    Path("usage/a.jsonl").write_text("{}\n", encoding="utf-8")
    Path("usage/b.jsonl").write_text("{}\n", encoding="utf-8")
    Path("usage/.hidden").touch()
    Path("invoice.csv").write_text("amount\n", encoding="utf-8")
    Path("report/journals/usd.txt").write_text("journal", encoding="utf-8")
    options = RunOptions(("invoice.csv",), AT, usage=("usage",), earlier="last")
    write_register(Path("last", REGISTER), [])
    write_register(Path("report", REGISTER), DECIDED)
    Path("report", SUMMARY).write_bytes(write_summary(RECONCILIATION, options, Path("report")))
    return made


class TestSigning:
    """`signoff --by`."""

    def test_who_when_from_what_and_to_what(self, books: Books) -> None:
        done = books.sign("--note", "October is closed")
        assert (done.code, done.err) == (0, "")
        told = json.loads(Path("report", MANIFEST).read_bytes())
        assert faults(told, "manifest") == []
        assert told["signed"] == {"by": "Mei Lin", "at": "2026-11-06T10:00:00Z", "note": "October is closed"}
        assert [(one["role"], one["path"]) for one in told["inputs"]] == [
            ("usage", "../usage/a.jsonl"),
            ("usage", "../usage/b.jsonl"),
            ("invoice", "../invoice.csv"),
            ("earlier", "../last/breaks.parquet"),
        ]
        invoice = told["inputs"][2]
        assert (invoice["bytes"], invoice["sha256"]) == (7, hashlib.sha256(b"amount\n").hexdigest())
        assert [one["path"] for one in told["outputs"]] == [
            "breaks.parquet",
            "journals/usd.txt",
            "report.html",
            "report.json",
        ]
        assert told["catalogue"] == {"name": "prices", "digest": RECONCILIATION.digest}
        assert told["totals"][0]["causes"]["rate"] == "0.30"
        assert told["standings"] == {"accepted": 1}
        assert told["options"]["usage"] == ["../usage"]
        assert {"version", "python", "engine", "libraries"} == {*told["program"]}

    @pytest.mark.usefixtures("books")
    def test_the_name_of_the_folder_steers_no_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path("report").rename("\x1b[31mreport")
        monkeypatch.setenv("FORCE_COLOR", "1")
        done = run("signoff", "\x1b[31mreport", "--by", "Mei Lin", *WHEN)
        assert done.code == 0
        assert done.out.startswith(r"\x1b[31mreport signed off by Mei Lin")

    def test_what_is_printed_is_the_digest_of_the_manifest(self, books: Books) -> None:
        lines = books.sign().out.splitlines()
        digest = hashlib.sha256(Path("report", MANIFEST).read_bytes()).hexdigest()
        assert lines == [
            "report signed off by Mei Lin at 2026-11-06T10:00:00Z: 1 accepted",
            "computed again from 4 files to the same counts, totals and breaks",
            f"manifest.json sha256 {digest}",
        ]

    def test_it_is_canonical_and_reads_back_equal(self, books: Books) -> None:
        books.sign()
        data = Path("report", MANIFEST).read_bytes()
        assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert write_manifest(read_manifest(Path("report")), Path("report")) == data

    def test_its_documents_are_written_anew_with_what_was_decided(self, books: Books) -> None:
        books.sign()
        assert [one.standings for one in books.written] == [DECIDED]
        assert books.asked == [RunOptions(("invoice.csv",), AT, usage=("usage",), earlier="last")]

    def test_what_is_not_written_is_said(self, books: Books) -> None:
        books.notes = ("report.xlsx is not written: it needs xlsxwriter: pip install 'wan-rules[workbooks]'",)
        done = books.sign()
        assert (done.code, done.err) == (0, f"wan-rules: {books.notes[0]}\n")

    def test_json(self, books: Books) -> None:
        document = books.sign("--format", "json").document
        assert faults(document, "signoff") == []
        digest = hashlib.sha256(Path("report", MANIFEST).read_bytes()).hexdigest()
        assert document == {
            "schema_version": "1",
            "signed": True,
            "manifest_sha256": digest,
            "differences": [],
            "left_open": 0,
        }


class TestNotSigning:
    """What leaves a report unsigned."""

    def left(self, done: Done, code: int, told: str) -> None:
        assert done.code == code
        assert told in done.out + done.err
        assert not Path("report", MANIFEST).exists()

    def test_an_open_break_has_to_be_decided_or_allowed(self, books: Books) -> None:
        write_register(Path("report", REGISTER), [standing("B1")])
        self.left(books.sign(), 1, "1 break left open, and nothing was signed: accept or assign each")
        assert books.sign("--format", "json").document["left_open"] == 1
        assert books.sign("--allow-open").code == 0
        assert read_manifest(Path("report")).standings == {"open": 1}

    def test_what_is_signed_all_the_same_is_counted_as_open(self, books: Books) -> None:
        self.omit(books, lines_rejected=2)
        write_register(Path("report", REGISTER), [standing("B1"), standing("B2")])
        without = books.comes_to
        books.comes_to = lambda options: without(options)._replace(standings=(standing("B1"), standing("B2")))
        done = books.sign("--allow-open", "--format", "json")
        assert (done.code, done.document["signed"], done.document["left_open"]) == (0, True, 4)

    def test_a_resolved_break_is_no_open_one(self, books: Books) -> None:
        resolved = standing("B1")._replace(age="resolved")
        write_register(Path("report", REGISTER), [resolved])
        books.comes_to = lambda _: RECONCILIATION._replace(standings=(resolved,))
        assert books.sign().code == 0
        assert read_manifest(Path("report")).standings == {"resolved": 1}

    def omit(self, books: Books, *, lines_rejected: int = 0, rejected: int = 0) -> None:
        """Makes the report one that leaves out so many lines or rows, and has no breaks."""
        counts = RECONCILIATION.counts._replace(lines_rejected=lines_rejected, rejected=rejected)
        without = RECONCILIATION._replace(counts=counts, standings=())
        options = RunOptions(("invoice.csv",), AT, usage=("usage",))
        Path("report", SUMMARY).write_bytes(write_summary(without, options, Path("report")))
        write_register(Path("report", REGISTER), [])
        books.comes_to = lambda _: without

    def test_lines_that_can_not_be_read_have_to_be_mended_or_allowed(self, books: Books) -> None:
        self.omit(books, lines_rejected=2)
        self.left(books.sign(), 1, "2 lines of the invoice can't be read, and nothing was signed: mend the invoice and")
        document = books.sign("--format", "json").document
        assert (document["signed"], document["left_open"], faults(document, "signoff")) == (False, 2, [])
        done = books.sign("--allow-open")
        assert (done.code, ": no breaks; 2 lines of the invoice can't be read\n" in done.out) == (0, True)

    def test_each_kind_that_is_left_open_is_said(self, books: Books) -> None:
        self.omit(books, lines_rejected=1)
        write_register(Path("report", REGISTER), [standing("B1")])
        self.left(books.sign(), 1, "wan-rules: 1 break left open, and nothing was signed: accept or assign each")
        assert "wan-rules: 1 line of the invoice can't be read, and nothing was signed: mend" in books.sign().err
        assert books.sign("--format", "json").document["left_open"] == 2

    def test_usage_that_is_not_rated_is_said(self, books: Books) -> None:
        self.omit(books, rejected=1)
        done = books.sign()
        assert (done.code, ": no breaks; 1 row of usage not rated\n" in done.out) == (0, True)

    def test_what_comes_to_something_else_is_not_signed(self, books: Books) -> None:
        totals = RECONCILIATION.totals[0]._replace(invoiced=Decimal(3))
        books.comes_to = lambda _: RECONCILIATION._replace(totals=(totals,))
        done = books.sign()
        self.left(done, 1, "Computed again, it comes to something else. Nothing was signed:")
        assert done.out.splitlines()[1:] == ["  totals USD invoiced: 2.550000000000000001 in the report, 3.00 now"]
        document = books.sign("--format", "json").document
        assert faults(document, "signoff") == []
        assert document["signed"] is False
        assert document["differences"] == [
            {"where": "totals", "name": "USD invoiced", "kept": "2.550000000000000001", "found": "3.00"}
        ]

    def test_inputs_that_change_meanwhile(self, books: Books) -> None:
        def touch(_: RunOptions) -> Reconciliation:
            Path("invoice.csv").write_text("amount\n1\n", encoding="utf-8")
            return RECONCILIATION

        books.comes_to = touch
        self.left(books.sign(), 2, "its inputs changed while it was computed again")

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            pytest.param(("--by", " "), "--by: say who signs, or verify a signed report with --verify", id="nobody"),
            pytest.param(("--by", "\udc80"), "--by: it is no text", id="no-name"),
            pytest.param(("--by", "Mei", "--note", "\udc80"), "--note: it is no text", id="no-note"),
            pytest.param(
                ("--by", "Mei", "--at", "2026-11-01"), "before the reconciliation, of 2026-11-05T09", id="early"
            ),
            pytest.param(("--by", "Mei", "--at", "soon"), "--at: 'soon' is no date", id="no-instant"),
        ],
    )
    def test_who_and_when_have_to_make_sense(self, books: Books, arguments: tuple[str, ...], told: str) -> None:
        self.left(run("signoff", "report", *arguments), 2, told)
        assert books.asked == []

    def test_a_folder_that_is_no_report(self, books: Books) -> None:
        assert "there is no report.json" in run("signoff", "usage", "--by", "Mei").err
        assert books.asked == []

    @pytest.mark.parametrize(
        ("invoice", "told"),
        [
            pytest.param("-", "standard input can't be read again", id="standard-input"),
            pytest.param("s3://books/invoice.csv", "s3://books/invoice.csv is no file here", id="elsewhere"),
        ],
    )
    def test_what_can_not_be_digested(self, books: Books, invoice: str, told: str) -> None:
        options = RunOptions((invoice,), AT, usage=("usage/*.jsonl",))
        Path("report", SUMMARY).write_bytes(write_summary(RECONCILIATION, options, Path("report")))
        self.left(books.sign(), 2, told)

    def test_twice(self, books: Books) -> None:
        books.sign()
        before = Path("report", MANIFEST).read_bytes()
        done = books.sign("--by", "Ann")
        assert done.code == 2
        assert "Mei Lin signed it off at 2026-11-06T10:00:00Z, and what was signed stays as it is" in done.err
        assert Path("report", MANIFEST).read_bytes() == before

    def test_what_was_signed_is_decided_no_more(self, books: Books) -> None:
        books.sign()
        done = run("breaks", "assign", "report", "B1", "--owner", "ann")
        assert done.code == 2
        assert "reconcile again into another folder with --earlier naming this one" in done.err
        assert read_register(Path("report", REGISTER))[0].owner is None


class TestVerifying:
    """`signoff --verify`."""

    def test_all_is_as_it_was_signed(self, books: Books) -> None:
        books.sign()
        done = books.verify()
        assert (done.code, done.err) == (0, "")
        digest = hashlib.sha256(Path("report", MANIFEST).read_bytes()).hexdigest()
        assert done.out.splitlines() == [
            "report was signed off by Mei Lin at 2026-11-06T10:00:00Z",
            f"manifest.json sha256 {digest}",
            "all as it was signed: 4 inputs and 4 outputs; computed again, the same counts, totals and breaks",
        ]

    def test_the_books_may_be_moved_and_signed_by_hand(
        self, books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        books.sign()
        Path("report", "manifest.json.minisig").touch()
        (tmp_path / "archive").mkdir()
        for name in ("usage", "report", "last", "invoice.csv"):
            (tmp_path / name).rename(tmp_path / "archive" / name)
        monkeypatch.chdir(tmp_path / "archive" / "report")
        done = run("signoff", ".", "--verify", "--format", "json")
        assert (done.code, done.document["verified"], done.document["differences"]) == (0, True, [])

    def test_every_file_that_is_another_is_listed(self, books: Books) -> None:
        books.sign()
        Path("usage/a.jsonl").write_text("{} \n", encoding="utf-8")
        Path("usage/c.jsonl").touch()
        Path("report/report.html").unlink()
        Path("report/more.txt").touch()
        done = books.verify("--format", "json")
        assert done.code == 1
        found = [
            (one["where"], one["name"], one["kept"] is None, one["found"] is None)
            for one in done.document["differences"]
        ]
        assert found == [
            ("input", "../usage/a.jsonl", False, False),
            ("input", "../usage/c.jsonl", True, False),
            ("output", "report.html", False, True),
            ("output", "more.txt", True, False),
        ]
        assert "4 differences from what was signed" in books.verify().out

    def test_every_number_and_break_that_is_another_is_listed(self, books: Books) -> None:
        books.sign()
        late = standing("B1", Decimal("0.25"))._replace(age="open")
        counts = RECONCILIATION.counts._replace(agreeing=0, matches={"window": 3})
        books.comes_to = lambda _: RECONCILIATION._replace(
            digest="sha256:f", counts=counts, totals=(), standings=(late, standing("B2"))
        )
        done = books.verify()
        assert done.code == 1
        lines = done.out.splitlines()
        assert f"  catalogue digest: {RECONCILIATION.digest} in the report, sha256:f now" in lines
        assert "  counts agreeing: 1 in the report, 0 now" in lines
        assert "  counts matched by task_id: 3 in the report, nothing now" in lines
        assert "  counts matched by window: nothing in the report, 3 now" in lines
        assert "  totals USD rate: 0.30 in the report, nothing now" in lines
        assert "  break B1 age: new in the report, open now" in lines
        assert "  break B1 amount: 0.30 in the report, 0.25 now" in lines
        assert "  break B2: nothing in the report, rate 0.30 USD now" in lines
        assert sum(" break B1 " in line for line in lines) == 2

    def test_what_people_decided_and_prose_is_no_difference(self, books: Books) -> None:
        books.sign()
        one = standing("B1")
        part = one.found.part._replace(evidence="said better")
        books.comes_to = lambda _: RECONCILIATION._replace(
            standings=(one._replace(owner="ann", found=one.found._replace(part=part)),), version="9"
        )
        assert books.verify().code == 0

    def test_a_register_that_can_not_be_read_is_one_difference(self, books: Books) -> None:
        books.sign()
        Path("report", REGISTER).write_bytes(b"")
        done = books.verify("--format", "json")
        assert (done.code, [one["name"] for one in done.document["differences"]]) == (1, [REGISTER])

    def test_what_was_rejected_is_signed_too(self, books: Books) -> None:
        options = RunOptions(("invoice.csv",), AT, rejects="rejects.jsonl")
        Path("report", SUMMARY).write_bytes(write_summary(RECONCILIATION, options, Path("report")))
        Path("rejects.jsonl").write_text("{}\n", encoding="utf-8")
        books.sign()
        rejects = json.loads(Path("report", MANIFEST).read_bytes())["outputs"][-1]
        assert (rejects["role"], rejects["path"], rejects["bytes"]) == ("rejects", "../rejects.jsonl", 3)
        assert books.verify().code == 0
        Path("rejects.jsonl").unlink()
        (lost,) = books.verify("--format", "json").document["differences"]
        assert (lost["where"], lost["name"], lost["found"]) == ("output", "../rejects.jsonl", None)

    def test_a_missing_input_ends_with_2_and_the_rest_is_told_all_the_same(self, books: Books) -> None:
        books.sign()
        Path("invoice.csv").unlink()
        Path("report", "report.html").unlink()
        before = len(books.asked)
        done = books.verify("--format", "json")
        assert (done.code, len(books.asked)) == (2, before)
        assert faults(done.document, "verification") == []
        assert done.document["missing"] == ["../invoice.csv is not there"]
        assert [one["name"] for one in done.document["differences"]] == ["report.html"]
        assert "wan-rules: ../invoice.csv is not there. Without it nothing can be computed again" in done.err
        assert "all as it was signed" not in books.verify().out

    def test_a_catalogue_that_is_gone_ends_with_2(self, books: Books) -> None:
        books.sign()

        def fail(_: RunOptions) -> Reconciliation:
            raise CardError("no such folder", file="prices")

        books.comes_to = fail
        done = books.verify()
        assert (done.code, "prices: no such folder. Without it" in done.err) == (2, True)

    def test_another_program_is_a_note(self, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
        books.sign()
        monkeypatch.setattr(manifests, "__version__", "9.9.9")
        done = books.verify()
        assert (done.code, f"note: wan-rules was {__version__} and is 9.9.9" in done.out) == (0, True)

    def test_what_was_not_signed_can_not_be_verified(self, books: Books) -> None:
        done = books.verify()
        assert (done.code, "there is no manifest.json: the report is not signed off" in done.err) == (2, True)

    def test_verifying_signs_nothing(self, books: Books) -> None:
        done = books.verify("--by", "Mei")
        assert (done.code, "--verify: it signs nothing" in done.err) == (2, True)

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            pytest.param({"schema_version": "3"}, "schema_version is '3': this program reads \"1\"", id="version"),
            pytest.param({"signed": {"by": "Mei"}}, "manifest.json: signed", id="incomplete"),
            pytest.param({"options": None}, "the options of its run are wanted", id="options"),
        ],
    )
    def test_a_manifest_that_is_none(self, books: Books, change: dict[str, object], told: str) -> None:
        books.sign()
        path = Path("report", MANIFEST)
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}), encoding="utf-8")
        done = books.verify()
        assert (done.code, told in done.err) == (2, True)

    def test_a_manifest_that_can_not_be_read(self, books: Books) -> None:
        Path("report", MANIFEST).mkdir()
        assert "manifest.json: it can't be read" in books.verify().err


class TestFingerprints:
    """Which files are digested."""

    def test_a_glob_names_its_files_in_order(self, books: Books) -> None:
        options = RunOptions(("invoice.csv",), AT, charges=("usage/*.jsonl", "usage"))
        found = fingerprints.fingerprint_inputs(options, Path("report"))
        assert [(one.role, one.path) for one in found] == [
            ("charges", "../usage/a.jsonl"),
            ("charges", "../usage/b.jsonl"),
            ("invoice", "../invoice.csv"),
        ]
        assert books.asked == []

    def test_an_absolute_path_stays_so(self, books: Books) -> None:
        path = books.folder / "invoice.csv"
        (found,) = fingerprints.fingerprint_inputs(RunOptions((str(path),), AT), Path("report"))
        assert found.path == str(path)
        assert fingerprints.locate(found, Path("report")) == path

    def test_what_can_not_be_read_is_said(self, books: Books) -> None:
        one = fingerprints.Fingerprint("output", "journals", 0, "")
        with pytest.raises(UnusableInputError, match="it can't be read"):
            fingerprints.refresh(one, books.folder / "report")


def test_tolerances_are_kept_to_the_last_digit(books: Books) -> None:
    options = RunOptions(("invoice.csv",), AT, tolerances={"USD": Tolerance(Decimal("1E-7"), Decimal("0.10"))})
    Path("report", SUMMARY).write_bytes(write_summary(RECONCILIATION, options, Path("report")))
    books.sign()
    told = json.loads(Path("report", MANIFEST).read_bytes())
    assert told["options"]["tolerances"] == {"USD": {"amount": "0.0000001", "percent": "0.1"}}
