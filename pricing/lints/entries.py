"""CAT2xx: everything that is written counts for somebody at some time, and stands in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pricing.agreed import concerns
from pricing.agreed_terms import Allowance, Discount, Markup, Override, Surcharge, Term
from pricing.agreements import Agreement, AgreementHead
from pricing.cards import RateCard
from pricing.catalogue import AmbiguousTermsError
from pricing.entries import Minimum, entry_key, names_price
from pricing.fields import spell_instant
from pricing.keys import EntryKey, name_key
from pricing.lints.lint import Check, Fault, count_some
from pricing.lints.needs import is_named, list_needs, list_overrides
from pricing.lints.survey import Holding, Survey

SOURCE: Final = "docs/explanation/checks.md#entries"


def _idle_terms(survey: Survey) -> Iterator[Fault]:
    """A term of an agreement changes at least one price that requests are charged by.

    A price for a tier that the host does not have, or a percentage on prices that the card does not name, changes
    nothing: most often a tier or a meter is misspelt.
    """
    idle: dict[tuple[str, int], tuple[Agreement, Term]] = {}
    busy: set[tuple[str, int]] = set()
    priced = {card.card.id: _priced(card) for card in survey.cards}
    for pairing in survey.pairings:
        needs = list_needs(pairing.card, pairing.layers, survey.hosts[pairing.card.card.host]) if pairing.layers else {}
        listed = {key for key in needs if is_named(key, priced[pairing.card.card.id])}
        for agreement, layer in zip(pairing.agreements, pairing.layers, strict=True):
            own = list_overrides(layer)
            for index, term in enumerate(agreement.term):
                idle.setdefault((agreement.agreement.id, index), (agreement, term))
            for name, index, term in layer:
                if _counts(term, set(needs), listed, own):
                    busy.add((name, index))
            listed |= {key for key in needs if is_named(key, own)}
    for (name, index), (agreement, term) in idle.items():
        if (name, index) not in busy:
            place = survey.place(name, "term", index)
            yield Fault(place, _say_idle(term, agreement.agreement, survey))


def _priced(card: RateCard) -> set[EntryKey]:
    """What the card names a price for at some time."""
    return {entry_key(entry) for entry in card.entry if names_price(entry)}


def _counts(term: Term, needs: set[EntryKey], listed: set[EntryKey], overridden: set[EntryKey]) -> bool:
    match term:
        case Override() | Allowance():
            return any(term.key.covers(key) for key in needs)
        case Markup() | Discount() | Surcharge():
            return any(term.selects(key) and not is_named(key, overridden) for key in listed)
        case _:
            return True


def _say_idle(term: Term, own: AgreementHead, survey: Survey) -> str:
    tiers = ", ".join(survey.tiers(own.host))
    what = f"{term.kind} of {name_key(term.key)}" if isinstance(term, Override | Allowance) else term.kind
    if not _overlaps(term, own):
        until = f" until {spell_instant(own.until)}" if own.until else ""
        return (
            f"This {what} changes no price: it holds at no time at which its agreement does, from "
            f"{spell_instant(own.from_)}{until}. Mend its `from` or `until`, or take it away."
        )
    return (
        f"This {what} changes no price: no request at {own.host} is charged by what it names ({own.host} has {tiers}). "
        "Name a meter and tier that the card prices and no override of this agreement replaces, or take it away."
    )


def _overlaps(term: Term, own: AgreementHead) -> bool:
    """Whether the term holds at some time of its agreement."""
    is_over = term.until is not None and term.until <= own.from_
    return not is_over and (own.until is None or term.from_ is None or term.from_ < own.until)


def _shadowed_agreements(survey: Survey) -> Iterator[Fault]:
    """An agreement holds for at least one market at some time.

    One that never does is wholly covered by agreements that name more (docs/adr/0006-precedence.md).
    """
    used = {one.agreement.id for pairing in survey.pairings for one in pairing.agreements} | _disputed(survey)
    for name, agreement in survey.catalogue.agreements.items():
        if name not in used:
            yield Fault(
                survey.place(name),
                f"{name!r} never holds: {_say_shadow(agreement.agreement, survey)}. Give it a time or an environment "
                "of its own, or take it away.",
            )


def _say_shadow(own: AgreementHead, survey: Survey) -> str:
    held = (holding for holding in survey.holdings if _meets(own, holding))
    found = [agreement.agreement.id for holding in held for agreement in holding.agreements]
    above = [name for name in dict.fromkeys(found) if name != own.id]
    if above:
        return f"{count_some(above)} stands above it wherever and whenever it could"
    return "no card has begun where and when it could"


def _meets(own: AgreementHead, holding: Holding) -> bool:
    """Whether the agreement is about a market of the holding, at some of its time."""
    in_time = (own.until is None or holding.begin < own.until) and (holding.end is None or own.from_ < holding.end)
    return in_time and any(concerns(own, market) for market in holding.markets)


def _disputed(survey: Survey) -> set[str]:
    """The ids of what is told as an overlap."""
    refusals = (holding.refusal for holding in survey.holdings)
    return {name for refusal in refusals if isinstance(refusal, AmbiguousTermsError) for name in refusal.names}


def _unreached_cards(survey: Survey) -> Iterator[Fault]:
    """A card of the catalogue's own holds for at least one market."""
    reached = {pairing.card.card.id for pairing in survey.pairings} | _disputed(survey)
    for card in survey.cards:
        head = card.card
        if head.id not in reached:
            why = "no agreement names it" if head.by_agreement else "others stand above it everywhere"
            mend = "Name it in an agreement" if head.by_agreement else "Let it name its environments"
            yield Fault(survey.place(head.id), f"No market gets the card {head.id!r}: {why}. {mend}, or take it away.")


