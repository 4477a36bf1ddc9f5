"""Runs what the pages show, in the current folder: Python blocks, and console blocks with the output they promise.

In a console block a line `$ command` is run by the shell (a trailing backslash carries it on) and the lines below are
its whole output, stderr included; a line `...` stands for any lines, or none, and `…` within a line for what differs
with each run: an id, a time, a key. `wan-rules` is a process forked from one that has imported everything
(`tests/forking.py`): it does what a page shows without a start for each. Comments, set right above a block, say what a
page cannot show otherwise:

`<!-- exit: 1 -->`      the commands of this console block end with that code, rather than 0
`<!-- file: NAME -->`   this block of csv, json, jsonl, python or toml is saved under that name, for the blocks that
                        follow, and Python among them is not run
`<!-- part: NAME -->`   this block stands in that file, word for word; Python among them is not run
`<!-- serves: 8321 -->` the one command of this console block runs until the page has ended. A free port stands in for
                        the one that the page shows, here and in all that follows
`<!-- setup -->`        these commands of an sh block install the package. A test has it installed: only who gives `run`
                        the surroundings of a machine that has nothing (`docs/follow.py`) has them run
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

from tests import backgrounds
from tests.forking import find_command

ANY_LINES, ANY_TEXT = "...", "…"
SECONDS_MAX = 240
SETUP_SECONDS_MAX = 600
SERVED = "server of this page"  # no name that a page's Python could use
SURROUNDINGS = "surroundings of this page"  # the same


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a console block and the lines it has to print."""

    command: str
    expected: tuple[str, ...]


def steps(block: str) -> Iterator[Step]:
    """The commands of a console block, in order."""
    first, *rest = re.split(r"^\$ ", block, flags=re.MULTILINE)
    if first.strip() or not rest:
        message = "a console block begins with '$ command'"
        raise ValueError(message)
    for text in rest:
        command, *output = re.split(r"(?<!\\)\n", text, maxsplit=1)
        yield Step(command, _lines("".join(output)))


