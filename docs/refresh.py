"""Runs the console blocks of the pages again and writes what they print now in place of what they showed.

`python docs/refresh.py` does all pages, `python docs/refresh.py docs/index.md` the named ones. A `...` line keeps its
place: the lines before it and after it are counted, and what lies between stays unsaid. Read the diff afterwards: this
makes pages true, not right. Python blocks are left to the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sybil import Example  # noqa: E402 - the runner below is found only from the checkout

from tests import docs_runner  # noqa: E402 - as above
from tests.docs_runner import ANY_LINES, Step  # noqa: E402 - as above


def _run(step: Step, exit_code: int) -> Sequence[str]:
    """The lines that a command prints, run as the tests do; where it ends unlike the page says, what the page shows."""
    done = subprocess.run(  # noqa: S603 - the commands are those that our pages show
        ["sh", "-c", step.command],  # noqa: S607 - a reader's shell
        env=docs_runner._environment(),  # noqa: SLF001 - the very surroundings of the tests
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=docs_runner.SECONDS_MAX,
        check=False,
    )
    if done.returncode != exit_code:
        print(f"left as it is, exit {done.returncode} rather than {exit_code}: $ {step.command}")
        return step.expected
    return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def renew(step: Step, printed: Sequence[str]) -> Sequence[str]:
    """The lines to show for a command: as they were where they agree, else as printed, `...` in its old place."""
    if docs_runner.agrees(step.expected, printed):
        return step.expected
    if ANY_LINES not in step.expected:
        return printed
    if step.expected.count(ANY_LINES) > 1:
        print(f"mend by hand, `...` twice: $ {step.command}")
        return step.expected
    before = step.expected.index(ANY_LINES)
    after = len(step.expected) - before - 1
    return [*printed[:before], ANY_LINES, *printed[len(printed) - after :]]


def _renewed_block(example: Example) -> str:
    exit_code = int(docs_runner._comment(example.document, example.start, "exit") or 0)  # noqa: SLF001 - as the tests do
    steps = docs_runner.steps(example.parsed)
    return "".join("\n".join([f"$ {step.command}", *renew(step, _run(step, exit_code))]) + "\n" for step in steps)


def _changes(page: Path) -> Iterator[tuple[Example, str]]:
    """The console blocks of a page whose output is another now; files that the page saves are there for them."""
    for example in docs_runner.parse(page):
        evaluator = example.region.evaluator
        if evaluator is docs_runner._save:  # noqa: SLF001 - what marks a file
            example.evaluate()
        elif evaluator is docs_runner._run_console:  # noqa: SLF001 - what marks a console block
            text = _renewed_block(example)
            if text != example.parsed:
                yield example, text


def refresh(page: Path) -> int:
    """How many blocks of the page were rewritten."""
    text = page.read_text(encoding="utf-8")
    changes = list(_changes(page))
    for example, block in reversed(changes):
        shown = text[example.start : example.end]
        text = text[: example.start] + shown.replace(example.parsed, block) + text[example.end :]
    if changes:
        page.write_text(text, encoding="utf-8")
    return len(changes)


def main(names: Sequence[str]) -> None:
    """Refresh the named pages, or all of them, each beside a copy of the examples."""
    pages = [Path(name).resolve() for name in names] or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "examples", Path(folder) / "examples")
            os.chdir(folder)
            count = refresh(page)
            os.chdir(ROOT)
        if count:
            print(f"{re.sub(f'^{re.escape(str(ROOT))}/', '', str(page))}: {count} block{'s' * (count > 1)} rewritten")


if __name__ == "__main__":
    main(sys.argv[1:])
