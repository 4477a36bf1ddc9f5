"""By what requests are charged on a card: the meters and tiers, and ratios and clips where prices depend on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from pricing.agreed_terms import Override
from pricing.cards import RateCard
from pricing.contracts import Layer
from pricing.entries import entry_key
from pricing.keys import ANY, WITH_CLIPS, WITHOUT_CLIPS, EntryKey
from pricing.metering import list_delivered
from wan_rules.hosts import Host
from wan_rules.request import ASPECT_RATIOS, Resolution

RENDERED: Final = frozenset({"output_video_seconds", "super_resolution_seconds"})


def list_needs(card: RateCard, layers: tuple[Layer, ...], host: Host) -> dict[EntryKey, None]:
    """Each price that a request at the host can be charged by, in order."""
    named = _list_named(card, layers)
    ratios = _ratios(named, host)
    needs: dict[EntryKey, None] = {}
    for meter, tier in _meters(card, named, host.limits.resolutions.value):
        needs |= {EntryKey(meter, tier, *names): None for names in product(ratios, _clips(named, meter))}
    return needs


def list_names(card: RateCard, layers: tuple[Layer, ...], host: Host) -> tuple[tuple[str, str], ...]:
    """The ratios, with clips and without, by which a delivered second can differ in price; `any` where by none."""
    named = {key for key in _list_named(card, layers) if key.meter in RENDERED}
    return tuple(product(_ratios(named, host), _clips(named, "output_video_seconds")))


def _list_named(card: RateCard, layers: tuple[Layer, ...]) -> set[EntryKey]:
    overridden = {key for layer in layers for key in list_overrides(layer)}
    return {entry_key(entry) for entry in card.entry} | overridden


def _clips(named: Iterable[EntryKey], meter: str) -> tuple[str, ...]:
    """With clips and without, where prices depend on it; what is charged for clips is charged with clips alone."""
    if all(key.clips == ANY for key in named):
        return (ANY,)
    return (WITH_CLIPS,) if meter == "reference_video_seconds" else (WITH_CLIPS, WITHOUT_CLIPS)


def _ratios(named: Iterable[EntryKey], host: Host) -> tuple[str, ...]:
    """The ratios that prices depend on; a first frame has a shape of its own."""
    if all(key.ratio == ANY for key in named):
        return (ANY,)
    return (*ASPECT_RATIOS, ANY) if host.limits.first_frames_max.value else ASPECT_RATIOS


def _meters(card: RateCard, named: set[EntryKey], tiers: tuple[Resolution, ...]) -> Iterator[tuple[str, str]]:
    for tier in tiers:
        yield from (key[:2] for key in list_delivered(tier, card.card.super_resolution))
    if any(rule.billed != "no" and rule.priced_as == "own" for rule in card.reference_video):
        yield from (("reference_video_seconds", tier) for tier in tiers)
    if any(key.meter == "requests" for key in named):
        yield from (("requests", tier) for tier in tiers)


def list_overrides(layer: Layer) -> set[EntryKey]:
    """What the layer has prices of its own for."""
    return {held.term.key for held in layer if isinstance(held.term, Override)}


def is_named(key: EntryKey, known: Iterable[EntryKey]) -> bool:
    """Whether one of those that are known fits the key."""
    return any(one.covers(key) for one in known)
