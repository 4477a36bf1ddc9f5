"""Sources on this machine: folders, files, packages and revisions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pricing.errors import CardError
from pricing.shell import catalogues
from pricing.shell.catalogues import load_published
from pricing.shell.sources import Conditions, Key, SourceError, load
from pricing.shell.sources.local import open_package, open_path
from pricing.shell.sources.source import Asked
from tests.shell import packing

ZEROS = "0" * 64


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return packing.write(tmp_path / "prices", packing.texts())


@pytest.mark.usefixtures("prices")
class TestFolders:
    """A folder, however it is named."""

    @pytest.mark.parametrize("name", ["prices", "./prices/", "file:prices", f"prices#digest={packing.digest()}"])
    def test_a_folder(self, name: str) -> None:
        found = load(name)
        assert (found.digest, found.note) == (packing.digest(), None)
        assert str(found.locate("made-up")) == "prices/cards/atlas.toml:3"

    def test_a_file_url(self, prices: Path) -> None:
        packing.write(prices.parent / "more prices", packing.texts())
        for url in (f"file://{prices}", f"file://localhost{prices}", f"file://{prices.parent}/more%20prices"):
            assert load(url).digest == packing.digest()

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("nothing", "no such folder or file"),
            ("file://server/prices", "a file of another machine"),
            ("file://prices", "a file of another machine"),
            ("pri\0ces", "no such folder or file"),
            ("/dev/null", "neither a folder nor a plain file"),
            (f"prices#digest={ZEROS}", f"sha256:{ZEROS} is pinned"),
            (f"prices#sha256={ZEROS}", "pin a folder by #digest="),
            ("published:x", "nothing stands after the colon"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, name: str, said: str) -> None:
        with pytest.raises(CardError, match=said):
            load(name)

    def test_a_folder_cannot_be_signed(self) -> None:
        signed = Conditions(keys=(Key(b"12345678", bytes(32)),))
        with pytest.raises(SourceError, match="a folder carries no signature"):
            load("prices", signed)
        assert load("published", signed).digest == load_published().digest

    def test_a_folder_has_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalogues, "MAX_TEXT_BYTES", 500)
        with pytest.raises(CardError, match="prices: more than 500 bytes of TOML"):
            load("prices")

    @pytest.mark.parametrize("change", ["write", "add", "remove"])
    def test_a_folder_that_changes_under_our_eyes(
        self, change: str, prices: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Half of one catalogue and half of the next is neither."""
        read = catalogues._read

        def read_late(path: Path) -> bytes:
            data = read(path)
            if path.name == "atlas.toml":
                change_now[change]()
            return data

        card = prices / packing.CARD
        change_now: dict[str, Callable[[], object]] = {
            "write": lambda: packing.write(prices, packing.texts("0.21")),
            "add": lambda: packing.write(prices, {"more.toml": ""}),
            "remove": card.unlink,
        }
        monkeypatch.setattr(catalogues, "_read", read_late)
        with pytest.raises(CardError, match="prices: files changed while they were read"):
            load("prices")

    def test_a_folder_within_that_is_moved_away_while_they_are_listed(
        self, prices: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What is not there any more is an error of the system."""

        def list_half(_folder: Path) -> Iterator[Path]:
            yield prices / packing.CARD
            raise FileNotFoundError(2, "No such file or directory", str(prices / "cards"))

        monkeypatch.setattr(catalogues, "_walk", list_half)
        with pytest.raises(CardError, match=r"can't be read: .*No such file or directory"):
            catalogues.list_files(prices)


class TestLinks:
    """Links are followed as a mount of a cluster's configuration has them; what leads nowhere is told."""

    def test_a_folder_of_links_into_a_hidden_one(self, prices: Path, tmp_path: Path) -> None:
        mounted = tmp_path / "mounted"
        (mounted / "..2026_11_30").mkdir(parents=True)
        prices.rename(mounted / "..2026_11_30" / "prices")
        (mounted / "..data").symlink_to("..2026_11_30/prices")
        for name in sorted(path.name for path in (mounted / "..data").iterdir()):
            (mounted / name).symlink_to(f"..data/{name}")
        found = load(str(mounted))
        assert found.digest == load(str(mounted / "..2026_11_30" / "prices")).digest

    def test_folders_that_hold_each_other_are_read_once(self, prices: Path) -> None:
        before = load(str(prices)).digest
        (prices / "again").symlink_to(prices)
        assert load(str(prices)).digest == before

    def test_a_link_to_nothing_is_told_unless_it_is_an_editors_lock(self, prices: Path) -> None:
        (prices / ".#card.toml").symlink_to("user@host.4711")
        load(str(prices))
        (prices / "gone.toml").symlink_to("moved.toml")
        with pytest.raises(CardError, match=r"gone\.toml: can't be read: .*No such file"):
            load(str(prices))

    def test_what_is_no_file_is_told(self, prices: Path) -> None:
        os.mkfifo(prices / "pipe.toml")
        with pytest.raises(CardError, match=r"pipe\.toml: no file, though it is named like one"):
            load(str(prices))


class TestSingleFiles:
    """One TOML file is a catalogue where it holds a card, or a head that builds on the shipped list."""

    def test_a_card_alone_is_a_list_for_anyone(self, tmp_path: Path) -> None:
        (tmp_path / "new.toml").write_text(packing.card(), encoding="utf-8")
        found = load(str(tmp_path / "new.toml"))
        assert (found.head.name, found.head.accounts, list(found.cards)) == ("made-up", (), ["made-up"])

    def test_two_cards_differ_in_their_digests(self, tmp_path: Path) -> None:
        names = [tmp_path / "a.toml", tmp_path / "b.toml"]
        for name, price in zip(names, ("0.10", "0.11"), strict=True):
            name.write_text(packing.card(price), encoding="utf-8")
        assert len({load(str(name)).digest for name in names}) == 2

    def test_a_head_that_builds_on_the_shipped_list(self, tmp_path: Path) -> None:
        head = 'schema_version = "1"\n[catalogue]\nname = "ours"\ninclude = ["published"]\n'
        (tmp_path / "ours.toml").write_text(head, encoding="utf-8")
        assert load(str(tmp_path / "ours.toml")).cards.keys() == load_published().cards.keys()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param("[agreement]\n", "an agreement alone has no prices", id="agreement"),
            pytest.param("[card]\nid = 1\n", "bad.toml", id="a-bad-card"),
            pytest.param("<html>", "bad.toml:1: not TOML", id="no-toml"),
            pytest.param("\udcff", "bad.toml:1: the byte 0xff is no UTF-8", id="no-text"),
            pytest.param("a = 1\n", "bad.toml", id="neither"),
        ],
    )
    def test_what_is_no_catalogue_is_refused(self, text: str, said: str, tmp_path: Path) -> None:
        (tmp_path / "bad.toml").write_bytes(text.encode(errors="surrogateescape"))
        with pytest.raises(CardError, match=said):
            load(str(tmp_path / "bad.toml"))

    def test_a_file_that_is_too_large(self, tmp_path: Path) -> None:
        (tmp_path / "big.toml").write_bytes(b"#" * 101)
        with pytest.raises(SourceError, match="more than 100 bytes"):
            open_path(Asked(str(tmp_path / "big.toml"), bytes_max=100))

    def test_a_file_that_the_system_refuses(self) -> None:
        with pytest.raises(SourceError, match="can't be read: File name too long"):
            load("a" * 300)


