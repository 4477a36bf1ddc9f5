"""What the checks find no error in resolves, for every market at any instant, to one set of terms or to none.

And a request then has one price, or is told that there is none: nothing else can happen.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from pricing import Catalogue, Market, NoCardError, NoRateError, parse_catalogue, quote, resolve
from pricing.errors import PricingError
from pricing.linting import lint
from pricing.periods import list_markets
from tests.agreed import agreements
from tests.oracle import Row, Terms
from tests.strategies import Ask, asks, examples, valid
from tests.tables import HEAD, agreement_of, alone, card_toml, row_to_toml
from tests.terms import DAYS, all_terms, cards

TODAY: Final = date(2026, 6, 1)
_WHERE: Final[tuple[Row, ...]] = ({}, {"environments": "production"}, {"environments": "staging sandbox"})
_WHO: Final[tuple[Row, ...]] = ({"account": "acme"}, {"account": "acme"}, {"account": "globex"}, {})
_ENDS: Final[tuple[Row, ...]] = ({}, {"until": "2026-05-15"}, {"until": "2027-01-01"})

_ON_TOP: Final[Row] = {"kind": "discount", "percent": "3.123456789012"}
_LONG: Final = st.sampled_from((0, 0, 0, 1, 3, 6)).map(lambda times: [_ON_TOP] * times)
"""Percentages of percentages: of three a price has too many digits, of six no number holds them."""


@st.composite
def _cards(draw: st.DrawFn) -> dict[str, str]:
    """One to three cards: for anywhere, for some environments, or for the agreements that name them."""
    files = {}
    for index, card in enumerate(draw(st.lists(cards(), min_size=1, max_size=3))):
        by_agreement = {"by_agreement": "true"} if draw(st.integers(0, 2)) == 0 else {}
        scope = by_agreement or draw(st.sampled_from(_WHERE))
        files[f"card-{index}"] = card_toml(alone(card), id=f"card-{index}", **scope)
    return files


@st.composite
def _aliases(draw: st.DrawFn, names: list[str]) -> list[Row]:
    """One name that leads to one card after another, from some day on."""
    days = draw(st.lists(st.sampled_from(DAYS), max_size=3, unique=True)) if names else []
    return [{"name": "latest", "card": draw(st.sampled_from(names)), "from": day} for day in days]


@st.composite
def _catalogues(draw: st.DrawFn) -> Catalogue:
    """Cards, aliases of them and up to four agreements over them: of anybody, anywhere, at any time."""
    files = draw(_cards())
    anywhere = [name for name, text in files.items() if "environments" not in text]
    aliases = draw(_aliases(anywhere))
    names = [*anywhere, *(["latest"] if aliases else [])]
    for index in range(draw(st.integers(0, 4))):
        head = {
            "id": f"agreement-{index}",
            "title": "An agreement",
            "host": "atlas",
            "from": draw(st.sampled_from(DAYS)),
        }
        for more in (_WHO, _WHERE, _ENDS):
            head |= draw(st.sampled_from(more))
        if draw(st.booleans()) and names:
            head["card"] = draw(st.sampled_from(names))
        if draw(st.integers(0, 3)) == 0:
            head["inherit"] = "false"
        files[head["id"]] = agreement_of(draw(agreements()) + draw(_LONG), head)
    files["catalogue"] = HEAD + "".join(f"\n[[alias]]\n{row_to_toml(row)}" for row in aliases)
    return parse_catalogue({f"{name}.toml": text for name, text in files.items()})


_INSTANTS: Final = st.integers(0, 24 * 500).map(
    lambda hours: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(hours=hours)
)


@given(_catalogues(), st.lists(_INSTANTS, min_size=1, max_size=5), asks(("atlas",)))
def test_without_an_error_everything_resolves(catalogue: Catalogue, instants: list[datetime], ask: Ask) -> None:
    sound = all(one.severity != "error" for one in lint(catalogue, TODAY))
    for market in list_markets(catalogue):
        for instant in instants:
            assert _is_settled(catalogue, market, instant, ask) or not sound


def _is_settled(catalogue: Catalogue, market: Market, at: datetime, ask: Ask) -> bool:
    """Whether a request has one price there and then, or is told that there is none."""
    try:
        pricing = resolve(catalogue, market, at)
        assert pricing.market == market
        quote(valid(ask), pricing, at)
    except (NoCardError, NoRateError):
        return True
    except PricingError:
        return False
    return True


@examples(50)
@given(all_terms())
def test_the_order_of_entries_changes_no_finding_but_their_lines(terms: Terms) -> None:
    """All but the check of the order itself, and the place of what is told once."""
    turned: Terms = {**terms, "entries": terms["entries"][::-1]}
    one, other = (
        {found.id for found in lint(parse_catalogue({"catalogue.toml": HEAD, "card.toml": card_toml(each)}), TODAY)}
        for each in (terms, turned)
    )
    assert one - {"CAT205"} == other - {"CAT205"}
