"""What the checks find no error in resolves, for every market at any instant, to one set of terms or to none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pricing import CardError, Catalogue, NoCardError, parse_catalogue, resolve
from pricing.errors import PricingError
from pricing.linting import lint
from pricing.periods import list_markets
from tests.oracle import Terms
from tests.terms import DAYS, HEAD, agreement_toml, agreements, all_terms, card_toml

TODAY = date(2026, 6, 1)


@st.composite
def _catalogues(draw: st.DrawFn) -> Catalogue:
    """One or two cards and up to four agreements, of anybody, anywhere, at any time."""
    files = {"catalogue.toml": HEAD}
    for index, terms in enumerate(draw(st.lists(all_terms(), min_size=1, max_size=2))):
        files[f"card-{index}.toml"] = _scoped(draw, card_toml(terms, id=f"card-{index}"), "card")
    for index in range(draw(st.integers(0, 4))):
        end = draw(st.sampled_from(({}, {"until": "2026-04-01"}, {"until": "2027-01-01"})))
        head = {"id": f"agreement-{index}", "from": draw(st.sampled_from(DAYS)), **end}
        text = agreement_toml(draw(agreements()), **head)
        if draw(st.booleans()):
            text = text.replace('account = "acme"\n', "")
        files[f"agreement-{index}.toml"] = _scoped(draw, text, "agreement")
    try:
        return parse_catalogue(files)
    except CardError:  # an agreement that ends before it begins
        return parse_catalogue({name: text for name, text in files.items() if "agreement" not in name})


def _scoped(draw: st.DrawFn, text: str, table: str) -> str:
    where = draw(st.sampled_from(("", 'environments = ["production"]\n', 'environments = ["staging", "sandbox"]\n')))
    return text.replace(f"[{table}]\n", f"[{table}]\n{where}")


_INSTANTS = st.integers(0, 24 * 500).map(lambda hours: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(hours=hours))


@given(_catalogues(), st.lists(_INSTANTS, min_size=1, max_size=5))
def test_without_an_error_everything_resolves(catalogue: Catalogue, instants: list[datetime]) -> None:
    sound = all(one.severity != "error" for one in lint(catalogue, TODAY))
    for market in list_markets(catalogue):
        for instant in instants:
            try:
                assert resolve(catalogue, market, instant).market == market
            except NoCardError:
                continue
            except PricingError:
                assert not sound


@given(all_terms())
def test_the_order_of_entries_changes_no_finding_but_their_lines(terms: Terms) -> None:
    """All but the check of the order itself, and the place of what is told once."""
    turned: Terms = {**terms, "entries": terms["entries"][::-1]}
    one, other = (
        {found.id for found in lint(parse_catalogue({"catalogue.toml": HEAD, "card.toml": card_toml(each)}), TODAY)}
        for each in (terms, turned)
    )
    assert one - {"CAT205"} == other - {"CAT205"}
