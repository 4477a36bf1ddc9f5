"""Follows pages to the letter on a machine that has nothing: what a page tells to type is typed, and has to come out.

`python docs/follow.py` follows every page that says how to set up (a block of `sh` under `<!-- setup -->`), and
`python docs/follow.py docs/tutorial/first-quote.md` the named ones. Each has a home of its own with nothing in it, and
a copy of the checkout's files, which is all that a page tells to have; no environment of this one is seen, save how the
package index is reached. The page's own text is run, so that it can't say anything else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sybil.example import SybilFailure  # noqa: E402 - after the line above

from tests import docs_runner  # noqa: E402 - beside the tests, which are no package

REACHES_INDEX: Final = ("PIP_", "UV_", "SSL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""What the names of variables begin with that tell how packages are fetched on this machine."""


def list_pages() -> list[Path]:
    """The pages that say how to set up, in the order of their names."""
    return [page for page in sorted((ROOT / "docs").rglob("*.md")) if "<!-- setup -->" in page.read_text("utf-8")]


def lay_out(folder: Path) -> Path:
    """A copy of the files of this checkout that git knows, or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - of a checkout
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def surround(home: Path) -> Mapping[str, str]:
    """The environment of somebody's first terminal: 100 columns, no colour, and no Python of ours on its path."""
    ours = {str(Path(sys.executable).parent), str(Path(sys.prefix) / "bin")}
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part not in ours)
    reaching = {name: value for name, value in os.environ.items() if name.upper().startswith(REACHES_INDEX)}
    plain = {"COLUMNS": "100", "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1", "PATH": path}
    return {**reaching, **plain, "PYTHONUNBUFFERED": "1"}


def follow(page: Path) -> str | None:
    """What is wrong with a page for somebody who follows it; None where all comes out as it says."""
    with tempfile.TemporaryDirectory(prefix="followed-") as folder:
        home, checkout = Path(folder) / "home", Path(folder) / "checkout"
        home.mkdir()
        os.chdir(lay_out(checkout))
        try:
            docs_runner.run(page, surround(home))
        except (SybilFailure, subprocess.TimeoutExpired) as error:
            return str(error)
        finally:
            os.chdir(ROOT)
    return None


def main(names: Sequence[str]) -> int:
    """Follow the named pages, or all that say how to set up; 1 where one is wrong."""
    wrong = 0
    for page in [Path(name).resolve() for name in names] or list_pages():
        began = time.monotonic()
        fault = follow(page)
        wrong += fault is not None
        print(f"{'WRONG' if fault else 'as it says'}: {page.relative_to(ROOT)} ({time.monotonic() - began:.0f} s)")
        if fault:
            print(fault)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
