"""Where one thing is not known and counts in one place, what it costs comes as near to both bounds as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from pricing import Charged
from pricing.metering import describe_work, measure
from pricing.schemes import Span
from tests.charging import ASKS, charged, price_list
from tests.oracle import Bill, Terms, find_force
from tests.oracle.bills import find_allowance
from tests.oracle.prices import Price, names_of, own_price
from tests.oracle.terms import Force, in_force, said_once
from tests.points import Point, bill_at, decimal_totals, edges_of, lengths_of, totals_near
from tests.strategies import CLIP_SECONDS, Ask, asks, examples, valid, with_length
from tests.terms import ASKED_ON, all_terms
from wan_rules import plan

NEAR: Final = Fraction(1, 10**4)
"""More than a hair beside an edge makes of any price here; far less than from one band to another."""

VERY_LONG: Final = Decimal(10**6)
"""Of a clip, in seconds: longer than any cap, cut or minimum here."""


def ladders(force: Force, bill: Bill) -> list[Price | None]:
    """The ladder of each line, where it has one."""
    prices = [own_price(force, line.key) for line in bill.lines]
    return [price if price and price.model in ("graduated", "volume") else None for price in prices]


def is_steady(price: Price | None) -> bool:
    """Whether prices by spend only rise or only fall: of others the bounds are wider than what can happen."""
    if price is None or (price.model, price.by) != ("graduated", "spend"):
        return True
    steps = [ask for _, ask in price.bands]
    return steps in (sorted(steps), sorted(steps, reverse=True))


def is_billing_known(force: Force) -> bool:
    """Whether the card says if clips are billed."""
    rule = in_force(force.card["reference_video"], force.on)
    return rule is not None and rule["billed"] != "unknown"


def places(force: Force, bill: Bill) -> list[tuple[int, str]]:
    """Which line looks at which running total; adjustments look at them after all lines."""
    found = [(index, ladder.counter) for index, ladder in enumerate(ladders(force, bill)) if ladder]
    for index, line in enumerate(bill.lines):
        allowance = find_allowance(force, line.key)
        if allowance:
            found.append((index, "/".join([allowance["meter"], *names_of(allowance)])))
    after = len(bill.lines)
    found += [(after, "spend") for _ in said_once(force, "commitment")]
    found += [(after, "spend") for row in said_once(force, "cap", "per") if row.get("per") == "month"]
    return found + [(after, f"credit/{row['name']}") for row in said_once(force, "credit", "name")]


def counts_once(name: str, force: Force, bill: Bill) -> bool:
    """Whether that running total counts in one place, and what it makes of a line in none after it."""
    looks = places(force, bill)
    (first, *others) = [index for index, counter in looks if counter == name] or [-1]
    later = [index for index, counter in looks if counter == "spend" and first < index < len(bill.lines)]
    return first >= 0 and not others and not later


def assert_reached(found: Charged, totals: Sequence[Fraction], force: Force) -> None:
    """But for the rounding of what comes ever nearer to an end."""
    rule = in_force(force.card["rounding"], force.on)
    slack = NEAR + (4 * Fraction(rule["quantum"]) if rule else 0)
    assert found.total is not None
    assert max(totals) >= Fraction(found.total) - slack
    assert min(totals) <= Fraction(found.total_min) + slack


@examples(200)
@given(ASKS, all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_of_a_running_total(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    force, edges = find_force(terms, on), edges_of(terms)
    before = {name: data.draw(decimal_totals(edges)) for name in pricing.terms.counters}
    charged(ask, pricing, on, before)
    known = {name: Fraction(total) for name, total in before.items()}
    lengths = tuple(length or Fraction(1) for length in lengths_of(ask))
    bill = bill_at(Point(lengths, known), ask, terms, on)
    for name in before if is_billing_known(force) and all(map(is_steady, ladders(force, bill))) else ():
        if counts_once(name, force, bill):
            found = charged(ask, pricing, on, {other: total for other, total in before.items() if other != name})
            points = [Point(lengths, known | {name: total}) for total in totals_near(edges, bill)]
            assert_reached(found, [bill_at(point, ask, terms, on).total for point in points], force)


@examples(200)
@given(asks(("atlas", "atlas", "alibaba"), clips=1), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_of_a_clip(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    pricing = price_list(terms, on, ask.host)
    force, edges = find_force(terms, on), edges_of(terms)
    before = {name: data.draw(decimal_totals(edges)) for name in pricing.terms.counters}
    unknown = with_length(ask, ask.clips[-1].url, None)
    found = charged(unknown, pricing, on, before)
    known = {name: Fraction(total) for name, total in before.items()}
    *lengths, _ = (length or Fraction(1) for length in lengths_of(ask))
    bill = bill_at(Point((*lengths, Fraction(1)), known), ask, terms, on)
    rule = in_force(force.card["reference_video"], on)
    if rule is None or rule["billed"] != "yes" or "round_to_s" in rule or len(bill.lines) > 2:
        return
    low, high = map(Fraction, CLIP_SECONDS)
    starts = [Fraction(0), *known.values()]
    near = {total - start - sum(lengths) for total in totals_near(edges, bill) for start in starts}
    tried = [low, *sorted(length for length in near if low < length < high), high]
    totals = [bill_at(Point((*lengths, length), known), ask, terms, on).total for length in tried]
    assert_reached(found, totals, force)


@examples(100)
@given(ASKS.filter(lambda ask: bool(ask.clips)), all_terms(), st.sampled_from(ASKED_ON), st.data())
def test_of_clips_without_a_limit(ask: Ask, terms: Terms, on: str, data: st.DataObject) -> None:
    """Their most is that of clips which are very long, and there is none where yet longer ones are charged for more."""
    pricing, request = price_list(terms, on, ask.host), valid(ask)
    work = describe_work(request, plan(request))
    lows = [data.draw(st.sampled_from((Decimal(0), Decimal(1), Decimal(31)))) for _ in work.clips]
    ends = [None, *(data.draw(st.sampled_from((None, low))) for low in lows[1:])]

    def charged_for(*, without: Decimal | None) -> Span | None:
        spans = [Span(low, without if end is None else end) for low, end in zip(lows, ends, strict=True)]
        return measure(work._replace(clips=tuple(spans)), pricing.terms).clips

    found, much, more = (charged_for(without=length) for length in (None, VERY_LONG, 2 * VERY_LONG))
    assert found == (much if much == more or much is None else much._replace(high=None))
