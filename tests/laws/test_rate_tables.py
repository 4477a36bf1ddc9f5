"""The rows of a group lie end to end over all of time; one row stands for all only where each would say the same."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import parse_catalogue
from pricing.periods import BEGINNING
from pricing.rate_groups import Group, Surveyed, find_tiers
from pricing.rate_tables import END, DatedRate, tabulate
from pricing.terms import OUTCOMES
from tests.oracle import Terms
from tests.strategies import examples
from tests.tables import instant
from tests.terms import DAYS, all_terms, catalogue_files
from wan_rules.hosts import HOSTS
from wan_rules.request import RESOLUTIONS

VARIANTS = list(product(("succeeded", *OUTCOMES), ("none", "measured", "billed")))
SPANS = st.sampled_from([(instant(DAYS[0]), instant("2026-12-31")), (instant(DAYS[1]), instant(DAYS[1]))])


@examples(40)
@given(terms=all_terms(), variants=st.lists(st.sampled_from(VARIANTS), min_size=1, unique=True), span=SPANS)
def test_each_instant_has_one_row(terms: Terms, variants: list[tuple[str, str]], span: tuple[object, object]) -> None:
    catalogue = parse_catalogue(catalogue_files(terms))
    names = [("acme", "production", "atlas", None, tier, None) for tier in RESOLUTIONS]
    surveyed = [Surveyed(Group(*name, *variant), *span) for name in names for variant in variants]  # type: ignore[arg-type]
    rates = list(tabulate(catalogue, surveyed, HOSTS))
    for _, own in groupby(sorted(rates, key=_order), key=lambda rate: rate.group):
        rows = list(own)
        assert (rows[0].begin, rows[-1].end) == (BEGINNING, END)
        assert all(one.end == other.begin for one, other in pairwise(rows))
    for one in surveyed:
        for rate in tabulate(catalogue, [one], HOSTS):
            _same(one.group, rate, [row for row in rates if _stands_for(row, one.group, rate)])


def _order(rate: DatedRate) -> tuple[object, ...]:
    return (*(str(name) for name in rate.group), rate.begin)


def _stands_for(row: DatedRate, group: Group, rate: DatedRate) -> bool:
    """Whether the row is about the group, at an instant of the one that was made for the group alone."""
    alike = all(own in (None, name) for own, name in zip(row.group, group, strict=True))
    return alike and row.begin < rate.end and rate.begin < row.end


def _same(group: Group, rate: DatedRate, rows: list[DatedRate]) -> None:
    assert rows
    for row in rows:
        end = dict(row.ends).get(group.status or "succeeded")
        if end is None:
            without = group.clips == "none" and row.group.clips is None
            lines = [line for line in row.lines if not (without and line.meter == "reference_video_seconds")]
            assert (row.refusal, tuple(lines)) == (rate.refusal, rate.lines)
        elif end == "free":
            assert (rate.refusal, rate.lines) == (None, ())
        else:
            assert rate.refusal == end


def test_a_group_of_the_table_was_not_surveyed() -> None:
    at = instant(DAYS[0])
    group = Group("acme", "production", "atlas", None, "720P", None, None, "none")
    with pytest.raises(ValueError, match="no group that was surveyed"):
        find_tiers([Surveyed(group, at, at + timedelta(days=1))])
