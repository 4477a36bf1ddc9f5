"""`cards history` and `cards at`: what was in force when, as text, as JSON that its schema knows, and as a picture."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pricing.meters import METERS
from pricing.shell.asked_values import Meter
from tests.conftest import ROOT
from tests.shell.runner import CATALOGUE, NORTHLIGHT, run
from tests.terms import HEAD, card_toml, terms_of

MARKETS = [("atlas", NORTHLIGHT), ("alibaba", NORTHLIGHT), ("fal", ()), ("alibaba", ("--region", "international"))]


def faults(document: object, name: str) -> list[str]:
    schema: Any = json.loads((ROOT / "docs" / "reference" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [fault.message for fault in validator.iter_errors(document)]


@pytest.fixture
def ended(tmp_path: Path) -> tuple[str, ...]:
    """A catalogue in which 720P is withdrawn on a day, 1080P begins within one, and the sandbox has nothing."""
    terms = terms_of({"720P": "0.10"})
    first = terms["entries"][0]
    later = {**first, "resolution": "1080P", "from": "2026-07-01T12:00:00Z", "price": "0.15"}
    withdrawn = {key: value for key, value in first.items() if key != "price"} | {"from": "2026-05-01"}
    terms["entries"] = [first, withdrawn, later]
    card = card_toml(terms).replace("[card]\n", '[card]\nenvironments = ["production"]\n')
    (tmp_path / "catalogue.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "card.toml").write_text(card, encoding="utf-8")
    return ("--catalogue", str(tmp_path), "--account", "acme")


def test_it_lists_each_period_and_marks_now() -> None:
    done = run("cards", "history", "atlas", *NORTHLIGHT, "--at", "2026-11-15")
    heads = [line for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert (done.code, done.err) == (0, "")
    assert heads == [
        "acme / production / atlas: Northlight Studio (fictional)",
        "from 2026-06-01 until 2026-11-01",
        "from 2026-11-01 on, now (2026-11-15)",
    ]
    (changed,) = [line.split() for line in done.out.splitlines() if "1080P-SR@2026-11-01" in line]
    assert changed[3:6] == ["0.13", "(fictional)", "->"]
    assert changed[6] == "0.117"
    assert changed[-1] == f"({CATALOGUE}/cards/atlas.toml:36)"


def test_what_begins_within_a_day_is_told_by_its_instant(ended: tuple[str, ...]) -> None:
    """On the day itself, hours before: that it begins on that day would contradict what is said."""
    at = ("--environment", "production", "--at", "2026-07-01T10:00:00Z")
    assert "none: nothing before 2026-07-01T12:00:00Z" in run("cards", "history", "atlas", *ended, *at).out
    shown = [line.split() for line in run("cards", "show", "made-up", *ended[:2]).out.splitlines()]
    (later,) = [words for words in shown if words[3:5] == ["at", "1080P"]]
    assert later[:2] == ["from", "2026-07-01T12:00:00Z"]
    lines = run("cards", "show", "made-up", *ended[:2]).out.splitlines()
    assert len({line.index("output_video_seconds") for line in lines if "output_video_seconds" in line}) == 1


def test_now_is_the_clock_s_unless_it_is_said() -> None:
    before = datetime.now(UTC)
    now = datetime.fromisoformat(run("cards", "history", "fal", "--format", "json").document["now"])
    assert before <= now <= datetime.now(UTC)


def test_before_the_first_day_now_is_in_no_period() -> None:
    asked = ("cards", "history", "atlas", *NORTHLIGHT, "--at", "2020-01-01T08:00:00.5+08:00")
    assert "now, 2020-01-01, is before the first day" in run(*asked).out.splitlines()
    assert [period["is_now"] for period in run(*asked, "--format", "json").document["periods"]] == [False, False]


def test_what_ended_and_what_has_not_begun_say_so(ended: tuple[str, ...]) -> None:
    done = run("cards", "history", "atlas", *ended, "--environment", "production", "--at", "2026-05-02")
    assert "from 2026-05-01 until 2026-07-01T12:00:00Z, now (2026-05-02)" in done.out
    missing = [line.split(" (")[0].split() for line in done.out.splitlines() if "none: " in line]
    meter = "output_video_seconds"
    later = next(words for words in missing if words[2] == "1080P")
    assert later[-2:] == ["2026-07-01T12:00:00Z", f"made-up:{meter}/1080P@2026-07-01T12:00:00Z"]
    assert any(words[4:9] == ["without", "a", "price", "from", "2026-05-01"] for words in missing)
    assert any(words[-1] == "it" for words in missing)


def test_an_environment_without_terms_has_a_history_of_refusals(ended: tuple[str, ...]) -> None:
    done = run("cards", "history", "atlas", *ended, "--environment", "sandbox", "--format", "json")
    (period,) = done.document["periods"]
    assert period["refusal"]["code"] == "no_rate"
    assert (period["card"], period["prices"], period["terms"]) == (None, [], None)
    assert faults(done.document, "history") == []


@pytest.mark.parametrize(("host", "market"), MARKETS)
def test_its_document_is_what_the_schema_says(host: str, market: tuple[str, ...]) -> None:
    document = run("cards", "history", host, *market, "--format", "json", "--at", "2026-11-15").document
    assert faults(document, "history") == []
    assert [period["is_now"] for period in document["periods"]].count(True) == 1


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("atlas", *NORTHLIGHT[:2], "--account", "nobody"), 2, "nobody"),
        (("nowhere",), 2, "nowhere"),
        (("fal", "--at", "2026-11-15T00:00"), 2, "--at: '2026-11-15T00:00' has no zone"),
        (("fal", "--meter", "requests"), 2, "--plot"),
        (("fal", "--meter", "requests", "--plot", "x.svg"), 2, "requests never had a price here"),
    ],
)
def test_what_can_not_be_told_is_said(
    asked: tuple[str, ...], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("cards", "history", *asked)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_host_without_any_card_has_no_rate(ended: tuple[str, ...]) -> None:
    done = run("cards", "history", "fal", *ended, "--environment", "production")
    assert (done.code, done.out) == (4, "")
    assert "no card holds for account acme, environment production, host fal" in done.err


def test_a_plot_is_written_and_written_again_alike(tmp_path: Path) -> None:
    file = tmp_path / "prices.svg"
    file.write_text("something older", encoding="utf-8")
    asked = ("cards", "history", "atlas", *NORTHLIGHT, "--at", "2026-11-15", "--plot", str(file))
    done = run(*asked)
    first = file.read_bytes()
    assert done.code == 0
    assert done.out == run(*asked[:-2]).out
    assert run(*asked, "--format", "json").code == 0
    assert file.read_bytes() == first
    title = ET.fromstring(first).find("{http://www.w3.org/2000/svg}title")  # noqa: S314 - our own text
    assert title is not None
    assert title.text == "output_video_seconds: acme / production / atlas"


def test_a_plot_of_another_meter(tmp_path: Path) -> None:
    globex = (*NORTHLIGHT[:2], "--account", "globex", "--environment", "production")
    file = tmp_path / "x.svg"
    done = run("cards", "history", "atlas", *globex, "--plot", str(file), "--meter", "super_resolution_seconds")
    assert done.code == 0
    assert "1440P-SR: 0.0825 from 2026-06-01." in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["no/such/folder.svg", "."])
def test_a_plot_that_can_not_be_written_ends_with_2(name: str, tmp_path: Path) -> None:
    done = run("cards", "history", "fal", "--plot", str(tmp_path / name))
    assert (done.code, done.out) == (2, "")
    assert "--plot: " in done.err
    assert "can't be written: " in done.err


def test_the_meters_of_the_command_are_those_of_the_cards() -> None:
    assert [meter.value for meter in Meter] == list(METERS)


def test_the_price_list_has_a_row_for_each_tier_that_a_host_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = run("cards", "at", "2026-11-15", *NORTHLIGHT)
    first, head, *rows = done.out.splitlines()
    assert done.code == 0
    assert first == "acme / production at 2026-11-15: Northlight Studio (fictional)"
    assert head.split() == ["host", "region", "meter", "tier", "list", "contracted", "currency", "entry"]
    assert len(rows) == 2 + 2 + 4 + 2 + 2
    assert rows[6].split()[:7] == ["atlas", "output", "video", "1080P-SR", "0.13", "0.117", "USD"]


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_no_figure_is_cut_where_the_terminal_is_narrow(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run("cards", "at", "2026-11-15", *NORTHLIGHT).out
    assert {"1080P-SR", "0.117", "0.1425", "contracted"} <= set(out.split())


def test_free_is_said_and_hosts_without_terms_say_why(ended: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    free = run("cards", "at", "2026-11-15", *NORTHLIGHT[:4], "--environment", "sandbox")
    assert [line.split()[5] for line in free.out.splitlines() if line.startswith("atlas")] == ["free"] * 4
    done = run("cards", "at", "2026-06-01", *ended, "--environment", "production")
    assert "No terms:" in done.out
    assert "  fal: no card holds for account acme" in done.out
    (row,) = [line.split() for line in done.out.splitlines() if " 720P " in line]
    assert row[4:12] == ["none", "none", "USD", "without", "a", "price", "from", "2026-05-01"]


def test_where_nothing_is_offered_the_code_is_4_and_the_list_says_why(ended: tuple[str, ...]) -> None:
    done = run("cards", "at", "2026-06-01", *ended, "--environment", "sandbox")
    assert (done.code, done.err) == (4, "")
    assert [line.split(":")[0] for line in done.out.splitlines() if line[:2] == "  " and line[2] != " "] == [
        "  alibaba",
        "  atlas",
        "  fal",
        "  runware",
    ]


@pytest.mark.parametrize(("at", "code"), [("2026-11-15", 0), ("2026-06-15T10:00:00+02:00", 0), ("2020-01-01", 4)])
@pytest.mark.parametrize("market", [(), NORTHLIGHT], ids=["list", "catalogue"])
def test_the_document_of_a_price_list_is_what_the_schema_says(at: str, code: int, market: tuple[str, ...]) -> None:
    done = run("cards", "at", at, *market, "--format", "json")
    assert done.code == code
    assert faults(done.document, "price-list") == []


@pytest.mark.parametrize("instant", ["2026-11-15T00:00", "soon", ""])
def test_an_instant_that_is_none_is_refused(instant: str) -> None:
    done = run("cards", "at", instant)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("wan-rules: INSTANT: ")


def test_strange_names_are_refused_rather_than_listed() -> None:
    done = run("cards", "at", "2026-11-15", *NORTHLIGHT[:2], "--account", "acne", "--environment", "production")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'acme'?" in done.err