def agrees(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the printed lines are the expected ones: `...` is any number of them, `…` any text within one."""
    pattern = "".join(r"(?:.*\n)*" if line == ANY_LINES else _match_line(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def _match_line(line: str) -> str:
    return ".+".join(map(re.escape, line.split(ANY_TEXT)))


def fault(
    step: Step,
    exit_code: int,
    served: backgrounds.Served | None = None,
    surroundings: Mapping[str, str] | None = None,
) -> str | None:
    """What is wrong with a command as the page shows it, after running it; None if nothing is."""
    done = subprocess.run(
        ["sh", "-c", served.hide(step.command) if served else step.command],
        env=_environment_with_command() if surroundings is None else surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SECONDS_MAX,
        check=False,
    )
    printed = _lines(served.show(done.stdout) if served else done.stdout)
    exits = f"exit {done.returncode}, expected {exit_code}"
    return None if done.returncode == exit_code and agrees(step.expected, printed) else _tell(step, exits, printed)


def _tell(step: Step, how: str, printed: Sequence[str]) -> str:
    return "\n".join([f"$ {step.command}", how, "--- printed", *printed, "--- the page shows", *step.expected])


def run(page: Path, surroundings: Mapping[str, str] | None = None) -> None:
    """Runs the blocks of a page, in order, and ends what they have started. Raises where one is not as shown.

    Given surroundings, the environment of its shell, it sets up as the page says, and runs what was installed so.
    """
    document = parse(page)
    if surroundings is not None:
        document.namespace[SURROUNDINGS] = surroundings
    try:
        for example in document:
            example.evaluate()
    finally:
        if (served := _served(document)) is not None:
            served.end()


def parse(page: Path) -> Document:
    """The blocks of a page that can be run, in order; those of one page share their names."""
    return _SYBIL.parse(page)


def _lines(text: str) -> tuple[str, ...]:
    """The lines without what nobody sees: blanks at their ends, empty lines after the last."""
    return tuple(line.rstrip() for line in text.rstrip().splitlines())


def _environment() -> dict[str, str]:
    """The same for everyone, save where programs are found: ours first."""
    return {
        "COLUMNS": "100",
        "HOME": os.getcwd(),  # noqa: PTH109 - a string is wanted
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",  # errors and results in the order in which they were said
    }


def _environment_with_command() -> dict[str, str]:
    """The same, with a `wan-rules` that costs no start."""
    plain = _environment()
    command = find_command(tuple((key, value) for key, value in plain.items() if key != "HOME"))
    return plain | {"PATH": f"{command}{os.pathsep}{plain['PATH']}"}


def _comment(document: Document, start: int, name: str) -> str | None:
    """The value of the comment right above a block."""
    found = re.search(rf"<!-- {name}: (\S+) -->\s*\Z", document.text[:start])
    return found and found[1]


def _run_console(example: Example) -> str | None:
    if port := _comment(example.document, example.start, "serves"):
        return _start(example, port)
    exit_code, served = int(_comment(example.document, example.start, "exit") or 0), _served(example.document)
    around: Mapping[str, str] | None = example.namespace.get(SURROUNDINGS)
    return next((wrong for step in steps(example.parsed) if (wrong := fault(step, exit_code, served, around))), None)


def _start(example: Example, port: str) -> str | None:
    """What is wrong with what a server says until it answers. It is a process with a start of its own."""
    (step,) = steps(example.parsed)
    around: Mapping[str, str] = example.namespace.get(SURROUNDINGS, _environment())
    served = example.namespace[SERVED] = backgrounds.start(step.command, port, around)
    printed = _lines(served.wait())
    return None if served.answers and agrees(step.expected, printed) else _tell(step, "it has to answer", printed)


def _served(document: Document) -> backgrounds.Served | None:
    found = document.namespace.get(SERVED)
    return found if isinstance(found, backgrounds.Served) else None


def _files(document: Document) -> Iterator[Region]:
    for region in FencedCodeBlockLexer(language="csv|jsonl?|python|toml")(document):
        for marked, evaluate in _MARKED.items():
            if name := _comment(document, region.start, marked):
                yield Region(region.start, region.end, (name, region.lexemes["source"]), evaluate)


def _setups(document: Document) -> Iterator[Region]:
    for region in FencedCodeBlockLexer(language="sh")(document):
        if re.search(r"<!-- setup -->\s*\Z", document.text[: region.start]):
            yield Region(region.start, region.end, region.lexemes["source"], _set_up)


def _set_up(example: Example) -> str | None:
    """What is wrong with the commands that install; what they export holds for all that follows."""
    around: Mapping[str, str] | None = example.namespace.get(SURROUNDINGS)
    if around is None:
        return None
    lines = [line for line in re.split(r"(?<!\\)\n", example.parsed) if line]
    script = "".join(f"{{ {line}\n}} || exit\n" for line in lines)  # -e overlooks all but the last of a row of &&
    done = subprocess.run(
        ["sh", "-c", f"{script}env -0"],
        env=around,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=SETUP_SECONDS_MAX,
        check=False,
    )
    example.namespace[SURROUNDINGS] = dict(one.split("=", 1) for one in done.stdout.split("\0") if "=" in one)
    return done.stderr if done.returncode else None


def _python(document: Document) -> Iterator[Region]:
    """The blocks of Python that are run where they stand."""
    for region in _PYTHON(document):
        if not any(_comment(document, region.start, marked) for marked in _MARKED):
            yield region


def _save(example: Example) -> None:
    name, text = example.parsed
    if (served := _served(example.document)) is not None:
        text = served.hide(text)
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def _find(example: Example) -> str | None:
    """What is wrong with a block that is to stand in a file: that it does not."""
    name, text = example.parsed
    return None if text in Path(name).read_text(encoding="utf-8") else f"this does not stand in {name}, word for word"


_MARKED = {"file": _save, "part": _find}
_PYTHON = PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS)
_SYBIL = Sybil(
    parsers=[
        _python,
        _setups,
        CodeBlockParser("console", _run_console),
        _files,
    ],
)