def _idle_entries(survey: Survey) -> Iterator[Fault]:
    """An entry prices a tier that its host has, of a meter that the card charges by."""
    for card in survey.cards:
        tiers, told = survey.tiers(card.card.host), set()
        needs = list_needs(card, (), survey.hosts[card.card.host])
        for index, entry in card.live:
            key = entry_key(entry)
            if key in told or isinstance(entry, Minimum) or any(is_named(need, {key}) for need in needs):
                continue
            told.add(key)
            yield Fault(
                survey.place(card.card.id, "entry", index),
                f"No request is charged by {name_key(key)}: {card.card.host} has {', '.join(tiers)}, and this card "
                f"charges by {', '.join(dict.fromkeys(need.meter for need in needs))}. Mend the meter or the tier, or "
                "say in the head how the card prices (`super_resolution`, `priced_as`).",
            )


def _disorder(survey: Survey) -> Iterator[Fault]:
    """The entries of one meter and tier stand in the order of their dates, so that the last one read is the last."""
    for card in survey.cards:
        latest: dict[EntryKey, int] = {}
        for index, entry in card.live:
            key = entry_key(entry)
            before = latest.setdefault(key, index)
            if entry.from_ < card.entry[before].from_:
                yield Fault(
                    survey.place(card.card.id, "entry", index, "from"),
                    f"This entry for {name_key(key)} from {spell_instant(entry.from_)} stands below that from "
                    f"{spell_instant(card.entry[before].from_)}. Put it above, or mend its date.",
                )
            else:
                latest[key] = index


IDLE_TERM: Final = Check(id="CAT201", name="idle-term", severity="warning", source=SOURCE, find=_idle_terms)
SHADOWED: Final = Check(
    id="CAT202", name="shadowed-agreement", severity="warning", source=SOURCE, find=_shadowed_agreements
)
UNREACHED: Final = Check(id="CAT203", name="unreached-card", severity="warning", source=SOURCE, find=_unreached_cards)
IDLE_ENTRY: Final = Check(id="CAT204", name="idle-entry", severity="warning", source=SOURCE, find=_idle_entries)
DISORDER: Final = Check(id="CAT205", name="order", severity="warning", source=SOURCE, find=_disorder)

ENTRIES: Final = (IDLE_TERM, SHADOWED, UNREACHED, IDLE_ENTRY, DISORDER)
