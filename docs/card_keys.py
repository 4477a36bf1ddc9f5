"""What each key of a catalogue's files means, for the page of rate cards; one without a meaning stops the generator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from pricing.agreements import AgreementHead, Discount, LeastCharge, Override, Surcharge
from pricing.cards import CardHead, Flat, Minimum, PerUnit, ReferenceVideoRule, RoundingRule
from pricing.catalogue import CatalogueHead
from pricing.catalogue_tests import AdjustmentExpected, CatalogueTest, Expectation, LineExpected, RequestAsked

_FROM: Final = "the first instant that this holds; in force until the next of its kind"
_SOURCE: Final = "where this is stated, when elsewhere than the card's own source"
_CONFIDENCE: Final = "how sure this price is, when other than the card's"
_NOTE: Final = "what a reader of a quote is told beside it"
_TIER: Final = "the tier it prices; `any` for those without an entry of their own"
MEANINGS: Final[Mapping[type[BaseModel], Mapping[str, str]]] = {
    CatalogueHead: {
        "name": "what the catalogue is called in quotes",
        "accounts": "the accounts that may be named; without any, the catalogue is for anyone and takes no account",
        "environments": "the environments that may be named",
        "default_account": "taken where no account is named; without it, naming one is required",
        "default_environment": "the same for the environment",
        "regions": "the region taken for a host where none is named; a catalogue for anyone says so in its quotes",
        "include": "catalogues to build on: `published` is the shipped list prices",
    },
    CardHead: {
        "id": "the card's name, unique in the catalogue",
        "title": "what people call it",
        "host": "the host whose requests it prices",
        "currency": "the currency of all its prices, by its ISO 4217 code",
        "region": "the one region it holds for; without it, any",
        "environments": "the environments it holds for; without any, all. Naming them ranks it above a card without",
        "super_resolution": "whether super-resolution has prices by `tier`, or by `stages`: a render and an upscaling",
        "by_agreement": "`true` keeps the card to the agreements that name it",
        "source": "where the prices stand: an address, a contract",
        "checked": "the day on which a person last compared the card with its source",
        "confidence": "how sure its prices are: the host's page, a copy of it, somebody else's word, or made up",
        "failed_jobs": "what the host says about paying for jobs that fail",
        "note": "anything else that a reader has to know",
    },
    PerUnit: {
        "from": _FROM,
        "model": "a price for each unit of a meter",
        "meter": "[what is counted](#meters)",
        "resolution": _TIER,
        "price": "the price of one unit; neither this nor `free` ends the entry before it",
        "free": "`true` for a price of nothing, which is never written as a number",
        "source": _SOURCE,
        "confidence": _CONFIDENCE,
        "note": _NOTE,
    },
    Flat: {
        "from": _FROM,
        "model": "a price for each request",
        "resolution": _TIER,
        "price": "the price of one request; left out, it ends the entry before it",
        "free": "`true` for a price of nothing",
        "source": _SOURCE,
        "confidence": _CONFIDENCE,
        "note": _NOTE,
    },
    Minimum: {
        "from": _FROM,
        "model": "the least that a request costs",
        "amount": "that amount; left out, it ends the entry before it",
        "source": _SOURCE,
        "note": _NOTE,
    },
    ReferenceVideoRule: {
        "from": _FROM,
        "billed": "whether clips cost anything; `unknown` prices a request from not billed to billed by these terms",
        "priced_as": "whose price a clip takes: the delivered tier's, the rendered tier's, or its own meter's",
        "cap_per_clip_s": "seconds of each clip that are billed at most",
        "cap_total_s": "seconds of all clips together that are billed at most",
        "cuts_s": "seconds that each clip is cut to, by how many there are: one, two, ...; the last holds for more",
        "cuts_by": "whether cuts count the clips or all references",
        "minimum_s": "seconds that clips are billed at least, where there is one",
        "round_to_s": "the step to which seconds are rounded; left out, part seconds are billed exactly",
        "round_mode": "how they are rounded",
        "round_place": "whether each clip is rounded or their sum",
        "assumed": "what in this rule is assumed rather than known; a quote with clips repeats it",
        "source": _SOURCE,
    },
    RoundingRule: {
        "from": _FROM,
        "quantum": "the step to which amounts are rounded, a power of ten",
        "mode": "how they are rounded",
        "place": "whether each line is rounded, or the quote's total once",
    },
    AgreementHead: {
        "id": "the agreement's name, unique in the catalogue",
        "title": "what people call it",
        "account": "whose it is; without it, everybody's",
        "environments": "where it holds; without any, everywhere",
        "host": "the host whose card it stands on",
        "region": "the one region it holds for; without it, any",
        "card": "the card it stands on; without it, whichever holds for the host",
        "from": "the first instant that it holds",
        "until": "the first instant that it no longer holds; without it, no end",
        "source": "the contract or mail that it comes from",
    },
    Override: {
        "kind": "a price instead of the card's; it is final, and no percentage changes it",
        "meter": "[what is counted](#meters)",
        "resolution": "the tier; `any` for those without an override of their own",
        "price": "the price of one unit",
        "free": "`true` for a price of nothing",
        "note": _NOTE,
    },
    Discount: {
        "kind": "so many percent off the card's price",
        "percent": "how many, at most 100",
        "meters": "the meters it is on; without any, all",
        "resolutions": "the tiers it is on; without any, all",
        "note": _NOTE,
    },
    Surcharge: {
        "kind": "so many percent on top of the card's price",
        "percent": "how many",
        "meters": "the meters it is on; without any, all",
        "resolutions": "the tiers it is on; without any, all",
        "note": _NOTE,
    },
    CatalogueTest: {
        "name": "what the test shows, in words; unique in the catalogue",
        "account": "who asks; left out, none is named",
        "environment": "where; left out, none is named",
        "host": "the host that is asked",
        "region": "the host's region; left out, none is named",
        "at": "the instant that picks prices",
        "consumed_before": "how much of each counter was consumed before, by its name",
        "request": "[what is asked](#tests-the-request)",
        "expect": "[what it is expected to cost](#tests-what-is-expected); needed, save for `cards test --update`",
    },
    RequestAsked: {
        "resolution": "the tier",
        "ratio": "the ratio",
        "duration_s": "whole seconds of output",
        "images": "how many reference images",
        "clips_s": "the seconds of each reference clip whose length is known",
        "clips": "how many reference clips of unknown length there are beside those",
        "first_frame": "whether there is a first frame",
    },
    Expectation: {
        "error": "there is no quote, for this reason; nothing else is expected beside it",
        "kind": "whether the total is exact, bounded or unbounded",
        "currency": "the currency of all amounts, by its ISO 4217 code",
        "total": "what it costs, the most where that is bounded",
        "total_min": "the least that it costs",
        "lines": "[every line](#tests-a-line), in order; of each what is named, and `{}` is any",
        "adjustments": "[every adjustment](#tests-an-adjustment), in order, in the same way",
    },
    LineExpected: {
        "meter": "[what is counted](#meters)",
        "resolution": "the tier whose price applies",
        "pricing_quantity": "what is charged for after caps, cuts and rounding, the most where that is bounded",
        "amount": "what the line comes to, the most where that is bounded",
        "entry": "the entry or override that the price comes from, by the name that a quote gives it",
    },
    AdjustmentExpected: {
        "kind": "`minimum` or `rounding`",
        "amount": "by how much; it may begin with a minus",
    },
    LeastCharge: {
        "kind": "the least that a request costs, instead of the card's minimum",
        "amount": "that amount",
        "note": _NOTE,
    },
}
