"""The last good copy: kept whole, used only for a source that gives no answer, for a stated time, and told."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pricing.catalogue import Catalogue
from pricing.errors import CardError
from pricing.shell.sources import (
    OPENERS,
    Asked,
    Conditions,
    Copy,
    Folder,
    Keep,
    Opener,
    SourceError,
    Unchanged,
    UnreachableError,
    default_folder,
    kept,
    load,
)
from pricing.shell.sources.kept import find_copy, keep_copy
from pricing.shell.sources.naming import Named, Pins
from tests.shell import packing
from tests.shell.packing import HOUR
from tests.shell.serving import Act, Server, answer, serve, tagged

PACKED = packing.zipped(packing.texts())
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as started:
        started.answers["/p.zip"] = tagged(PACKED, '"one"')
        yield started


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(HOUR, tmp_path / "cache")


def load_at(source: str, keep: Keep, after: timedelta = timedelta(0)) -> Catalogue:
    """What is loaded so long after noon."""
    return load(source, Conditions(keep=keep, now=lambda: NOON + after))


def test_a_source_out_of_reach_is_stood_in_for_and_it_is_told(server: Server, keep: Keep) -> None:
    url = server.url("/p.zip?token=hush", user="me:secret@")
    server.answers["/p.zip?token=hush"] = answer(PACKED)
    assert load_at(url, keep).note is None
    server.answers["/p.zip?token=hush"] = answer(b"", 503)
    found = load_at(url, keep, HOUR)
    assert found.digest == packing.digest()
    assert found.note == (
        f"{server.url('/p.zip')} was not reached (the server answers 503 Service Unavailable): "
        "the copy of 2026-11-22T12:00:00Z is used"
    )


@pytest.mark.parametrize("after", [HOUR + timedelta(seconds=1), timedelta(days=400), -timedelta(seconds=1)])
def test_a_copy_stands_in_for_the_stated_time_only(after: timedelta, server: Server, keep: Keep) -> None:
    load_at(server.url("/p.zip"), keep)
    server.answers["/p.zip"] = answer(b"", 500)
    with pytest.raises(UnreachableError, match="its copy of 2026-11-22T12:00:00Z is too old"):
        load_at(server.url("/p.zip"), keep, after)


def test_what_was_never_good_is_not_kept(server: Server, keep: Keep) -> None:
    server.answers["/p.zip"] = answer(b"[card]\nid = 1\n")
    with pytest.raises(CardError):
        load_at(server.url("/p.zip"), keep)
    server.answers["/p.zip"] = answer(b"", 500)
    with pytest.raises(UnreachableError, match="no copy of it is kept"):
        load_at(server.url("/p.zip"), keep)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(answer(b"", 404), id="gone"),
        pytest.param(answer(b"", 403), id="forbidden"),
        pytest.param(answer(b"<html>"), id="a-page"),
        pytest.param(answer(PACKED[:-30]), id="a-broken-archive"),
        pytest.param(answer(packing.zipped({"catalogue.toml": "[card]\n"})), id="a-bad-catalogue"),
        pytest.param(answer(b"", 302, Location="http://other.example/"), id="elsewhere"),
    ],
)
def test_a_wrong_answer_is_never_covered_by_a_copy(wrong: Act, server: Server, keep: Keep) -> None:
    load_at(server.url("/p.zip"), keep)
    server.answers["/p.zip"] = wrong
    with pytest.raises(CardError) as refused:
        load_at(server.url("/p.zip"), keep)
    assert not isinstance(refused.value, UnreachableError)
    server.answers["/p.zip"] = answer(b"", 500)
    assert load_at(server.url("/p.zip"), keep).digest == packing.digest()


def test_a_pin_is_never_covered_by_a_copy(server: Server, keep: Keep) -> None:
    load_at(server.url("/p.zip"), keep)
    pinned = f"{server.url('/p.zip')}#digest={packing.digest()}"
    load_at(pinned, keep)
    server.answers["/p.zip"] = answer(packing.zipped(packing.texts("0.2")))
    with pytest.raises(SourceError, match="is pinned"):
        load_at(pinned, keep)
    assert load_at(server.url("/p.zip"), keep).digest == packing.digest("0.2")
    server.answers["/p.zip"] = answer(b"", 500)
    assert load_at(pinned, keep).digest == packing.digest()


def test_what_has_not_changed_is_not_sent_again_and_is_young_again(server: Server, keep: Keep) -> None:
    load_at(server.url("/p.zip"), keep)
    assert load_at(server.url("/p.zip"), keep, 3 * HOUR).note is None
    assert [headers.get("If-None-Match") for _, headers in server.asked] == [None, '"one"']
    server.answers["/p.zip"] = answer(b"", 500)
    assert load_at(server.url("/p.zip"), keep, 4 * HOUR).note


def test_nothing_is_kept_where_it_is_not_asked_for(server: Server, keep: Keep) -> None:
    load(server.url("/p.zip"))
    assert not keep.folder.exists()


class TestOwnOpeners:
    """An opener of somebody else's is held to the same."""

    @staticmethod
    def at(opener: Callable[[Asked], object], keep: Keep | None) -> Catalogue:
        openers = {**OPENERS, "vault": Opener(opener, remote=True)}  # type: ignore[arg-type]  # some break their promise
        return load("vault:prices", Conditions(keep=keep, openers=openers))

    def test_its_folder_is_read_and_not_kept(self, keep: Keep) -> None:
        assert self.at(lambda _: Folder(packing.texts()), None).digest == packing.digest()
        with pytest.raises(SourceError, match="a folder, of which no copy is kept"):
            self.at(lambda _: Folder(packing.texts()), keep)

    @pytest.mark.parametrize("with_copy", [True, False])
    def test_it_can_not_say_unchanged_of_what_it_never_gave(self, keep: Keep, *, with_copy: bool) -> None:
        if with_copy:
            self_named = Named("vault", "prices", Pins())
            keep_copy(keep, self_named, Copy(PACKED, datetime.now(UTC)))
        with pytest.raises(SourceError, match="an answer that it never gave"):
            self.at(lambda _: Unchanged(), keep)


