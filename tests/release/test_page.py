"""`docs/how-to/release.md`, typed as it stands: in a clone, with a version and a remote of its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from pricing.version import __version__
from tests.conftest import ROOT
from tests.release.asked_for import USERS
from tests.release.environments import call

PAGE: Final = (ROOT / "docs" / "how-to" / "release.md").read_text(encoding="utf-8")
SHOWN: Final = "1.2.3"
NEXT: Final = "99.0.0"
ME: Final = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Release"), ("EMAIL", "release@example.com"))
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of what is here, committed or not, whose remote takes pushes and is nobody's."""
    call("git", "clone", "--quiet", "--bare", str(ROOT), str(tmp_path / "remote"))
    call("git", "clone", "--quiet", str(tmp_path / "remote"), str(tmp_path / "clone"))
    folder = tmp_path / "clone"
    for name in filter(None, call("git", "ls-files", "-z").split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    call("git", "add", "--all", cwd=folder)
    return folder


def write_version(folder: Path) -> None:
    """The version in the files that the page names."""
    for name, old, new in (
        ("pricing/version.py", f'"{__version__}"', f'"{NEXT}"'),
        ("CITATION.cff", f"version: {__version__}", f"version: {NEXT}"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    changes = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    headed = re.sub(r"^## \[.*", f"## [{NEXT}] - 2026-12-01", changes, count=1, flags=re.MULTILINE)
    (folder / "CHANGELOG.md").write_text(headed, encoding="utf-8")


def test_the_page_makes_a_release(clone: Path) -> None:
    commands = re.findall(r"^```sh\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [command.split()[0] for command in commands] == [".venv/bin/python", "git", ".venv/bin/just", "git", "git"]
    write_version(clone)
    for command in commands:
        call("sh", "-c", command.replace(SHOWN, NEXT), cwd=clone, PYTHONPATH=str(clone), **ME)
    made = {path.name.removeprefix("wan_rules-").removeprefix("wan-rules-") for path in (clone / "dist").iterdir()}
    bills = {f"{NEXT}{extra}.cdx.json" for extra in ("", *(f"-{name}" for name in USERS))}
    assert made == {f"{NEXT}-py3-none-any.whl", f"{NEXT}.tar.gz", "SHA256SUMS", *bills}
    pushed = call("git", "-C", str(clone.parent / "remote"), "rev-parse", f"v{NEXT}^{{commit}}")
    assert pushed == call("git", "rev-parse", "HEAD", cwd=clone)


@pytest.mark.parametrize("tag", ["", "v99.0.0"])
def test_another_tag_than_the_versions_is_refused(clone: Path, tag: str) -> None:
    with pytest.raises(AssertionError, match=f"pricing/version.py says {re.escape(__version__)}: name v"):
        call(".ci/release", *filter(None, [tag]), cwd=clone)
