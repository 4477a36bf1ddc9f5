"""The line of a key is the line on which it was written, whatever else the file holds."""

from __future__ import annotations

from typing import Final

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from pricing.positions import find_line
from tests.strategies import examples

Path = tuple[str | int, ...]

KEYS: Final = ("from", "price", "note", "id", "a-b", "x_1")
VALUES: Final = (
    '"0.10"',
    "'literal'",
    "2026-01-01",
    "true",
    '"[[entry]]"',
    '"price = 1"',
    '"a # b"',
    "'it is \"quoted\"'",
    '["5", "2.5"]',
    '[\n  "5", # five\n  "2.5",\n]',
    '"""\nprice = "not a key"\n[[entry]]\n"""',
    "'''\n[card]\nid = 1\n'''",
    '"""on one line"""',
    "\"it's ''' odd\"",
    '"a\u2028b\x85c"',
    '{ price = "1", free = true }',
)
NOISE: Final = ("", "\n", "# a comment\n", "   # [[entry]]\n", '# price = """\n', "\t\n")


class _Writer:
    """A TOML text as it grows, and the line of everything in it."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[Path, int] = {}

    def write(self, what: str, path: Path) -> None:
        self.lines[path] = self.text.count("\n") + 1
        self.text += f"{what}\n"

    def fill(self, table: Path) -> None:
        """Some keys of a table, each on a line of its own, among noise."""
        for key in self.draw(st.lists(st.sampled_from(KEYS), max_size=4, unique=True)):
            self.text += self.draw(st.sampled_from(NOISE))
            written = self.draw(st.sampled_from((key, f'"{key}"', f"  {key}")))
            self.write(f"{written} = {self.draw(st.sampled_from(VALUES))}", (*table, key))

    def table(self, path: Path, *headers: str) -> None:
        self.write(self.draw(st.sampled_from(headers)), path)
        self.fill(path)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int]]:
    """A TOML text, and the line of everything in it."""
    writer = _Writer(draw)
    writer.fill(())
    if draw(st.booleans()):
        writer.table(("card",), "[card]", "[ card ] # head")
        if draw(st.booleans()):
            writer.table(("card", "regions"), "[card.regions]")
    names = draw(st.lists(st.sampled_from(("entry", "term")), max_size=5))
    for index, name in enumerate(names):
        path = (name, names[:index].count(name))
        writer.table(path, f"[[{name}]]", f"  [[ {name} ]]")
        if draw(st.booleans()):
            writer.table((*path, "inner"), f"[{name}.inner]")
    return writer.text, writer.lines


@examples(300)
@given(documents())
def test_every_key_is_found_on_its_line(document: tuple[str, dict[Path, int]]) -> None:
    text, lines = document
    tomli.loads(text)
    assert {path: find_line(text, path) for path in lines} == lines


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("card", "id"), 2, id="there"),
        pytest.param(("card", "nothing"), 1, id="missing-key-of-a-table"),
        pytest.param(("entry", 0, "price"), 4, id="missing-key-of-an-entry"),
        pytest.param(("entry", 1, "price"), 6, id="second-entry"),
        pytest.param(("entry", 2, "price"), None, id="no-such-entry"),
        pytest.param(("rounding",), None, id="no-such-table"),
    ],
)
def test_the_deepest_part_there_is_counts(path: Path, line: int | None) -> None:
    text = '[card]\nid = "a"\n\n[[entry]]\n[[entry]]\nprice = "1"\n'
    assert find_line(text, path) == line


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quoted_names_are_found_by_what_they_name(quote: str) -> None:
    """Those that begin and end with an X too, in headers and as keys."""
    text = f"[{quote}X a X{quote}.{quote}card{quote}]\n{quote}X{quote} = 1\n"
    tomli.loads(text)
    assert find_line(text, ("X a X", "card")) == 1
    assert find_line(text, ("X a X", "card", "X")) == 2
    assert find_line(text, ("X a X", "card", "")) == 1