def test_no_copy_is_kept_of_what_lies_here(keep: Keep, tmp_path: Path) -> None:
    packing.write(tmp_path / "prices", packing.texts())
    with pytest.raises(SourceError, match="it lies on this machine"):
        load_at(str(tmp_path / "prices"), keep)


NAMED = Named("https", "https://me:secret@a.example/p.zip?v=1", Pins())


class TestTheFile:
    """What lies in the cache."""

    @pytest.mark.parametrize(
        "copy",
        [
            Copy(PACKED, NOON),
            Copy(b"", NOON, '"tag"'),
            Copy(b"\n{}\n", NOON, None, b"signed\n"),
            Copy(PACKED, NOON, 'W/"\\"', b"\n\n"),
        ],
    )
    def test_a_copy_reads_back_as_it_was(self, copy: Copy, keep: Keep) -> None:
        keep_copy(keep, NAMED, copy)
        assert find_copy(keep, NAMED) == copy

    def test_it_is_for_its_owner_alone_and_holds_no_credentials(self, keep: Keep) -> None:
        keep_copy(keep, NAMED, Copy(PACKED, NOON))
        (path,) = keep.folder.iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(keep.folder.stat().st_mode) == 0o700
        assert "secret" not in path.name
        assert b"secret" not in path.read_bytes()

    @pytest.mark.parametrize(
        "other",
        [
            NAMED._replace(name="https://me:secret@a.example/p.zip?v=2"),
            NAMED._replace(name="https://you:secret@a.example/p.zip?v=1"),
            NAMED._replace(name="https://a.example/p.zip?v=1"),
            NAMED._replace(scheme="*"),
            NAMED._replace(pins=Pins(sha256="0" * 64)),
            NAMED._replace(pins=Pins(digest="0" * 64)),
        ],
    )
    def test_no_source_gets_the_copy_of_another(self, other: Named, keep: Keep) -> None:
        keep_copy(keep, NAMED, Copy(PACKED, NOON))
        assert find_copy(keep, other) is None

    def test_a_new_password_finds_the_old_copy(self, keep: Keep) -> None:
        keep_copy(keep, NAMED, Copy(PACKED, NOON))
        assert find_copy(keep, NAMED._replace(name="https://me:new@a.example/p.zip?v=1")) is not None

    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda data: data[:-1], id="cut"),
            pytest.param(lambda data: data[:-1] + bytes([data[-1] ^ 1]), id="a-bit"),
            pytest.param(lambda _: b"", id="empty"),
            pytest.param(lambda data: data.replace(b'"at"', b'"when"'), id="no-instant"),
            pytest.param(lambda data: data.replace(b"2026-11-22", b"2026-13-22"), id="no-day"),
            pytest.param(lambda data: b"[]" + data, id="no-head"),
            pytest.param(lambda data: b"[]\n" + data, id="a-list"),
            pytest.param(lambda data: b"[" * 5_000 + b"\n" + data, id="deep"),
        ],
    )
    def test_what_is_not_as_it_was_written_is_no_copy(self, spoil: Callable[[bytes], bytes], keep: Keep) -> None:
        keep_copy(keep, NAMED, Copy(PACKED, NOON))
        (path,) = keep.folder.iterdir()
        path.write_bytes(spoil(path.read_bytes()))
        assert find_copy(keep, NAMED) is None

    def test_a_write_that_fails_leaves_the_copy_before(self, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
        keep_copy(keep, NAMED, Copy(PACKED, NOON))

        def fail(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", fail)
        with pytest.raises(SourceError, match="no copy can be kept there: No space left"):
            keep_copy(keep, NAMED, Copy(b"new", NOON))
        found = find_copy(keep, NAMED)
        assert (found and found.data, len(list(keep.folder.iterdir()))) == (PACKED, 1)

    def test_a_folder_that_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(SourceError, match="no copy can be kept there: Not a directory"):
            keep_copy(Keep(HOUR, tmp_path / "file" / "cache"), NAMED, Copy(b"", NOON))

    def test_the_oldest_go(self, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept, "COPIES_MAX", 2)
        keep.folder.mkdir()
        (keep.folder / "killed.kept-new").touch()
        names = [NAMED._replace(name=f"https://a.example/{number}") for number in range(4)]
        for name in names:
            keep_copy(keep, name, Copy(PACKED, NOON))
        assert [find_copy(keep, name) is not None for name in names] == [False, False, True, True]
        assert len(list(keep.folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"XDG_CACHE_HOME": "/var/mine"}, "linux", "/var/mine/wan-rules/catalogues"),
        ({"XDG_CACHE_HOME": "mine"}, "linux", "~/.cache/wan-rules/catalogues"),
        ({}, "linux", "~/.cache/wan-rules/catalogues"),
        ({}, "darwin", "~/Library/Caches/wan-rules/catalogues"),
        ({"XDG_CACHE_HOME": "/var/mine"}, "darwin", "/var/mine/wan-rules/catalogues"),
        ({"LOCALAPPDATA": "/local"}, "win32", "/local/wan-rules/catalogues"),
    ],
)
def test_where_copies_lie(environment: dict[str, str], platform: str, folder: str) -> None:
    assert default_folder(environment, platform) == Path(folder).expanduser()
