"""A running program reloads: what fails changes nothing, and what stays the same stays the same object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing.errors import CardError
from pricing.shell.reloading import Kept, Reloaded, Reloader
from pricing.shell.sources import Conditions, Keep, UnreachableError
from tests.shell import packing
from tests.shell.serving import Server, answer, serve


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    return packing.write(tmp_path / "prices", packing.texts())


def test_a_first_load_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CardError, match="no such folder"):
        Reloader(str(tmp_path / "prices"))


def test_a_change_is_taken_over(prices: Path) -> None:
    reloader = Reloader(str(prices))
    before = reloader.catalogue
    packing.write(prices, packing.texts("0.2"))
    assert reloader.catalogue is before
    found = reloader.reload()
    assert isinstance(found, Reloaded)
    assert (found.changed, found.catalogue.digest) == (True, packing.digest("0.2"))
    assert reloader.catalogue is found.catalogue


def test_what_has_not_changed_stays_the_same_object(prices: Path) -> None:
    reloader = Reloader(str(prices))
    before = reloader.catalogue
    packing.write(prices, {"catalogue.toml": "# a remark\n" + packing.texts()["catalogue.toml"]})
    assert reloader.reload() == Reloaded(before, changed=False)
    assert reloader.catalogue is before


@pytest.mark.parametrize("broken", ["", "[card]\n", "\0", packing.card("-1")])
def test_a_load_that_fails_keeps_the_old_catalogue(broken: str, prices: Path) -> None:
    reloader = Reloader(str(prices))
    before = reloader.catalogue
    packing.write(prices, {packing.CARD: broken})
    found = reloader.reload()
    assert isinstance(found, Kept)
    assert found.catalogue is reloader.catalogue is before
    assert str(prices / packing.CARD) in str(found.error)
    packing.write(prices, packing.texts("0.2"))
    assert reloader.reload().catalogue.digest == packing.digest("0.2")


def test_a_folder_that_goes_keeps_the_old_catalogue(prices: Path) -> None:
    reloader = Reloader(str(prices))
    prices.rename(prices.with_name("elsewhere"))
    assert isinstance(reloader.reload(), Kept)
    assert reloader.catalogue.digest == packing.digest()


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as started:
        started.answers["/p.zip"] = answer(packing.zipped(packing.texts()))
        yield started


def test_a_server_that_fails_keeps_the_old_catalogue(server: Server) -> None:
    reloader = Reloader(server.url("/p.zip"))
    server.answers["/p.zip"] = answer(b"", 500)
    found = reloader.reload()
    assert isinstance(found, Kept)
    assert isinstance(found.error, UnreachableError)
    assert reloader.catalogue.note is None


def test_a_kept_copy_is_told_of_as_soon_as_it_stands_in(server: Server, tmp_path: Path) -> None:
    reloader = Reloader(server.url("/p.zip"), Conditions(keep=Keep(packing.HOUR, tmp_path)))
    server.answers["/p.zip"] = answer(b"", 500)
    found = reloader.reload()
    assert isinstance(found, Reloaded)
    assert (found.changed, found.catalogue.note is not None) == (True, True)
    server.answers["/p.zip"] = answer(packing.zipped(packing.texts()))
    assert reloader.reload().catalogue.note is None
