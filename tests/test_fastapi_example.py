"""The app of `docs/how-to/quote-in-fastapi.md`: whose prices, which status, and what a reload does while it quotes."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import json
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from starlette.testclient import TestClient

from tests.asked import ATLAS, CATALOGUE, MISTAKES, example
from tests.conftest import ROOT

APP: Final = ROOT / "examples" / "fastapi" / "app.py"
CARD: Final = Path("cards", "atlas.toml")
ACME: Final = {"authorization": "Bearer acme-key"}
GLOBEX: Final = {"authorization": "Bearer globex-key"}
ASKED: Final = {"payload": example(ATLAS)}


@pytest.fixture(name="prices")
def copy_prices(tmp_path: Path) -> Path:
    """The catalogue of the examples, to be changed."""
    return Path(shutil.copytree(CATALOGUE, tmp_path / "prices"))


@pytest.fixture(name="app")
def load_app(prices: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of the app, as a worker imports it; one key is of an account that the catalogue does not know."""
    keys = json.loads((APP.parent / "keys.json").read_bytes())
    keys[hashlib.sha256(b"lost-key").hexdigest()] = ["acne", "production"]
    (prices.parent / "keys.json").write_text(json.dumps(keys))
    for name, value in (("CATALOGUE", prices), ("KEYS", prices.parent / "keys.json"), ("RELOAD_EVERY_S", "0.01")):
        monkeypatch.setenv(name, str(value))
    spec = importlib.util.spec_from_file_location("quoting_app", APP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "quoting_app", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="client")
def find_client(app: ModuleType) -> Iterator[TestClient]:
    """Somebody who asks a worker that lives."""
    with TestClient(app.app) as client:
        yield client


def test_each_key_gets_the_terms_of_its_account_and_nobody_else_s(client: TestClient) -> None:
    def ask(number: int) -> tuple[str, str]:
        quoted = client.post("/quotes", json=ASKED, headers=(ACME, GLOBEX)[number % 2]).json()
        return quoted["account"], quoted["total"]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(200)))
    assert answers == [("acme", "0.936"), ("globex", "0.99")] * 100


NO_PAYLOAD: Final = {"payload": [1]}


@pytest.mark.parametrize(
    ("headers", "body", "status", "said"),
    [
        pytest.param({}, ASKED, 401, "a key is wanted", id="no-key"),
        pytest.param({"authorization": "Bearer none"}, ASKED, 401, "a key is wanted", id="another-key"),
        pytest.param(ACME, b"[", 400, "body", id="no-json"),
        pytest.param(ACME, NO_PAYLOAD, 400, "payload: an object is wanted", id="no-object"),
        pytest.param(ACME, {**ASKED, "fact": {}}, 400, "'fact' is no key", id="misspelt"),
        pytest.param(ACME, {**ASKED, "facts": None}, 400, "facts", id="no-facts"),
        pytest.param(ACME, {"payload": {"prompt": "?"}}, 400, "host", id="whose-payload"),
        pytest.param(ACME, b" " * 1_000_001, 413, "at most 1,000,000 bytes", id="too-large"),
        pytest.param(ACME, {"payload": example(MISTAKES)}, 422, "", id="rejected"),
    ],
)
def test_a_request_that_is_not_taken_is_a_problem(
    client: TestClient, headers: dict[str, str], body: object, status: int, said: str
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post("/quotes", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert said in answer.json()["detail"]


def test_a_report_says_all_that_is_wrong(client: TestClient) -> None:
    report = client.post("/quotes", json={"payload": example(MISTAKES)}, headers=ACME).json()["report"]
    assert report["verdict"] == "rejected"
    assert len(report["violations"]) > 8


def test_no_rate_is_said_and_no_other_price_stands_in(app: ModuleType, client: TestClient, prices: Path) -> None:
    text = (prices / CARD).read_text()
    (prices / CARD).write_text(text.replace('resolution = "1080P-SR"', 'resolution = "1080P"\nratio = "4:3"'))
    asyncio.run(app.reload())
    answer = client.post("/quotes", json=ASKED, headers=ACME)
    assert answer.status_code == 409
    assert "has no price for output_video_seconds at 1080P-SR" in answer.json()["detail"]


def test_what_is_wrong_with_the_prices_is_logged_and_not_told(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/quotes", json=ASKED, headers={"authorization": "Bearer lost-key"})
    assert answer.status_code == 500
    assert "acme" not in answer.text
    assert "account 'acne' is not known" in caplog.text


def test_new_prices_are_taken_while_it_quotes_and_no_quote_mixes_two(client: TestClient, prices: Path) -> None:
    old, card = "0.936", prices / CARD
    changed = card.read_text().replace('price = "0.13"', 'price = "0.14"')
    staged = prices.parent / "staged.toml"
    staged.write_text(changed)
    seen = [old]
    staged.replace(card)  # in one step, as a deployment does
    while seen[-1] == old and len(seen) < 2_000:
        quoted = client.post("/quotes", json=ASKED, headers=ACME).json()
        assert quoted["total"] == ("0.936" if quoted["lines"][0]["list_unit_price"] == "0.13" else "1.008")
        seen.append(quoted["total"])
    assert seen[-1] == "1.008"


def test_prices_that_can_t_be_loaded_change_nothing(
    app: ModuleType, client: TestClient, prices: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (prices / CARD).write_text("this is no card")
    asyncio.run(app.reload())
    assert client.post("/quotes", json=ASKED, headers=ACME).json()["total"] == "0.936"
    assert "the old catalogue stays" in caplog.text
