"""Texts of TOML as cards, agreements, heads, tests and a whole catalogue, which is linted, resolved and quoted.

An input is the files of one catalogue, with the separator between them. Beside that only the declared errors are
raised: each error's line is one of its file, the order of the files changes neither digest nor price, and what is
priced sums and is computed again from its basis.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

import tomli

from pricing import (
    PricingError,
    Quote,
    acknowledgements,
    agreements,
    cards,
    catalogue,
    catalogue_tests,
    entries,
    parse_card,
    quote,
    resolve,
)
from pricing.agreement_parsing import parse_agreement
from pricing.catalogue import Catalogue, Market, OwnedFile
from pricing.catalogue_tests import parse_tests
from pricing.coverage import NOT_TRIED, Tried, cover, list_samples
from pricing.errors import CardError
from pricing.linting import lint
from pricing.periods import list_markets
from pricing.resolution import list_changes
from pricing.shell import wire
from pricing.shell.catalogues import decode_text, join_published, published_texts
from pricing.trials import try_tests
from tests.conftest import ROOT
from tests.fuzz.mutators import change_parts
from tests.fuzz.payloads import check_quote
from tests.fuzz.target import SEPARATOR, Target, check_message
from tests.fuzz.tomls import change_toml
from tests.fuzz.trees import Pool, Tree
from tests.fuzz.words import model_keys
from wan_rules import HOSTS

AT: Final = datetime(2026, 11, 1, tzinfo=UTC)
TODAY: Final = date(2026, 11, 29)
PATIENCE_S: Final = 4
MARKETS_TRIED: Final = 8
INSTANTS_TRIED: Final = 3
SAMPLES_TRIED: Final = 3
COVERED: Final = ("0", "1")
"""Catalogues whose digest ends so are asked for their coverage too, which takes longer than all the rest."""
FOLDERS: Final = (
    ROOT / "examples" / "catalogue",
    ROOT / "examples" / "finance" / "catalogue",
    *sorted((ROOT / "tests" / "catalogues").glob("*/*")),
)


def judge(data: bytes) -> None:
    """Everything that is done with the files of a catalogue. Raises what is wrong with the code."""
    texts = dict(_read_files(data))
    for file, text in texts.items():
        _judge_file(file, text)
    one, other = (_try(join_published, dict(order)) for order in (texts.items(), reversed(texts.items())))
    assert (one is None) == (other is None), "the order of the files decides whether they are a catalogue"
    if one is not None and other is not None:
        assert one.digest == other.digest, "the order of the files changes the digest"
        _judge_catalogue(one, other)


def _read_files(data: bytes) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(data.split(SEPARATOR)):
        text = _try(decode_text, part, f"{number}.toml")
        if text is not None:
            yield f"{number}.toml", text


def _try(read: Callable[..., Tree], *arguments: object, **options: object) -> Tree:
    """What it reads; `None` where it raises a CardError, which says enough."""
    try:
        return read(*arguments, **options)
    except CardError as error:
        check_message(str(error))
        return None


def _judge_file(file: str, text: str) -> None:
    for read in (parse_card, parse_agreement, _read_tests):
        try:
            read(text, file=file)
        except CardError as error:
            _check_place(error, text)


def _check_place(error: CardError, text: str) -> None:
    check_message(str(error))
    assert error.line is None or 1 <= error.line <= text.count("\n") + 1, f"{error} is beyond the text"


def _read_tests(text: str, *, file: str) -> object:
    return parse_tests([OwnedFile(file, text, own=True)])


def _judge_catalogue(one: Catalogue, other: Catalogue) -> None:
    for found in lint(one, TODAY, tried=_try_tests(one)):
        check_message(found.message)
    for market in islice(list_markets(one, HOSTS), MARKETS_TRIED):
        changes = list_changes(one, market)
        for at in (*changes[:1], *changes[-INSTANTS_TRIED + 1 :], AT)[:INSTANTS_TRIED]:
            assert _price(one, market, at) == _price(other, market, at), "the order of the files changes a price"


def _try_tests(catalogue: Catalogue) -> Tried:
    tests = _try(parse_tests, catalogue.tests)
    if not tests:
        return NOT_TRIED
    trials = try_tests(tests, catalogue)
    is_covered = catalogue.digest.endswith(COVERED)
    return Tried(trials, cover(catalogue, trials) if is_covered else NOT_TRIED.coverage)


def _price(catalogue: Catalogue, market: Market, at: datetime) -> list[str]:
    """What requests cost there and then, or why nothing does."""
    try:
        pricing = resolve(catalogue, market, at)
    except PricingError as error:
        return [_tell(error)]
    json.loads(wire.write_terms(pricing))
    said: list[str] = []
    for sample in _samples(market.host):
        for consumed in ({}, dict.fromkeys(pricing.terms.counters, Decimal("7.5"))):
            try:
                found: Quote = quote(sample, pricing, at, consumed)
            except PricingError as error:
                said.append(_tell(error))
            else:
                check_quote(found)
                said.append(str(found.priced.charged.total))
    return said


def _tell(error: PricingError) -> str:
    assert not isinstance(error, CardError), error
    check_message(str(error), 4_000)
    return type(error).__name__


@cache
def _samples(host: str) -> tuple[Tree, ...]:
    """A few requests of the host that are far from each other."""
    every = list_samples(HOSTS[host])
    return every[:: max(len(every) // SAMPLES_TRIED, 1)][:SAMPLES_TRIED]


def seeds() -> Iterator[bytes]:
    """The catalogues of the examples and of the linter's tests, and the shipped list prices."""
    yield SEPARATOR.join(text.encode() for text in published_texts().values())
    for folder in FOLDERS:
        yield SEPARATOR.join(path.read_bytes() for path in _list_files(folder))
    yield SEPARATOR.join([*(path.read_bytes() for path in _list_files(FOLDERS[0])[:3])])


def _list_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.toml"))


@cache
def _pool() -> Pool:
    trees = [tomli.loads(part.decode(), parse_float=Decimal) for data in seeds() for part in data.split(SEPARATOR)]
    keys, values = _gather(trees)
    known = model_keys(acknowledgements, agreements, cards, catalogue, catalogue_tests, entries)
    return Pool(list(dict.fromkeys([*keys, *known])), list(values.values()), trees)


def _gather(tree: Tree) -> tuple[dict[str, None], dict[str, object]]:
    """Every key and every plain value of the documents, each once."""
    keys: dict[str, None] = {}
    values: dict[str, object] = {}
    items = tree.items() if isinstance(tree, Mapping) else enumerate(tree)
    for key, value in items:
        keys |= {key: None} if isinstance(key, str) else {}
        if isinstance(value, Mapping | list):
            inner_keys, inner_values = _gather(value)
            keys, values = keys | inner_keys, values | inner_values
        else:
            values[repr(value)] = value
    return keys, values


@cache
def _lines() -> list[str]:
    return sorted({line for data in seeds() for line in data.replace(SEPARATOR, b"\n").decode().split("\n") if line})


TARGET: Final = Target(
    judge,
    seeds,
    lambda: [*_pool().keys, *_lines()],
    change_parts(change_toml(_pool(), _lines()), list(seeds())),
    patience_s=PATIENCE_S,
)
