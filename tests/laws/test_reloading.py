"""No quote mixes two catalogues, however many threads quote while others reload, fail and reload again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from pricing import Market, quote, resolve
from pricing.shell.reloading import Kept, Reloaded, Reloader
from tests.quoting import atlas, lengths, reading_of
from tests.shell import packing
from tests.terms import ACCOUNT, ENVIRONMENT, card_toml, instant, terms_of
from wan_rules.validation import validate

AT = instant("2026-06-01")
MARKET = Market(ACCOUNT, ENVIRONMENT, "atlas")
VALID = validate(reading_of("atlas", atlas(clips=1), lengths("4")))
ROUNDS = 30
QUOTING = 6


def catalogue(price: str) -> dict[str, str]:
    """Output and clips at that price, each from an entry of its own: a mixture would show two prices."""
    both = terms_of({"720P": price}, rule={"priced_as": "own"})
    clips = {**both["entries"][0], "meter": "reference_video_seconds"}
    return {**packing.texts(), packing.CARD: card_toml({**both, "entries": [*both["entries"], clips]})}


A, B, BROKEN = catalogue("0.1"), catalogue("0.7"), {packing.CARD: "[card]\n"}


@pytest.fixture
def eager_switches() -> Iterator[None]:
    """Threads take turns as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("eager_switches")
def test_each_quote_is_of_one_catalogue(tmp_path: Path) -> None:
    prices = packing.write(tmp_path / "prices", A)
    reloader, done = Reloader(str(prices)), threading.Event()
    digest_of_a = reloader.catalogue.digest
    seen: list[tuple[str, tuple[Decimal | None, ...], Decimal | None]] = []

    def quote_on() -> None:
        while not done.is_set():
            found = quote(VALID, resolve(reloader.catalogue, MARKET, AT), AT)
            prices = tuple(line.rate.contracted_unit_price for line in found.lines)
            seen.append((found.priced.pricing.digest, prices, found.total))

    threads = [threading.Thread(target=quote_on) for _ in range(QUOTING)]
    for thread in threads:
        thread.start()
    outcomes = []
    try:
        for number in range(ROUNDS):
            packing.write(prices, (B, BROKEN, A)[number % 3])
            outcomes.append(reloader.reload())
    finally:
        done.set()
        for thread in threads:
            thread.join()
    digest_of_b = outcomes[0].catalogue.digest
    price_of = {digest_of_a: Decimal("0.1"), digest_of_b: Decimal("0.7")}
    assert [type(outcome) for outcome in outcomes] == [Reloaded, Kept, Reloaded] * (ROUNDS // 3)
    assert {digest for digest, _, _ in seen} == price_of.keys()
    assert {one for one in seen if one[1:] != ((price_of[one[0]],) * 2, 9 * price_of[one[0]])} == set()


def test_reloads_at_the_same_time_leave_a_whole_catalogue(tmp_path: Path) -> None:
    reloader = Reloader(str(packing.write(tmp_path / "prices", A)))
    packing.write(tmp_path / "prices", B)
    outcomes: list[Reloaded | Kept] = []
    threads = [threading.Thread(target=lambda: outcomes.append(reloader.reload())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, Reloaded) and outcome.changed for outcome in outcomes) == 1
    assert {id(outcome.catalogue) for outcome in outcomes} == {id(reloader.catalogue)}
