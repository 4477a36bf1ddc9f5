"""What each key of a catalogue's files means, for the page of rate cards; one without a meaning stops the generator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from pricing.acknowledgements import Acknowledgement
from pricing.agreed_terms import (
    Allowance,
    Cap,
    Commitment,
    Credit,
    Discount,
    Exchange,
    LeastCharge,
    Markup,
    Override,
    Rebate,
    Settled,
    Surcharge,
)
from pricing.agreements import AgreementHead
from pricing.cards import CardHead, CreditRule, ReferenceVideoRule, RoundingRule, UnfinishedRule
from pricing.catalogue import Alias, CatalogueHead
from pricing.catalogue_tests import AdjustmentExpected, CatalogueTest, Expectation, LineExpected, RequestAsked
from pricing.entries import Banded, BandPart, Extended, Flat, Minimum, PerPackage, PerUnit

_FROM: Final = "the first instant that this holds; in force until the next of its kind"
_SOURCE: Final = "where this is stated, when elsewhere than the card's own source"
_CONFIDENCE: Final = "how sure this price is, when other than the card's"
_NOTE: Final = "what a reader of a quote is told beside it"
_TIER: Final = "the tier it prices; `any` for those without an entry of their own"
_METER: Final = "[what is counted](#meters)"
_FREE: Final = "`true` for a price of nothing, which is never written as a number"
_SELECTED: Final = {
    "resolution": _TIER,
    "ratio": "the ratio it prices; without it, every one. A first frame's own shape is none of them",
    "has_reference_video": "whether it prices requests with reference clips, or those without; left out, both",
}
_MENDING: Final = {
    "supersedes": "an announced entry of this card that this one takes the place of, by the name that quotes give it",
    "announced": "the day on which that was said; nothing of either entry had begun",
    "corrects": "the digest of an entry that was in force with a slip; this one holds for its time instead",
}
_REMARKS: Final = {"source": _SOURCE, "confidence": _CONFIDENCE, "note": _NOTE, **_MENDING}
_WINDOW: Final = {
    "from": "the first instant that this term holds, where that is later than the agreement's",
    "until": "the first instant that it no longer holds: with both, a promotion",
    "note": "anything that a reader of the file has to know",
}
_ON: Final = {
    "meters": "the meters it is on; without any, all",
    "resolutions": "the tiers it is on; without any, all",
    **_WINDOW,
}
_AMOUNT: Final = {
    "amount": "that amount",
    "currency": "the card's or the billed one; said where the agreement has an exchange",
    **_WINDOW,
}
_OWED: Final = "`free`, `full`, or `rendered`: as a job for the rendered tier; left out, nobody knows"
_PER: Final = "whether of each `request`, or of each calendar `month`"
MEANINGS: Final[Mapping[type[BaseModel], Mapping[str, str]]] = {
    CatalogueHead: {
        "name": "what the catalogue is called in quotes",
        "accounts": "the accounts that may be named; without any, the catalogue is for anyone and takes no account",
        "environments": "the environments that may be named",
        "default_account": "taken where no account is named; without it, naming one is required",
        "default_environment": "the same for the environment",
        "regions": "the region taken for a host where none is named, if the account has it; without it, the only one "
        "that the account's cards and agreements name. A catalogue for anyone says so in its quotes",
        "include": "catalogues to build on: `published` is the shipped list prices",
    },
    Acknowledgement: {
        "id": "which check's warning, as in CAT305",
        "part": "the id of the card or agreement that it is about, or `catalogue`",
        "key": "the key in its file, as the finding tells it; without it, any",
        "reason": "why it is meant: shown wherever it is found",
        "until": "the first day on which it no longer counts; without it, no end",
    },
    CardHead: {
        "id": "the card's name, unique in the catalogue",
        "title": "what people call it",
        "host": "the host whose requests it prices",
        "currency": "the currency of all its prices, by its ISO 4217 code; or the name of a credit",
        "region": "the one region it holds for; without it, any",
        "environments": "the environments it holds for; without any, all. Naming them ranks it above a card without",
        "zone": "the time zone whose calendar months count, by its IANA name; wanted by bands",
        "super_resolution": "whether super-resolution has prices by `tier`, or by `stages`: a render and an upscaling",
        "by_agreement": "`true` keeps the card to the agreements that name it",
        "source": "where the prices stand: an address, a contract",
        "checked": "the day on which a person last compared the card with its source",
        "confidence": "how sure its prices are: the host's page, a copy of it, somebody else's word, or made up",
        "note": "anything else that a reader has to know",
    },
    PerUnit: {
        "from": _FROM,
        "model": "a price for each unit of a meter",
        "meter": _METER,
        **_SELECTED,
        "price": "the price of one unit; neither this nor `free` ends the entry before it",
        "free": _FREE,
        **_REMARKS,
    },
    Flat: {
        "from": _FROM,
        "model": "a price for each request",
        **_SELECTED,
        "price": "the price of one request; left out, it ends the entry before it",
        "free": _FREE,
        **_REMARKS,
    },
    PerPackage: {
        "from": _FROM,
        "model": "a price for each package of units that was begun",
        "meter": _METER,
        **_SELECTED,
        "size": "how many units a package has",
        "price": "the price of one package; left out, it ends the entry before it",
        "free": _FREE,
        **_REMARKS,
    },
    Banded: {
        "from": _FROM,
        "model": "`graduated`: each unit at the price of its own band; `volume`: the whole line at that of one",
        "meter": _METER,
        **_SELECTED,
        "by": "what of the calendar month is counted: `units` of this entry, or money spent (`spend`)",
        "bands": "the bands, in order; left out, it ends the entry before it",
        **_REMARKS,
    },
    BandPart: {
        "up_to": "where the band ends, which still belongs to it; the last band has no end",
        "price": "the price of one unit in it",
        "free": _FREE,
    },
    Extended: {
        "from": _FROM,
        "model": "a price that a plugin's charge model charges by",
        "plugin": "the name of that charge model",
        "meter": _METER,
        **_SELECTED,
        "price": "the price that the model charges by; left out, it ends the entry before it",
        "free": _FREE,
        "parameters": "what the model wants to be told beside it",
        **_REMARKS,
    },
    Minimum: {
        "from": _FROM,
        "model": "the least that a request costs",
        "amount": "that amount; left out, it ends the entry before it",
        "source": _SOURCE,
        "note": _NOTE,
        **_MENDING,
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
    UnfinishedRule: {
        "from": _FROM,
        "failed": f"what a job that failed costs: {_OWED}",
        "failed_upscaling": "the same, of one whose render was done",
        "canceled": "the same, of one that was canceled",
        "moderated": "the same, of one that moderation refused",
        "source": _SOURCE,
        "note": _NOTE,
    },
    CreditRule: {
        "from": _FROM,
        "value": "what one credit is worth",
        "currency": "in which currency",
        "source": _SOURCE,
    },
    Alias: {
        "from": "from when on the name leads to this card",
        "name": "the name that agreements ask by",
        "card": "the card that it leads to",
    },
    AgreementHead: {
        "id": "the agreement's name, unique in the catalogue",
        "title": "what people call it",
        "account": "whose it is; without it, everybody's",
        "environments": "where it holds; without any, everywhere",
        "host": "the host whose card it stands on",
        "region": "the one region it holds for; without it, any",
        "card": "the card it stands on, by its id or an alias; without it, whichever holds for the host",
        "inherit": "`false` starts again from the card: the layers below do nothing",
        "zone": "the time zone whose calendar months count, by its IANA name; wanted by terms that count months",
        "from": "the first instant that it holds",
        "until": "the first instant that it no longer holds; without it, no end",
        "source": "the contract or mail that it comes from",
    },
    Override: {
        "kind": "a price instead of the card's; it is final in its layer, and no percentage there changes it",
        "meter": _METER,
        **_SELECTED,
        "resolution": "the tier; `any` for those without an override of their own",
        "model": "`per_unit`, `package`, `graduated` or `volume`, as of an entry",
        "price": "the price of one unit, or of one package",
        "free": "`true` for a price of nothing",
        "size": "how many units a package has",
        "by": "what bands count: `units`, or money spent (`spend`)",
        "bands": "the bands of a ladder, as of an entry",
        "currency": "the card's or the billed one; said where the agreement has an exchange",
        **_WINDOW,
    },
    Markup: {
        "kind": "so many percent on top of the card's price, whatever the layers below have made of it",
        "percent": "how many",
        **_ON,
    },
    Discount: {"kind": "so many percent off", "percent": "how many, at most 100", **_ON},
    Surcharge: {"kind": "so many percent on top", "percent": "how many", **_ON},
    Exchange: {
        "kind": "the currency that is billed, other than the card's",
        "currency": "the currency, by its ISO 4217 code",
        "rate": "what one unit of the card's currency is in it",
        "of": "the card's currency, for a card in another one to be refused",
        "date": "the day of that rate",
        "source": "whose rate it is",
        **_WINDOW,
    },
    Allowance: {
        "kind": "units of a meter that a month includes, the first that are used",
        "meter": _METER,
        "resolution": "the tier that they are of; `any` for all",
        "units": "how many",
        **_WINDOW,
    },
    Rebate: {"kind": "so much off each request; its total stops at zero", **_AMOUNT},
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
        "kind": "the least that a request costs, instead of the card's minimum, or the least that a month does",
        "per": _PER,
        **_AMOUNT,
    },
    Cap: {"kind": "the most that a request costs, or a month", "per": _PER, **_AMOUNT},
    Commitment: {
        "kind": "so much a month that is owed in any case",
        "overage_percent": "how much more costs what goes beyond it",
        **_AMOUNT,
    },
    Credit: {
        "kind": "money granted beforehand; totals are taken from it until it is used up",
        "name": "what its running total is called, as in `credit/welcome`; the last layer's credit of a name holds",
        **_AMOUNT,
    },
    Settled: {
        "kind": "what jobs that did not succeed cost, instead of the card's word",
        "outcome": "how the job ended",
        "owed": "`free`, `full`, or `rendered`",
        **_WINDOW,
    },
}
