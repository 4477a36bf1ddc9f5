"""What is made wrong in the invoice, of every cause; each on a row where nothing else explains the same money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from alternatives import Alternative, Way, charge_otherwise, find_explanations, find_pairs, join, list_alternatives
from book import Book, Planted, Suits, group_days
from invoice import Billed, bill, bill_day
from jobs import END
from ledger import Rated

from pricing.charges import Charged

SLACK: Final = Decimal("0.005")
"""How far an amount may be from another and still be taken for it, since invoices round to the cent."""
CHEAPER: Final = datetime(2026, 10, 1, tzinfo=UTC)
DEARER: Final = datetime(2026, 9, 15, tzinfo=UTC)
CHEAPER_IN_CHINA: Final = datetime(2026, 8, 31, 16, tzinfo=UTC)


def plant_all(book: Book) -> None:
    """Every defect, those first that few rows suit."""
    _plant_days(book)
    _plant_statuses(book)
    _plant_two_at_once(book)
    _plant_quantities(book)
    _plant_roundings(book)
    _plant_versions(book)
    _plant_adjustments(book)
    _plant_rates(book)
    _plant_currencies(book)
    _plant_unknown(book)
    _plant_late(book)
    _plant_duplicates(book)
    _plant_missing(book)


def _is_done(one: Rated) -> bool:
    return one.row.status == "succeeded" and one.row.billed_clips_s is None and bool(one.total)


def _is_plain(one: Rated) -> bool:
    """Whether what it comes to is in whole cents, or is not rounded on the invoice."""
    return one.row.account != "initech" or _is_whole(one.total)


def _is_whole(amount: Decimal) -> bool:
    return amount == amount.quantize(Decimal("0.01"))


class Wanted(NamedTuple):
    """So many rows of an account, billed by the alternative of that cause and detail."""

    account: str
    rows: int
    cause: str
    detail: str


def _plant(book: Book, wanted: Wanted, suits: Suits) -> None:
    """The rows billed so, of those that suit: such as no other cause explains the money of."""
    account, count, *name = wanted
    for one in book.list_candidates(account, lambda one: _is_plain(one) and suits(one)):
        way = next((each.way for each in list_alternatives(book.catalogue, one) if [*each[:2]] == name), None)
        charged = charge_otherwise(book.catalogue, one, way) if way else None
        if charged is None or not _is_told_by(book, one, charged, wanted.cause):
            continue
        _bill_as(book, one, bill(one, charged), (wanted.cause, wanted.detail))
        count -= 1
        if not count:
            return
    raise AssertionError(f"too few rows for {wanted}")


def _is_told_by(book: Book, one: Rated, charged: Charged, cause: str) -> bool:
    """Whether the charge differs by more than roundings do, and by that cause alone."""
    amount = charged.total
    if amount is None or abs(amount - one.total) <= SLACK or (one.row.account == "initech" and not _is_whole(amount)):
        return False
    return {each.cause for each in find_explanations(book.catalogue, one, amount, SLACK)} == {cause}


def _bill_as(book: Book, one: Rated, lines: list[Billed], name: tuple[str, str]) -> None:
    """The task has these lines instead of its own, and their money is planted."""
    amount = sum((line.amount for line in lines), Decimal()) - one.total
    book.taken.add(one.task)
    book.lines[one.task] = lines
    book.planted.append(Planted(*name, one.currency, amount, (one.task,), tuple(lines)))


def _plant_days(book: Book) -> None:
    """A whole day of one tier at the price before: one line, several rows."""
    for rows in group_days(book):
        if len(rows) > 1 and rows[0].row.resolution == "1080P-SR" and all(map(_is_done, rows)):
            way = Way(at=CHEAPER - timedelta(days=1))
            charges = [charged for one in rows if (charged := charge_otherwise(book.catalogue, one, way))]
            own = next(line for line in book.loose if line.row is rows[0])
            wrong = bill_day(rows, charges)
            book.loose[book.loose.index(own)] = wrong
            tasks = tuple(sorted(one.task for one in rows))
            detail = "a day billed at the price before"
            money = wrong.amount - own.amount
            book.planted.append(Planted("card_version", detail, wrong.currency, money, tasks, (wrong,)))
            return


def _plant_statuses(book: Book) -> None:
    _plant(book, Wanted("acme", 2, "status", "billed as full"), lambda one: one.row.status == "failed")
    _plant(book, Wanted("acme", 1, "status", "billed as full"), lambda one: one.row.status == "failed_upscaling")
    _plant(book, Wanted("globex", 1, "status", "billed as full"), lambda one: one.row.status == "canceled")
    _plant(book, Wanted("initech", 1, "status", "billed as full"), lambda one: one.row.status == "failed")


def _plant_two_at_once(book: Book) -> None:
    """Clips uncapped, and the price before: two breaks of one row, whose money adds up."""
    first, second = "clips uncapped", "the terms from 2026-06-01 on"

    def suits(one: Rated) -> bool:
        return _is_cheaper_tier(one) and one.row.environment == "production" and len(one.row.clips_s or ()) > 1

    for one in book.list_candidates("acme", suits):
        ways = {each.detail: each for each in list_alternatives(book.catalogue, one)}
        half = charge_otherwise(book.catalogue, one, ways[first].way)
        both = charge_otherwise(book.catalogue, one, join(ways[first].way, ways[second].way))
        if not (half and both and half.total and both.total and half.total != one.total):
            continue
        if list(find_explanations(book.catalogue, one, both.total, SLACK)):
            continue
        if {_name(pair) for pair in find_pairs(book.catalogue, one, both.total, SLACK)} != {
            ("quantity", "card_version")
        }:
            continue
        lines = bill(one, both)
        book.taken.add(one.task)
        book.lines[one.task] = lines
        steps = ((ways[first], half.total - one.total), (ways[second], both.total - half.total))
        for alternative, money in steps:
            name = alternative[:2]
            book.planted.append(Planted(*name, one.currency, money, (one.task,), tuple(lines)))
        return
    raise AssertionError("no row for two defects at once")


def _name(pair: tuple[Alternative, Alternative]) -> tuple[str, str]:
    return pair[0].cause, pair[1].cause


def _is_cheaper_tier(one: Rated) -> bool:
    return one.row.resolution == "1080P-SR" and one.row.at >= CHEAPER and _is_done(one)


def _has_clips(one: Rated) -> bool:
    return _is_done(one) and bool(one.row.clips_s) and one.row.environment != "staging"


def _plant_quantities(book: Book) -> None:
    _plant(book, Wanted("acme", 2, "quantity", "clips uncapped"), _has_clips)
    _plant(book, Wanted("acme", 2, "quantity", "clips rounded up, by the clip"), _has_clips)
    _plant(book, Wanted("acme", 1, "quantity", "clips not billed"), _has_clips)
    _plant(book, Wanted("globex", 1, "quantity", "clips uncapped"), _has_clips)
    _plant(book, Wanted("globex", 1, "quantity", "clips not billed"), _has_clips)
    _plant(book, Wanted("initech", 1, "quantity", "clips capped in total"), _has_clips)
    _plant_numbers(book, ("quantity", "two seconds more of output than were made"), (Decimal(2), Decimal()))


def _plant_numbers(book: Book, name: tuple[str, str], more: tuple[Decimal, Decimal]) -> None:
    """A line with another quantity or unit price than it should have, and the amount that they give."""

    def suits(one: Rated) -> bool:
        return _is_done(one) and one.row.environment == "production" and not one.row.clips_s

    for one in book.list_candidates("acme", suits):
        (own,) = book.lines[one.task]
        quantity, price = (number + by for number, by in zip((own.quantity, own.unit_price), more, strict=True))
        wrong = replace(own, quantity=quantity, unit_price=price, amount=quantity * price)
        if not list(find_explanations(book.catalogue, one, wrong.amount, SLACK)):
            _bill_as(book, one, [wrong], name)
            return
    raise AssertionError(f"no row for {name}")


def _plant_roundings(book: Book) -> None:
    _plant(book, Wanted("globex", 2, "rounding", "each quote rounded up"), _is_done)
    _plant(book, Wanted("globex", 1, "rounding", "each quote rounded down"), _is_done)


def _plant_versions(book: Book) -> None:
    before, after = ("card_version", "the terms from 2026-06-01 on"), ("card_version", "the terms from 2026-09-15 on")
    _plant(book, Wanted("acme", 2, *before), lambda one: _is_cheaper_tier(one) and one.row.environment == "production")
    _plant(book, Wanted("globex", 1, *before), lambda one: _is_done(one) and one.row.at >= DEARER)
    _plant(book, Wanted("globex", 1, *after), lambda one: _is_done(one) and one.row.at < DEARER)
    _plant(book, Wanted("initech", 1, *before), lambda one: _is_done(one) and one.row.at >= CHEAPER_IN_CHINA)


def _plant_adjustments(book: Book) -> None:
    _plant(book, Wanted("acme", 2, "adjustment", "without the discount"), _is_done)
    _plant(book, Wanted("acme", 1, "adjustment", "without the override"), _is_done)
    _plant(book, Wanted("globex", 1, "adjustment", "without the minimum"), _is_done)
    _plant(book, Wanted("initech", 1, "adjustment", "without the discount"), _is_done)


def _plant_rates(book: Book) -> None:
    _plant(book, Wanted("acme", 2, "rate", "at the price of 720P"), lambda one: _is_sr(one) and _is_done(one))
    _plant(book, Wanted("acme", 1, "rate", "at the price of 1080P"), _has_clips)
    _plant(book, Wanted("globex", 1, "rate", "at the price of 1440P-SR"), lambda one: _is_sr(one) and _is_done(one))
    _plant_numbers(book, ("rate", "a unit price that nothing says"), (Decimal(), Decimal("0.0071")))


def _is_sr(one: Rated) -> bool:
    return one.row.resolution == "1080P-SR" and one.row.environment == "production"


def _plant_currencies(book: Book) -> None:
    """The right number in the wrong currency: what was expected leaves the one, what was invoiced enters the other."""
    for account, currency in (("initech", "USD"), ("acme", "CNY")):
        one = next(book.list_candidates(account, lambda one: _is_done(one) and _is_plain(one)))
        lines = [replace(line, currency=currency) for line in book.lines[one.task]]
        book.taken.add(one.task)
        book.lines[one.task] = lines
        for money, of in ((-one.total, one.currency), (one.total, currency)):
            detail = f"{one.currency} billed as {currency}"
            book.planted.append(Planted("currency", detail, of, money, (one.task,), tuple(lines)))


def _plant_unknown(book: Book) -> None:
    """Amounts that nothing leads to, neither one alternative nor two."""
    for account, more in (("acme", "0.4137"), ("acme", "-0.2213"), ("initech", "1.37")):
        one = next(_find_unexplained(book, account, Decimal(more)))
        head = replace(book.lines[one.task][0], meter=None, quantity=None, unit_price=None)
        line = replace(head, resolution=one.row.resolution, amount=one.total + Decimal(more))
        _bill_as(book, one, [line], ("unknown", "an amount of no known origin"))


def _find_unexplained(book: Book, account: str, more: Decimal) -> Iterator[Rated]:
    for one in book.list_candidates(account, lambda one: _is_done(one) and _is_plain(one)):
        amount = one.total + more
        if amount > 0 and not any(
            (*find_explanations(book.catalogue, one, amount, SLACK), *find_pairs(book.catalogue, one, amount, SLACK))
        ):
            yield one


def _plant_late(book: Book) -> None:
    """Tasks of the first day after the period that are billed all the same."""
    for account, count in (("acme", 2), ("globex", 1)):
        late = [one for one in book.rated if one.row.account == account and one.row.at >= END and _is_done(one)]
        for one in [one for one in late if one.row.environment == "production"][:count]:
            lines = bill(one)
            book.lines[one.task] = lines
            book.planted.append(
                Planted("timing", "after the period", one.currency, one.total, (one.task,), tuple(lines))
            )


def _plant_duplicates(book: Book) -> None:
    """A line that stands there twice: of two lines of a task the second, or its only one."""
    for account, count in (("acme", 2), ("globex", 1), ("initech", 1)):
        one = next(book.list_candidates(account, lambda one: len(book.lines[one.task]) == count and _is_done(one)))  # noqa: B023 - asked here and now
        lines = book.lines[one.task]
        copy = replace(lines[-1])
        lines.append(copy)
        book.taken.add(one.task)
        book.planted.append(
            Planted("duplicate", "the same line twice", one.currency, copy.amount, (one.task,), tuple(lines))
        )


_NOBODY: Final = "a task that nobody did"


def _plant_missing(book: Book) -> None:
    """Tasks that nothing bills, and lines for tasks that nobody did; none near another that no line names."""
    for account, count in (("acme", 2), ("globex", 2), ("initech", 1)):
        for _ in range(count):
            one = next(book.list_candidates(account, lambda one: _is_done(one) and book.is_apart(one)))
            book.lines[one.task] = []
            book.taken.add(one.task)
            book.planted.append(Planted("missing_on_invoice", "not billed", one.currency, -one.total, (one.task,), ()))
    for account in ("acme", "globex", "initech"):
        one = next(book.list_candidates(account, lambda one: len(book.lines[one.task]) == 1 and book.is_apart(one)))
        line = replace(book.lines[one.task][0], task_id=f"task-{one.task[-10:][::-1]}")
        book.taken.add(one.task)
        book.loose.append(line)
        book.planted.append(
            Planted("missing_in_usage", _NOBODY, line.currency, line.amount, (str(line.task_id),), (line,))
        )
