"""What was measured before is found again as it was kept, or not at all."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wan_rules.shell.fact_cache import FactCache, default_folder, find_fact, keep_fact, make_key

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
KEY = make_key('"tag" 100', "https://me:secret@example.com/a.png?token=secret")


@pytest.fixture
def cache(tmp_path: Path) -> FactCache:
    return FactCache(tmp_path / "caches" / "facts")


def entry(cache: FactCache) -> Path:
    (path,) = cache.folder.iterdir()
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.text())
def test_what_is_kept_is_found(cache: FactCache, key: str, value: str) -> None:
    assert keep_fact(cache, key, value, NOW)
    assert find_fact(cache, key, NOW) == value


def test_nothing_is_found_under_another_key(cache: FactCache) -> None:
    keep_fact(cache, KEY, "{}", NOW)
    others = [make_key('"tag" 100'), make_key('"tag" 101', "https://example.com/a.png"), make_key("", None), ""]
    assert len({KEY, *others}) == 5
    assert [find_fact(cache, key, NOW) for key in others] == [None] * 4


def test_the_last_one_counts(cache: FactCache) -> None:
    for value in ("one", "two"):
        keep_fact(cache, KEY, value, NOW)
    assert (find_fact(cache, KEY, NOW), len(list(cache.folder.iterdir()))) == ("two", 1)


def test_age(cache: FactCache) -> None:
    keep_fact(cache, KEY, "{}", NOW)
    ages = [timedelta(0), timedelta(days=30), timedelta(days=30, seconds=1), timedelta(seconds=-1)]
    assert [find_fact(cache, KEY, NOW + age) for age in ages] == ["{}", "{}", None, None]


def test_it_is_for_its_owner_alone_and_tells_no_secret(cache: FactCache) -> None:
    keep_fact(cache, KEY, "{}", NOW)
    path = entry(cache)
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "secret" not in path.name + path.read_text()
    assert "example" not in path.name + path.read_text()


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"at": "2026-11-29T12:00:00+00:00"}',
        b"[" * 60_000,
        b"x" * 100_000,
        json.dumps({"key": KEY, "at": "never", "sha256": "", "value": "{}"}).encode(),
        json.dumps({"key": KEY, "at": NOW.isoformat(), "sha256": "0" * 64, "value": "{}"}).encode(),
        json.dumps({"key": KEY, "at": 5, "sha256": "0" * 64, "value": {}}).encode(),
        json.dumps({"key": KEY, "at": NOW.isoformat(), "sha256": "0" * 64, "value": ["{}"]}).encode(),
        json.dumps({"key": KEY, "at": "0001-01-01T00:00:00+23:00", "sha256": "0" * 64, "value": "{}"}).encode(),
    ],
)
def test_what_nobody_kept_is_not_found(cache: FactCache, written: bytes) -> None:
    keep_fact(cache, KEY, "{}", NOW)
    entry(cache).write_bytes(written)
    assert find_fact(cache, KEY, NOW) is None
    assert keep_fact(cache, KEY, "again", NOW)
    assert find_fact(cache, KEY, NOW) == "again"


def test_an_entry_that_is_no_file(cache: FactCache, tmp_path: Path) -> None:
    keep_fact(cache, KEY, "{}", NOW)
    path = entry(cache)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert find_fact(cache, KEY, NOW) is None
    path.unlink()
    os.mkfifo(path)
    assert find_fact(cache, KEY, NOW) is None
    path.unlink()
    path.mkdir()
    assert find_fact(cache, KEY, NOW) is None
    assert not keep_fact(cache, KEY, "{}", NOW)


def test_a_folder_of_others_is_not_trusted(cache: FactCache) -> None:
    keep_fact(cache, KEY, "{}", NOW)
    cache.folder.chmod(0o777)
    assert find_fact(cache, KEY, NOW) is None
    assert not keep_fact(cache, KEY, "{}", NOW)


def test_a_folder_that_is_none(cache: FactCache) -> None:
    assert find_fact(cache, KEY, NOW) is None
    cache.folder.parent.mkdir()
    cache.folder.touch()
    assert find_fact(cache, KEY, NOW) is None
    assert not keep_fact(cache, KEY, "{}", NOW)


def test_a_long_value_is_not_kept(cache: FactCache) -> None:
    assert not keep_fact(cache, KEY, "x" * 70_000, NOW)
    assert not cache.folder.exists()


def test_the_oldest_go(cache: FactCache) -> None:
    few = cache._replace(entries_max=2)
    keys = [make_key(str(number)) for number in range(4)]
    for number, key in enumerate(keys):
        keep_fact(few, key, "{}", NOW)
        for path in cache.folder.iterdir():
            os.utime(path, ns=(0, path.stat().st_mtime_ns - 10**9 * (5 - number)))
    assert [find_fact(few, key, NOW) is not None for key in keys] == [False, False, True, True]


def test_where_facts_lie() -> None:
    assert default_folder({"XDG_CACHE_HOME": "/var/mine"}) == Path("/var/mine/wan-rules/facts")
