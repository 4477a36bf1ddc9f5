"""A quote as the page shows it: the stages, each line with its price, what was agreed, the bounds, what is assumed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import NamedTuple

from pricing.explanations import explain, worth_words
from pricing.money import EXACT
from pricing.quotes import Quote
from pricing.shell.service.page.asking import Answer
from pricing.shell.service.page.bars import Bar, draw_bars
from pricing.shell.text import effect_line, line_row, name_agreements, signed, span
from wan_rules.request import Request
from wan_rules.staging import Plan, Stage, plan
from wan_rules.validation import ValidRequest


class Row(NamedTuple):
    """One line of a price: what, how much, at what price; its amount, and at list price where that is another."""

    what: str
    quantity: str
    price: str
    listed: str
    amount: str


class Box(NamedTuple):
    """One box of the drawn stages."""

    title: str
    facts: tuple[str, ...]


class PriceView(NamedTuple):
    """What the page shows of a quote; amounts are texts as the command line prints them."""

    kind: str
    currency: str
    total: str
    listed: str
    saving: str
    rows: tuple[Row, ...]
    bars: str
    worth: str
    effects: tuple[str, ...]
    assumptions: tuple[str, ...]
    sentences: tuple[str, ...]
    origin: tuple[tuple[str, str], ...]


def show_price(answer: Answer) -> PriceView | None:
    """The price; `None` where there is none."""
    quoted, sale = answer.quote, answer.sale
    if quoted is None or sale is None:
        return None
    charged, currency = quoted.priced.charged, quoted.currency
    rows = tuple(_rows(quoted))
    return PriceView(
        charged.kind,
        currency,
        span(charged.total_min, charged.total, currency),
        _listed(quoted),
        _saving(quoted),
        rows,
        draw_bars(tuple(_bars(quoted)), currency),
        worth_words(quoted).removeprefix(", "),
        tuple(effect_line(effect, currency) for effect in answer.effects),
        tuple(assumption.message for assumption in quoted.priced.assumptions),
        explain(quoted, sale.catalogue.locate),
        tuple(_origin(quoted)),
    )


def _rows(quoted: Quote) -> Iterator[Row]:
    currency = quoted.currency
    for line in quoted.lines:
        what, quantity, price, amount = line_row(line, quoted.consumed(line), currency)
        listed = "none"
        if line.list_amount_min is not None:
            listed = span(line.list_amount_min, line.list_amount, currency)
        yield Row(what, quantity, price, listed, amount)
    for added in quoted.priced.charged.adjustments:
        yield Row(added.kind, "", added.source, "", span(added.amount_min, added.amount, currency))


def _listed(quoted: Quote) -> str:
    """What the lines come to at list price, where that is another amount; empty where it is not, or not known."""
    charged = quoted.priced.charged
    if charged.list_total is None or charged.list_total_min is None or charged.list_total == charged.total:
        return ""
    return span(charged.list_total_min, charged.list_total, quoted.currency)


def _saving(quoted: Quote) -> str:
    """By how much an exact total lies under, or over, the list price."""
    charged = quoted.priced.charged
    if not _listed(quoted) or charged.kind != "exact" or charged.list_total is None or charged.total is None:
        return ""
    return signed(EXACT.subtract(charged.total, charged.list_total), quoted.currency)


def _bars(quoted: Quote) -> Iterator[Bar]:
    """The bounds, and those of the list price, on one scale; nothing where there is nothing to set beside."""
    charged = quoted.priced.charged
    if _listed(quoted) and charged.list_total_min is not None:
        yield Bar("list", charged.list_total_min, charged.list_total)
        yield Bar("contracted", charged.total_min, charged.total)
    elif charged.kind != "exact":
        yield Bar("total", charged.total_min, charged.total)


def show_stages(valid: ValidRequest | None) -> tuple[Box, ...]:
    """The references and each stage, in order; nothing for what would be refused."""
    return () if valid is None else tuple(_draw_stages(valid.request, plan(valid)))


def _draw_stages(request: Request, planned: Plan) -> Iterator[Box]:
    kinds = [reference.kind for reference in request.references]
    sent = [f"{kinds.count(kind)} {kind}{'' if kinds.count(kind) == 1 else 's'}" for kind in ("image", "video")]
    facts = tuple(text for text in sent if not text.startswith("0 "))
    yield Box("references", facts + (("first frame",) if request.first_frame else ()))
    yield from (_box(stage) for stage in planned.stages)


def _box(stage: Stage) -> Box:
    size = f"{stage.width_px} × {stage.height_px}" if stage.width_px else "as the first frame"
    frames = f"{stage.frames} frames{', expected' if stage.expected else ''}"
    return Box(f"{stage.name} {stage.output}", (stage.model, size, f"{stage.seconds} s, {frames}"))


def _origin(quoted: Quote) -> Iterator[tuple[str, str]]:
    """Whose terms they are, of when, from where."""
    pricing = quoted.priced.pricing
    market = pricing.market
    yield "terms", " / ".join(name for name in market if name)
    yield "as of", quoted.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    agreed = f", {name_agreements(pricing)}" if pricing.agreements else ""
    yield "card", f"{pricing.card.card.id}{agreed}"
    yield "catalogue", f"{pricing.catalogue}, {pricing.digest[:19]}"
