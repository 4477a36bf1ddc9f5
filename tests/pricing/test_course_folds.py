"""Rows of courses rated one after the other: what a row comes to at a stage hangs on what others did there."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pricing import parse_catalogue
from pricing.backtests import Rated, Side
from pricing.bridges import Bridge
from tests.backtesting import HEAD, Prices, agreement, card, entry, row
from tests.bulk.course_rows import rate_rows

CAPPED: Final = f'{agreement(Prices())}\nzone = "UTC"\n[[term]]\nkind = "cap"\nper = "month"\namount = "2"\n'


def side(*entries: str) -> Side:
    text = "\n".join((card(Prices()), *entries))
    return Side(parse_catalogue({"catalogue.toml": HEAD, "card.toml": text, "acme.toml": CAPPED}))


def test_a_row_whose_own_terms_do_not_change_still_pays_less_after_one_whose_do() -> None:
    """10 s cost 1.00 each by the old card. By the new one the first cost 3.00, of which 2.00 are charged: all of the
    month's cap, so that nothing is left to pay for the second, whose price is 0.10 again.
    """
    dear = [entry("2026-11-02", "output_video_seconds", "720P", "0.30")]
    again = [entry("2026-11-10", "output_video_seconds", "720P", "0.10")]
    used = [row(id="1", at="2026-11-02T08:00:00Z"), row(id="2", at="2026-11-20T08:00:00Z")]
    outcomes = rate_rows(used, (side(*again), side(*dear, *again)))
    nothing = (Decimal(0),) * 4
    bridges = [outcome.bridge for outcome in outcomes if isinstance(outcome, Rated)]
    assert bridges == [
        Bridge(Decimal(1), Decimal(2), (Decimal(1), *nothing)),
        Bridge(Decimal(1), Decimal(0), (Decimal(-1), *nothing)),
    ]


INCLUDED: Final = (
    f'{agreement(Prices())}\nzone = "UTC"\n[[term]]\nkind = "allowance"\nmeter = "output_video_seconds"\nunits = "15"\n'
    '[[term]]\nkind = "cap"\nper = "month"\namount = "1000"\n'
)
LADDER: Final = (
    '[[entry]]\nfrom = 2026-11-10\nmeter = "output_video_seconds"\nresolution = "1080P"\nmodel = "volume"\n'
    'bands = [{ up_to = "100", price = "0.5" }, { price = "0.4" }]\n'
)


def test_rows_before_a_step_count_where_those_after_it_are_rated_again() -> None:
    """Of 10 s twice 15 s are free, on either side: the ladder of 1080P, which begins in between, changes nothing."""

    def made(*entries: str) -> Side:
        text = "\n".join((card(Prices()).replace('currency = "USD"', 'currency = "USD"\nzone = "UTC"'), *entries))
        return Side(parse_catalogue({"catalogue.toml": HEAD, "card.toml": text, "acme.toml": INCLUDED}))

    used = [row(id="1", at="2026-11-02T08:00:00Z"), row(id="2", at="2026-11-20T08:00:00Z")]
    nothing = (Decimal(0),) * 5
    for sides in ((made(LADDER), made()), (made(), made(LADDER))):
        bridges = [outcome.bridge for outcome in rate_rows(used, sides) if isinstance(outcome, Rated)]
        assert bridges == [Bridge(Decimal(0), Decimal(0), nothing), Bridge(Decimal("0.5"), Decimal("0.5"), nothing)]
