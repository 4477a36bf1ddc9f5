"""What `wan-rules cards resolve` shows: the terms that hold, and the chain of layers that they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from pricing.agreed_terms import Settled
from pricing.agreements import Agreement, terms_held
from pricing.catalogue import Catalogue, Market, Pricing
from pricing.keys import EntryKey, name_key, name_names
from pricing.rates import Rate
from pricing.resolution import resolve
from pricing.shell import codes
from pricing.shell.asked_values import OnTerms
from pricing.shell.grids import Column, grid_lines
from pricing.shell.inputs import open_catalogue, read_instant
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, print_document, print_lines
from pricing.shell.text import hang, name_agreements, plain, price_words
from pricing.shell.wire import write_terms
from pricing.wordings import (
    clip_rule_in_force,
    describe_adjuster,
    describe_allowance,
    describe_card_price,
    describe_clip_rule,
    describe_counters,
    describe_outcomes,
    describe_owed,
    describe_rounding,
    describe_worth,
)

CLIPS: Final = "reference clips: "
AMOUNTS: Final = "amounts: "


def resolve_terms(host: str, terms: OnTerms, form: str, *, explain: bool) -> int:
    """`wan-rules cards resolve`."""

    def job() -> int:
        at = read_instant(terms.at)
        catalogue = open_catalogue(terms.catalogue)
        market = Market(terms.account, terms.environment, use_plugins().find_host(host).name, terms.region)
        pricing = resolve(catalogue, market, at)
        if form == "json":
            print_document(write_terms(pricing))
            return codes.DONE
        print_lines(map(plain, _resolved(pricing, catalogue, at)))
        if explain:
            print_lines(map(plain, _explained(pricing, catalogue, at)))
        return codes.DONE

    return answer(job, form)


TERMS: Final = (Column(), Column(folds=True), Column(folds=True))
"""What a price is of, the price, and the entry it stands in."""


def _resolved(pricing: Pricing, catalogue: Catalogue, at: datetime) -> Iterator[str]:
    terms, rates = pricing.terms, _rates(pricing)
    market = " / ".join(filter(None, pricing.market))
    yield f"{market}: card {pricing.card.card.id}, {name_agreements(pricing)}, {terms.currency}"
    rows = [
        (name_key(key), price_words(rate, terms.currency), f"{rate.entry} ({catalogue.locate(rate.source)})")
        for key, rate in rates.items()
    ]
    yield from grid_lines(TERMS, rows, "  ")
    yield from _notes(rates)
    yield from rule_lines(pricing, at)
    if pricing.assumed_region:
        yield f"  no region was named: {pricing.market.region} is taken"


def rule_lines(pricing: Pricing, at: datetime) -> Iterator[str]:
    """What the terms say beside their prices: clips, what a month includes, what is added, rounded, and owed."""
    terms = pricing.terms
    yield from hang(f"  {CLIPS}", describe_clip_rule(clip_rule_in_force(pricing.card, at)))
    for allowed in terms.allowances:
        yield f"  allowance: {describe_allowance(allowed)} ({allowed.source})"
    for adjuster in terms.adjusters:
        yield f"  {adjuster.kind}: {describe_adjuster(adjuster, terms.currency)} ({adjuster.source})"
    if terms.rounding is not None:
        yield f"  {AMOUNTS}{describe_rounding(terms.rounding)} ({terms.rounding_from})"
    for said in describe_outcomes(terms):
        yield f"  {said}"
    if terms.worth is not None:
        worth = describe_worth(terms.currency, terms.worth.value, terms.worth.currency)
        yield f"  {worth} ({terms.worth.source})"
    for how, names in describe_counters(terms.counters, terms.zone):
        yield f"  counted by {how}: {', '.join(names)}"


def _rates(pricing: Pricing) -> dict[EntryKey, Rate]:
    """The prices of the tiers that the host itself has; a card may price more."""
    tiers = use_plugins().find_host(pricing.market.host).limits.resolutions.value
    return {key: rate for key, rate in pricing.terms.rates.items() if key.resolution in tiers}


def _notes(rates: Mapping[EntryKey, Rate]) -> Iterator[str]:
    """What the card remarks on its prices, each remark once."""
    tiers: dict[tuple[str, str], list[str]] = {}
    for key, rate in rates.items():
        if rate.note:
            tiers.setdefault((key.meter, rate.note), []).append(name_names(key))
    for (meter, note), named in tiers.items():
        yield from hang("  note: ", (f"{note} ({meter} at {', '.join(named)})",))


def _explained(pricing: Pricing, catalogue: Catalogue, at: datetime) -> Iterator[str]:
    """The chain from the card to the last layer, and what each layer changed, with file and line."""
    yield ""
    yield "The chain, each layer over the one before:"
    named = next((one.agreement.id for one in reversed(pricing.agreements) if one.agreement.card), None)
    why = f"named by {named}" if named else "the one that holds for this host and region"
    card = pricing.card.card
    yield f"  card {card.id} ({catalogue.locate(card.id)}), {why}"
    for key, rate in _rates(pricing).items():
        if rate.listed is not None and rate.steps:
            yield f"    {name_key(key)}: {describe_card_price(pricing.card, key, at)}"
    for agreement in pricing.agreements:
        own = agreement.agreement
        alone = "" if own.inherit else ", inheriting nothing"
        yield f"  {_whose(agreement)}: {own.id} ({catalogue.locate(own.id)}){alone}"
        yield from _changes(agreement, pricing, catalogue, at) or ("    changes nothing here",)
    if not pricing.agreements:
        yield "  no agreement is in force"


def _whose(agreement: Agreement) -> str:
    own = agreement.agreement
    account = f"account {own.account}" if own.account else "everyone"
    return f"{account} in {', '.join(own.environments)}" if own.environments else account


def _changes(agreement: Agreement, pricing: Pricing, catalogue: Catalogue, at: datetime) -> list[str]:
    """What one agreement changed of the terms that hold."""
    terms, name, named = pricing.terms, agreement.agreement.id, agreement.agreement.card
    found = [f"    names the card {named}"] if named else []
    found += [
        f"    {name_key(key)}: {step.said} ({catalogue.locate(step.source)})"
        for key, rate in _rates(pricing).items()
        for step in rate.steps
        if step.source.startswith(f"{name}:")
    ]
    said = [(one.source, describe_allowance(one)) for one in terms.allowances]
    said += [(one.source, describe_adjuster(one, terms.currency)) for one in terms.adjusters]
    found += [f"    {text} ({catalogue.locate(source)})" for source, text in said if source.startswith(f"{name}:")]
    return found + [
        f"    {describe_owed(held.term.outcome, held.term.owed)} ({catalogue.locate(held.source)})"
        for held in terms_held(agreement, at)
        if isinstance(held.term, Settled) and terms.outcomes[held.term.outcome] == held.term.owed
    ]
