"""What belongs together is found as by hand, in whatever order rows and lines come, with checksums as without."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pricing.invoices import Invoiced
from pricing.shell.bulk.matching import RULES, How
from tests.bulk.matching_cases import Row, later, line, match_rows
from tests.bulk.matching_oracle import group_by_hand
from tests.strategies import examples

IDS = st.sampled_from("abcde")
AMOUNTS = st.sampled_from(("0", "1", "2", "3"))
BILLED = st.sampled_from(("1", "2", "3", "-1"))
CURRENCIES = st.sampled_from(("USD", "USD", "CNY"))
ACCOUNTS = st.sampled_from(("acme", "acme", "globex", None))
TIERS = st.sampled_from(("720P", "720P", "1080P"))
HOSTS = st.sampled_from(("alibaba", "alibaba", "fal"))
ENVIRONMENTS = st.sampled_from((None, None, "production", "sandbox"))
INSTANTS = st.sampled_from((-9, -1, 0, 1, 2, 3, 3.5, 5, 8, 20))
METERS = st.sampled_from((None, "output_video_seconds", "reference_video_seconds"))
ROWS = st.lists(st.builds(Row, IDS, INSTANTS, AMOUNTS, CURRENCIES, ACCOUNTS, ENVIRONMENTS, HOSTS, st.none(), TIERS))
UNRATED = st.lists(
    st.builds(
        Row,
        st.sampled_from("defg"),
        INSTANTS,
        st.just("0"),
        st.just("USD"),
        ACCOUNTS,
        ENVIRONMENTS,
        HOSTS,
        st.none(),
        TIERS,
    ),
    max_size=4,
)
SPANS = st.sampled_from(((None, None), (None, None), (0, 3), (0, 10), (3, 10)))


@st.composite
def make_lines(draw: st.DrawFn) -> list[Invoiced]:
    """Lines of which some name a task, some an instant, some a time, and some nothing of the kind."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        begin, until = draw(SPANS)
        said = {
            "at": draw(st.none() | INSTANTS),
            "begin": begin,
            "until": until,
            "currency": draw(CURRENCIES),
            "account": draw(ACCOUNTS),
            "resolution": draw(TIERS | st.none()),
            "host": draw(st.none() | HOSTS),
            "environment": draw(ENVIRONMENTS),
            "meter": draw(METERS),
        }
        told = {name: value for name, value in said.items() if value is not None or name in {"account", "resolution"}}
        found.append(line(f"L{number}", draw(BILLED), draw(st.none() | IDS), **told))
    return found


@st.composite
def make_bursts(draw: st.DrawFn) -> tuple[list[Row], list[Invoiced]]:
    """Jobs of nearly one instant that are billed by one to three meters each, nearly right, in lines of any names."""
    rows, lines = [], []
    names = draw(st.permutations(range(15)))
    for job in range(draw(st.integers(1, 5))):
        at, currency = draw(st.sampled_from((0, 0, 0, 0.5))), draw(st.sampled_from(("USD", "USD", "USD", "CNY")))
        bill = draw(st.dictionaries(PARTS, st.sampled_from((1, 2, 3)), min_size=1, max_size=3))
        off = draw(st.sampled_from((0, 0, 0, 1)))
        rows.append(Row(f"j{job}", at, str(sum(bill.values()) + off), currency))
        at, host = draw(st.sampled_from((at, 0))), draw(st.sampled_from((None, "alibaba", "alibaba", "alibaba")))
        for number, (meter, amount) in enumerate(sorted(bill.items())):
            said: dict[str, Any] = {"at": at, "host": host, "meter": meter, "currency": currency}
            lines.append(line(f"L{names[3 * job + number]}", str(amount), **said))
    return rows, lines


PARTS = st.sampled_from(("output_video_seconds", "reference_video_seconds", "requests"))


@st.composite
def make_shared(draw: st.DrawFn) -> tuple[list[Row], list[Invoiced]]:
    """Tasks of one id in several accounts and hosts, billed nearly right, by lines that say some of whose they are."""
    rows, lines = [], []
    for number in range(draw(st.integers(1, 5))):
        account, host = draw(st.sampled_from(("acme", "globex", None))), draw(HOSTS)
        total, at = draw(st.sampled_from(("0", "1", "1", "2"))), draw(st.sampled_from((1, 1, 2, 20)))
        rows.append(Row("a", at, total, "USD", account, None, host))
        billed = draw(st.sampled_from((total, total, "1", "2", "0")))
        parts = ("0.5", str(Decimal(billed) - Decimal("0.5"))) if draw(st.booleans()) else (billed,)
        said: dict[str, Any] = {
            "account": draw(st.sampled_from((account, account, None))),
            "host": draw(st.sampled_from((host, host, None, "fal"))),
        }
        lines += [line(f"L{number}{nth}", part, "a", **said) for nth, part in enumerate(parts) if part != "0"]
    return rows, lines


HOWS = st.builds(
    How,
    st.sampled_from((None, (later(0), later(10)))),
    st.sampled_from((timedelta(), timedelta(seconds=2), timedelta(seconds=5))),
    st.booleans(),
    st.just({}),
)


def _check(rows: list[Row], lines: list[Invoiced], how: How, unrated: list[Row], chance: Random) -> None:
    by_hand = group_by_hand(rows, lines, how, unrated)
    for each in (rows, lines, unrated):
        chance.shuffle(each)
    found = match_rows(rows, lines, how, unrated)
    handed = [group for group in by_hand if not group.agrees(how)]
    assert found.unrated == sorted(group.told_unrated for group in handed if group.unrated)
    assert found.told == sorted(group.told for group in handed)
    agreeing = Counter(group.told[0] for group in by_hand if group.agrees(how))
    owned = Counter((row.id, row.account, row.environment, row.host, row.region) for row in rows)
    several = {key for key, count in owned.items() if count > 1}
    if not several:  # a task that stands twice on both sides counts once for each row
        assert found.found.agreeing == {rule: agreeing[rule] for rule in RULES}


@settings(examples(50), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(ROWS, make_lines(), HOWS, UNRATED, st.randoms(use_true_random=False))
def test_groups_are_those_that_one_finds_by_hand(
    rows: list[Row], lines: list[Invoiced], how: How, unrated: list[Row], chance: Random
) -> None:
    _check(rows, lines, how, unrated, chance)


@settings(examples(50), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(make_bursts(), HOWS, UNRATED, st.randoms(use_true_random=False))
def test_jobs_of_one_instant_are_those_that_one_finds_by_hand(
    bursts: tuple[list[Row], list[Invoiced]], how: How, unrated: list[Row], chance: Random
) -> None:
    _check(*bursts, how, unrated, chance)


@settings(examples(50), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(make_shared(), HOWS, UNRATED, st.randoms(use_true_random=False))
def test_tasks_of_one_id_are_told_apart_as_by_hand(
    shared: tuple[list[Row], list[Invoiced]], how: How, unrated: list[Row], chance: Random
) -> None:
    _check(*shared, how, [row._replace(id="ab"[number % 2]) for number, row in enumerate(unrated)], chance)
