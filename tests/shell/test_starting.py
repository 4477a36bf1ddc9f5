"""`cards init`: what it writes loads, passes the checks and is formatted; what is there stays."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from pricing.shell.catalogues import load_catalogue, load_published
from tests.conftest import TOMBI
from tests.shell.runner import AT, Done, alibaba, run, write_json

CARDS = tuple(load_published().cards)
NAMES = ("--account", "acme", "--account", "globex", "--environment", "production")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def begin(folder: str, *cards: str, more: tuple[str, ...] = NAMES) -> Done:
    return run("cards", "init", folder, *(word for card in cards for word in ("--from", card)), *more)


@pytest.mark.parametrize("cards", [*((card,) for card in CARDS), CARDS, *pairwise(CARDS)], ids="+".join)
@pytest.mark.parametrize("names", [(), NAMES], ids=["for-anyone", "for-two"])
def test_what_it_writes_is_in_order(cards: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert begin("prices", *cards, more=names).code == 0
    done = run("cards", "check", "prices", "--strict", *AT)
    assert (done.code, done.out) == (0, "0 errors, 0 warnings as of 2026-11-15\n")
    catalogue, shipped = load_catalogue(Path("prices")), load_published()
    assert {f"our-{card}" for card in cards} == set(catalogue.cards)
    for card in cards:
        ours, theirs = catalogue.cards[f"our-{card}"], shipped.cards[card]
        assert (ours.entry, ours.reference_video, ours.card.checked) == (
            theirs.entry,
            theirs.reference_video,
            theirs.card.checked,
        )
    for tool in (["lint", "--error-on-warnings"], ["format", "--check"]):
        command = [TOMBI, *tool, "--offline", "prices"]
        assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def test_it_says_what_it_wrote_and_what_comes_next() -> None:
    done = begin("prices", "atlas-list")
    assert done.out.splitlines() == [
        "wrote prices/catalogue.toml",
        "wrote prices/cards/atlas-list.toml",
        "",
        "Next: write your own prices into the cards, and agreements beside them; then",
        "  wan-rules cards check prices --strict",
        "  wan-rules quote payload.json --catalogue prices --account acme --environment production",
    ]


def test_the_next_steps_work() -> None:
    begin("prices", "alibaba-mainland", "alibaba-international")
    payload = write_json(Path("payload.json"), alibaba())
    done = run("quote", payload, *done_options(), *AT, "--format", "json")
    assert (done.code, done.document["total"], done.document["region"]) == (0, "0.75", "international")


def done_options() -> tuple[str, ...]:
    return ("--catalogue", "prices", "--account", "acme", "--environment", "production")


def test_the_shipped_cards_may_stand_beside() -> None:
    begin("prices", "atlas-list")
    head = Path("prices/catalogue.toml")
    head.write_text(head.read_text(encoding="utf-8").replace("# include", "include"), encoding="utf-8")
    assert run("cards", "check", "prices", "--strict", *AT).code == 0
    assert run("cards", "resolve", "fal", *done_options(), *AT).code == 0


def test_an_empty_folder_is_taken_and_one_stood_in_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("empty").mkdir()
    monkeypatch.chdir("empty")
    assert begin(".", "fal-list").code == 0
    assert sorted(path.name for path in Path().iterdir()) == ["cards", "catalogue.toml", "schemas"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty"]


@pytest.mark.parametrize(
    ("folder", "cards", "more", "said"),
    [
        pytest.param("full", ("fal-list",), NAMES, "not empty", id="a-folder-with-something-in-it"),
        pytest.param("full/note", ("fal-list",), NAMES, "not empty", id="a-file"),
        pytest.param("full/note/prices", ("fal-list",), NAMES, "can't be written", id="below-a-file"),
        pytest.param("prices", ("nowhere",), NAMES, "no card 'nowhere': there are", id="no-such-card"),
        pytest.param("prices", ("fal-list",), ("--account", "A B"), "no name", id="no-name"),
    ],
)
def test_what_can_not_be_is_refused_and_leaves_nothing(
    folder: str, cards: tuple[str, ...], more: tuple[str, ...], said: str
) -> None:
    Path("full").mkdir()
    Path("full/note").write_text("kept", encoding="utf-8")
    done = begin(folder, *cards, more=more)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert [path.as_posix() for path in sorted(Path().rglob("*"))] == ["full", "full/note"]
