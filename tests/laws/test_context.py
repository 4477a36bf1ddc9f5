"""Whatever decimal context the caller has, a quote is the same, and so is what the checks find."""

from __future__ import annotations

import decimal
import json
from datetime import date
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue, recompute
from pricing.explanations import explain
from pricing.linting import lint
from pricing.shell.wire import write_quote
from tests.charging import ASKS, forget_some, price_list, quoted, say_some
from tests.oracle import Terms
from tests.strategies import Ask, examples
from tests.terms import ASKED_ON, HEAD, all_terms, card_toml

TODAY: Final = date(2026, 11, 15)
NARROW: Final = decimal.Context(prec=1, rounding=decimal.ROUND_DOWN, Emin=-1, Emax=1, traps=[decimal.Inexact])
"""In which nearly everything is an error."""


@examples(100)
@given(ask=ASKS, terms=all_terms(), on=st.sampled_from(ASKED_ON), data=st.data())
def test_a_quote_is_the_same_in_every_context(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    ask, before = forget_some(data, ask), say_some(data, terms, pricing)
    usual = quoted(ask, pricing, on, before)
    found, said = write_quote(usual), explain(usual, str)
    with decimal.localcontext(NARROW):
        again = quoted(ask, price_list(terms, on, ask.host), on, before)
        assert write_quote(again) == found
        assert explain(again, str) == said
        assert recompute(json.loads(found)["basis"]) == again.priced.charged


@examples(100)
@given(all_terms())
def test_what_the_checks_find_is_the_same_in_every_context(terms: Terms) -> None:
    texts = {"catalogue.toml": HEAD, "card.toml": card_toml(terms)}
    found = lint(parse_catalogue(texts), TODAY)
    with decimal.localcontext(NARROW):
        assert lint(parse_catalogue(texts), TODAY) == found
