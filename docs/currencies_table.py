"""The table of currencies, `pricing/currencies.py`: from the data of ISO 4217 that the package `iso4217` carries."""

from __future__ import annotations

import textwrap
from typing import Final

from iso4217 import Currency, __published__

_HEAD: Final = '''"""Minor units of currencies, from ISO 4217 of {published}; docs/generate.py writes it, no hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_BY_DIGITS: Final = {{
{rows}}}

MINOR_UNITS: Final[Mapping[str, int]] = MappingProxyType(
    {{code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}}
)
"""Decimals of a currency's minor unit, by its code: for display only, never for rounding what is owed."""
'''


def write_currencies() -> str:
    """The module: every currency that has a minor unit, by how many decimals it has."""
    by_digits: dict[int, list[str]] = {}
    for currency in Currency:
        if currency.exponent is not None:
            by_digits.setdefault(currency.exponent, []).append(currency.code)
    rows = "".join(_row(digits, sorted(codes)) for digits, codes in sorted(by_digits.items()))
    return _HEAD.format(published=__published__, rows=rows)


def _row(digits: int, codes: list[str]) -> str:
    lines = textwrap.wrap(" ".join(codes), 104)
    if len(lines) == 1:
        return f'    {digits}: "{lines[0]}",\n'
    parts = [f'        "{line} "\n' for line in lines[:-1]] + [f'        "{lines[-1]}"\n']
    return f"    {digits}: (\n{''.join(parts)}    ),\n"
