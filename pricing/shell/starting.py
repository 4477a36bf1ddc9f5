"""What `wan-rules cards init` does: a folder with a catalogue of one's own, begun from shipped cards."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from pricing.catalogue import Catalogue
from pricing.errors import UnknownCardError
from pricing.positions import find_line
from pricing.shell import codes
from pricing.shell.catalogues import join_published, load_published
from pricing.shell.printing import answer, print_lines
from pricing.shell.text import plain
from pricing.version import __version__
from wan_rules.payloads import UnusableInputError

HEAD: Final = "catalogue.toml"
SCHEMAS: Final = ("agreement", "card", "catalogue")
_DIRECTIVE: Final = "#:schema "


class InitAsked(NamedTuple):
    """Where to begin a catalogue, from which shipped cards, and which names it is to know."""

    folder: Path
    cards: tuple[str, ...]
    accounts: tuple[str, ...]
    environments: tuple[str, ...]


def init(asked: InitAsked) -> int:
    """`wan-rules cards init`."""

    def job() -> int:
        texts = write_catalogue(asked, load_published())
        join_published({name: text for name, text in texts.items() if name.endswith(".toml")})
        _save(asked.folder, {**texts, **_schemas()})
        print_lines(map(plain, _tell(asked, texts)))
        return codes.DONE

    return answer(job, "text")


def write_catalogue(asked: InitAsked, shipped: Catalogue) -> dict[str, str]:
    """The texts of the catalogue by the names of their files. Raises UnknownCardError."""
    texts = {HEAD: "\n".join(_write_head(asked, shipped)) + "\n"}
    for name in dict.fromkeys(asked.cards):
        if name not in shipped.cards:
            raise UnknownCardError(name, tuple(shipped.cards))
        texts[f"cards/{name}.toml"] = _write_card(name, shipped)
    return texts


def _write_head(asked: InitAsked, shipped: Catalogue) -> Iterator[str]:
    yield from (f"{_DIRECTIVE}schemas/catalogue.json", "")
    yield "# The names that may be asked for: any other is an error. Cards and agreements are files beside this one."
    yield from ('schema_version = "1"', "", "[catalogue]", 'name = "our prices"')
    yield from _write_names("accounts", asked.accounts, "acme")
    yield from _write_names("environments", asked.environments, "production")
    yield from ("# With this the shipped list prices hold where no card here does:", '# include = ["published"]')
    chosen = {(card.card.host, card.card.region) for name, card in shipped.cards.items() if name in asked.cards}
    regions = {host: region for host, region in shipped.head.regions.items() if (host, region) in chosen}
    if regions:
        yield from ("", "# The region that is taken where none is named.", "[catalogue.regions]")
    yield from (f"{host} = {json.dumps(region)}" for host, region in regions.items())


def _write_names(key: str, names: Iterable[str], example: str) -> Iterator[str]:
    """The names, or as a comment how they would be written."""
    listed = ", ".join(json.dumps(name, ensure_ascii=False) for name in dict.fromkeys(names))
    yield f"{key} = [{listed}]" if listed else f'# {key} = ["{example}"]'


def _write_card(name: str, shipped: Catalogue) -> str:
    """The shipped card under an id of its own, so that the shipped one may stand beside it."""
    text = shipped.files[name].text
    lines = text.splitlines()
    at = find_line(text, ("card", "id")) or 0
    lines[at - 1] = f'id = "our-{name}"'
    body = "\n".join(line for line in lines if not line.startswith(_DIRECTIVE)).strip("\n")
    return (
        f"{_DIRECTIVE}../schemas/card.json\n\n"
        f"# Begun from the shipped card {name} of wan-rules {__version__}. Write your own source below.\n"
        "# A price changes by a new [[entry]] with a later `from`; what was in force stays as it was.\n"
        f"{body}\n"
    )


def _schemas() -> dict[str, str]:
    """What the files say that editors check them by."""
    folder = files("pricing") / "published" / "schemas"
    return {f"schemas/{name}.json": (folder / f"{name}.json").read_text(encoding="utf-8") for name in SCHEMAS}


def _save(folder: Path, texts: Mapping[str, str]) -> None:
    """All files or none, in a folder that is empty or not there yet. Raises UnusableInputError."""
    draft = folder.absolute().parent / f".{folder.absolute().name}.{os.getpid()}"
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UnusableInputError(str(folder), "it is there and not empty: name a new folder")
        for name, text in texts.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_text(text, encoding="utf-8")
        _move(draft, folder)
    except OSError as error:
        raise UnusableInputError(str(folder), f"it can't be written: {error.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move(draft: Path, folder: Path) -> None:
    """The draft in its place; into a folder that is there, since somebody may stand in it, the head comes last."""
    if not folder.exists():
        draft.rename(folder)
        return
    for path in sorted(draft.iterdir(), key=lambda path: path.name == HEAD):
        path.rename(folder / path.name)


def _tell(asked: InitAsked, texts: Mapping[str, str]) -> Iterator[str]:
    """What was written, and what to do next."""
    folder = shlex.quote(str(asked.folder))
    names = (f"--account {name}" for name in asked.accounts[:1])
    places = (f"--environment {name}" for name in asked.environments[:1])
    yield from (f"wrote {asked.folder / name}" for name in texts)
    yield ""
    yield "Next: write your own prices into the cards, and agreements beside them; then"
    yield f"  wan-rules cards check {folder} --strict"
    yield f"  wan-rules quote payload.json {' '.join((f'--catalogue {folder}', *names, *places))}"
