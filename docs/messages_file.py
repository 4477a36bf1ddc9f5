"""The catalogues of messages: ids and English as the code has them, and what has been translated of them so far."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from wan_rules.shell.translations import LANGUAGES, read_entries

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "wan_rules" / "shell" / "messages"
PACKAGES: Final = ("wan_rules", "pricing")
_HEAD: Final = r"""# Messages of wan-rules in {name}. Write msgstr; docs/generate.py writes the rest.
# A message whose English has changed since is marked fuzzy: read it again, and take the mark away.
msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"""


class Source(NamedTuple):
    """A template as the code has it: its id, its English text, and the file that it stands in."""

    id: str
    english: str
    file: str


def find_sources() -> list[Source]:
    """Every template in the packages, in the order of files and places."""
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [source for path in files for source in _find_in(path)]


def _find_in(path: Path) -> Iterator[Source]:
    text = path.read_text(encoding="utf-8")
    if "Template(" not in text:
        return
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and _is_template(node)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name, english = (ast.literal_eval(part) for part in call.args)
        yield Source(name, english, path.relative_to(ROOT).as_posix())


def _is_template(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "Template"


def write_catalogues() -> dict[Path, str]:
    """The text of each catalogue by its file."""
    sources = find_sources()
    return {FOLDER / f"{name}.po": _write(name, sources) for name in LANGUAGES if name != "en"}


def _write(language: str, sources: list[Source]) -> str:
    path = FOLDER / f"{language}.po"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    known = {name: (english, told) for name, english, told in read_entries(text)}
    fuzzy = {name for name in known if _is_fuzzy(name, text)}
    blocks = [_HEAD.format(name=LANGUAGES[language], language=language)]
    for source in sources:
        english, told = known.get(source.id, (source.english, ""))
        stale = bool(told) and (source.id in fuzzy or english != source.english)
        flags = ", ".join((*(("fuzzy",) if stale else ()), "python-brace-format"))
        entry = f"msgctxt {_quote(source.id)}\nmsgid {_quote(source.english)}\nmsgstr {_quote(told)}\n"
        blocks.append(f"#: {source.file}\n#, {flags}\n{entry}")
    return "\n".join(blocks)


def _is_fuzzy(name: str, text: str) -> bool:
    before = text.partition(f"msgctxt {_quote(name)}\n")[0].rpartition("\n\n")[2]
    return "fuzzy" in before


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