class TestPackages:
    """The data of an installed package, which is found and not imported."""

    @pytest.fixture(autouse=True)
    def package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A package whose code must not run, with prices in it."""
        folder = tmp_path / "site" / "priced_by_us"
        packing.write(folder, {"__init__.py": "raise SystemExit('it was run')\n"})
        packing.write(folder / "data" / "prices", packing.texts())
        (folder / "prices.zip").write_bytes(packing.zipped(packing.texts("0.11")))
        monkeypatch.syspath_prepend(tmp_path / "site")
        return folder

    def test_a_folder_and_an_archive_in_it(self) -> None:
        assert load("package:priced_by_us/data/prices").digest == packing.digest()
        assert load("package:priced_by_us/prices.zip").digest == packing.digest("0.11")
        assert "priced_by_us" not in sys.modules

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("nowhere_to_be_found/prices", "no package 'nowhere_to_be_found' is installed"),
            ("priced_by_us/nothing", "no such folders or files"),
            ("priced_by_us/../priced_by_us", "a package and a path in it are wanted"),
            ("priced_by_us//etc", "a package and a path in it are wanted"),
            ("priced_by_us.data/prices", "a package and a path in it are wanted"),
            ("json.decoder", "a package and a path in it are wanted"),
            ("this/prices", "no package 'this' is installed"),
            ("__main__/prices", "no package '__main__' is installed"),
        ],
    )
    def test_what_is_not_there_is_said(self, name: str, said: str) -> None:
        with pytest.raises(SourceError, match=said):
            load(f"package:{name}")

    def test_the_shipped_cards_are_a_package_too(self) -> None:
        opened = open_package(Asked("pricing/published"))
        assert len(getattr(opened, "texts", ())) == len(load_published().files)


class TestRevisions:
    """A folder at a git revision."""

    def test_a_revision_is_what_was_committed(self, prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        author = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        for words in (("init", "--quiet", "."), ("add", "."), ("commit", "--quiet", "-m", "Prices")):
            subprocess.run(["git", *author, *words], check=True, capture_output=True)
        packing.write(prices, packing.texts("0.2"))
        assert load("git:HEAD:prices").digest == load("HEAD:prices").digest == packing.digest()
        assert load("prices").digest == packing.digest("0.2")
        with pytest.raises(CardError, match="no revision 'nope'"):
            load("git:nope:prices")
