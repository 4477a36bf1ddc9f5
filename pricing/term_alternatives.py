"""Other terms that a host may have billed by: another dated version, or the agreements without one of their terms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pricing.agreed_terms import Exchange
from pricing.agreements import Held, terms_held
from pricing.cases import Alternative, Case, Version
from pricing.catalogue import Catalogue
from pricing.errors import PricingError
from pricing.fields import spell_instant
from pricing.resolution import find_changes, resolve

VERSIONS: Final = 3
"""How many other versions of the terms are tried, before and after: those that differ, the nearest first."""


def list_versions(catalogue: Catalogue, case: Case) -> Iterator[Alternative]:
    """The alternatives of cause `card_version`: terms that ended before the case's own, then later ones."""
    own = case.version
    changes = find_changes(catalogue, own.pricing.market)
    ends: list[datetime | None] = [*changes[1:], None]
    versions = list(zip(changes, ends, strict=True))
    earlier = [span for span in reversed(versions) if span[0] < own.since]
    later = [span for span in versions if span[0] > own.since]
    for version in _differing(catalogue, own, earlier):
        until = spell_instant(version.until or own.since)
        yield Alternative("card_version", f"until {until}", f"at the terms in force until {until}", version)
    for version in _differing(catalogue, own, later):
        since = spell_instant(version.since)
        yield Alternative("card_version", f"from {since}", f"at the terms in force from {since} on", version)


def _differing(catalogue: Catalogue, own: Version, spans: list[tuple[datetime, datetime | None]]) -> Iterator[Version]:
    """The first versions of the spans whose terms are others than those before them, and in force at all."""
    known, found = own.pricing.terms, 0
    for since, until in spans:
        try:
            pricing = resolve(catalogue, own.pricing.market, since)
        except PricingError:
            continue
        if pricing.terms != known:
            known, found = pricing.terms, found + 1
            yield Version(pricing, since, until)
        if found == VERSIONS:
            return


def list_currencies(case: Case) -> Iterator[Alternative]:
    """The alternatives of cause `currency` in which the number of the card's own currency stands unexchanged."""
    for agreement in case.version.pricing.agreements:
        for held in terms_held(agreement, case.version.since):
            if isinstance(held.term, Exchange):
                said = f"not exchanged, where {held.source} exchanges at {held.term.rate:f}"
                yield Alternative("currency", "not exchanged", said, without=frozenset({held.source}), is_abroad=True)


def list_adjustments(case: Case) -> Iterator[Alternative]:
    """The alternatives of cause `adjustment`: without each term, each whole agreement, all of them; but exchanges."""
    pricing, since = case.version.pricing, case.version.since
    layers = [
        tuple(held for held in terms_held(agreement, since) if not isinstance(held.term, Exchange))
        for agreement in pricing.agreements
    ]
    for held in (held for layer in layers for held in layer):
        yield _without(f"without {held.source}", f"without the {_name(held)} {held.source}", held)
    least = [
        adjuster for adjuster in pricing.terms.adjusters if adjuster.source.partition(":")[0] == pricing.card.card.id
    ]
    for adjuster in least:
        said = f"without the {adjuster.kind} {adjuster.source}"
        yield Alternative("adjustment", f"without {adjuster.source}", said, without=frozenset({adjuster.source}))
    for layer in layers if len(layers) > 1 else ():
        if len(layer) > 1:
            yield _without(f"without {layer[0].agreement}", f"without the agreement {layer[0].agreement}", *layer)
    everything = [held for layer in layers for held in layer]
    if len(everything) > 1:
        yield _without("list price", "at the list price, without any agreement", *everything)


def _without(detail: str, said: str, *held: Held) -> Alternative:
    return Alternative("adjustment", detail, said, without=frozenset(one.source for one in held))


def _name(held: Held) -> str:
    percent = getattr(held.term, "percent", None)
    return f"{held.term.kind} of {percent:f} percent" if percent is not None else held.term.kind
