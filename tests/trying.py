"""Makes catalogues with tests in them, and runs those."""

from __future__ import annotations

from typing import Final

from pricing import Catalogue, parse_catalogue
from pricing.catalogue_tests import parse_tests
from pricing.trials import Trial, try_tests
from tests.terms import HEAD, card_toml, terms_of
from wan_rules.hosts import HOSTS, Hosts

WHO: Final = 'account = "acme"\nenvironment = "production"\nhost = "atlas"\nat = 2026-02-01\n'
PRICES: Final = {"720P": "0.10", "1080P": "0.15"}


def written_test(request: str, expect: str | None, *, name: str = "one", who: str = WHO) -> str:
    """One test, as TOML; without `expect` it says nothing of what is expected."""
    said = "" if expect is None else f"expect = {{ {expect} }}\n"
    return f'[[test]]\nname = "{name}"\n{who}request = {{ {request} }}\n{said}'


def catalogue_with(*tests: str, card: str | None = None, **files: str) -> Catalogue:
    """A catalogue of Atlas at 0.10 and 0.15, or with that card, those files, and these tests in it."""
    texts = {"catalogue.toml": HEAD, "card.toml": card or card_toml(terms_of(PRICES))}
    texts |= {f"{name}.toml": text for name, text in files.items()}
    return parse_catalogue({**texts, "tests.toml": f'schema_version = "1"\n\n{chr(10).join(tests)}'})


def trials_of(catalogue: Catalogue, hosts: Hosts = HOSTS) -> tuple[Trial, ...]:
    """Every test in it, run."""
    return try_tests(parse_tests(catalogue.tests, written=False), catalogue, hosts=hosts)
