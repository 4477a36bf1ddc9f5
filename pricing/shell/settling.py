"""What `wan-rules settle` does: read a quote and a report, settle, and print what became of the hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pricing.basis import Basis, BasisError, read_basis
from pricing.cards import NO_MODELS
from pricing.charges import charge_work
from pricing.errors import ReportMismatchError
from pricing.extensions import Models
from pricing.fields import Charge, Part, Text
from pricing.job_reports import parse_report, read_report
from pricing.jobs import FREE
from pricing.money import EXACT, format_amount
from pricing.reported import write_report
from pricing.settlement import Difference, Resettled, Settlement, settle
from pricing.shell import codes
from pricing.shell.grids import Column, grid_lines
from pricing.shell.inputs import read_bytes, read_payload
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, paint, print_document, print_lines
from pricing.shell.text import Paint, charge_lines, plain, signed
from pricing.shell.wire import SCHEMA_VERSION, write_charge
from wan_rules.faults import sort_faults, tell
from wan_rules.payloads import JsonObject, UnusableInputError

P = TypeVar("P", bound=BaseModel)


class SettleAsked(NamedTuple):
    """The documents as the command line names them."""

    quote: str
    report: str
    settled: str | None


class _Said(Part):
    """A part of a document that has more keys than are looked at."""

    model_config = ConfigDict(extra="ignore")


class _BasisHead(_Said):
    digest: Text


class _QuoteHead(_Said):
    kind: Literal["exact", "bounded", "unbounded"]
    total: Charge | None
    total_min: Charge
    account: Text | None
    environment: Text | None
    host: Text
    region: Text | None
    as_of: Text
    basis: _BasisHead


class _Resettled(_Said):
    charge_before: Charge


class _Settled(_Said):
    report: Mapping[str, object]
    resettled: _Resettled | None


class Quoted(NamedTuple):
    """A quote as its document has it: what it was computed from, and what a settlement repeats of it."""

    basis: Basis
    head: JsonObject


def settle_quote(asked: SettleAsked, form: str) -> int:
    """`wan-rules settle`."""

    def job() -> int:
        if asked.count("-") > 1:
            raise UnusableInputError("settle", "standard input (-) holds one document: name files for the others")
        quoted = read_quote(read_payload(asked.quote, what="quote"), what=asked.quote, models=use_plugins().models)
        reported = parse_report(read_bytes(asked.report, what="report"), what=asked.report)
        so_far = (
            None
            if asked.settled is None
            else read_settlement(read_payload(asked.settled, what="--settled"), quoted, asked.settled)
        )
        settlement = settle(quoted.basis, reported, so_far)
        if form == "json":
            print_document(write_settlement(settlement, quoted))
        else:
            print_lines(settlement_lines(settlement, paint()))
        return codes.DONE if settlement.charged else codes.UNDETERMINED

    return answer(job, form)


def read_quote(document: JsonObject, *, what: str = "quote", models: Models = NO_MODELS) -> Quoted:
    """The quote that a document holds. Raises UnusableInputError, or BasisError where its totals are not its basis'.

    `models` are the plugins' charge models that its basis may name.
    """
    if "basis" not in document:
        raise UnusableInputError(what, "no quote: it has no basis. Give what `wan-rules quote --format json` writes")
    head = _read(_QuoteHead, document, what)
    basis = read_basis(document["basis"], models)
    found = charge_work(basis.work, basis.terms, basis.consumed_before)
    if (head.total, head.total_min) != (found.total, found.total_min):
        msg = f"{what}: total and total_min are not what its basis comes to: it was changed after it was written"
        raise BasisError(msg)
    kept: JsonObject = {key: document[key] for key in _QuoteHead.model_fields if key != "basis"}
    return Quoted(basis, {**kept, "digest": head.basis.digest})


def read_settlement(document: JsonObject, quoted: Quoted, what: str) -> Settlement:
    """The settlement that a document holds, made again from its report. Raises ReportMismatchError where it differs."""
    if "hold" not in document:
        raise UnusableInputError(
            what, "no settlement: it has no hold. Give what `wan-rules settle --format json` writes"
        )
    said = _read(_Settled, document, what)
    again = settle(quoted.basis, read_report(document["report"], what=f"{what}: report"))
    if said.resettled is not None and again.charge is not None:
        before = said.resettled.charge_before
        again = again._replace(resettled=Resettled(before, EXACT.subtract(again.charge, before)))
    found: JsonObject = json.loads(write_settlement(again, quoted))
    for key in ("quote", "currency", "hold", "charge", "resettled"):
        if document.get(key) != found[key]:
            msg = f"{what}: {key} is not what its report comes to for this quote: it is of another, or was changed"
            raise ReportMismatchError(msg)
    return again


def _read(model: type[P], document: JsonObject, what: str) -> P:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        fault = sort_faults(error, document)[0]
        raise UnusableInputError(what, f"/{fault.place('/')}: {tell(fault, model)}") from None


def write_settlement(settlement: Settlement, quoted: Quoted) -> bytes:
    """What becomes of the hold, each difference with its cause, the lines of the charge, the report and the quote."""
    money = partial(format_amount, currency=settlement.currency)
    resettled, billed, charge = settlement.resettled, settlement.reported.billed, settlement.charge
    charged = settlement.charged or FREE
    document = {
        "schema_version": SCHEMA_VERSION,
        "kind": settlement.kind,
        "currency": settlement.currency,
        "tax": "excluded",
        "hold": money(settlement.hold),
        "charge": None if charge is None else money(charge),
        "release": money(settlement.release),
        "top_up": money(settlement.top_up),
        "billed": billed and money(billed.amount),
        "resettled": resettled and {key: money(amount) for key, amount in resettled._asdict().items()},
        "differences": [{**each._asdict(), "amount": money(each.amount)} for each in settlement.differences],
        **json.loads(write_charge(charged, settlement.work, settlement.currency)),
        "report": write_report(settlement.reported),
        "quote": quoted.head,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def settlement_lines(settlement: Settlement, paint: Paint) -> Iterator[str]:
    """The settlement for people: what becomes of the hold, the charge line by line, and why it is not the hold."""
    currency = settlement.currency
    yield f"{paint(settlement.kind, _COLOURS[settlement.kind])}: {_say_hold(settlement)}"
    if settlement.resettled is not None:
        before, added = settlement.resettled
        yield f"settled before at {_money(before, currency)}; by this report {signed(added, currency)}"
    if settlement.charged is not None:
        yield ""
        yield from charge_lines(settlement.charged, settlement.work, currency, paint)
    if settlement.differences:
        yield ""
        yield "What differs from the quote:"
        yield from _difference_lines(settlement.differences, currency)


def _difference_lines(differences: Sequence[Difference], currency: str) -> Iterator[str]:
    rows = [(each.cause, signed(each.amount, currency), plain(_tell(each))) for each in differences]
    yield from grid_lines((Column(), Column(right=True), Column(folds=True)), rows, "  ")


_COLOURS: Final = MappingProxyType({"settled": "accepted", "pending": "undetermined"})


def _say_hold(settlement: Settlement) -> str:
    """What became of the hold, in one sentence."""
    hold = _money(settlement.hold, settlement.currency)
    if settlement.charge is None:
        return f"the job is {settlement.reported.status}; the hold of {hold} stays"
    charge = f"{_money(settlement.charge, settlement.currency)} charged"
    if settlement.quoted.total is None:
        return f"{charge}; nothing was held, since the quote was unbounded"
    if settlement.charge == settlement.hold:
        return f"{charge}, all of the hold"
    if settlement.top_up:
        return f"{charge}, {_money(settlement.top_up, settlement.currency)} of it beyond the hold of {hold}"
    return f"{charge} of the hold of {hold}, {_money(settlement.release, settlement.currency)} released"


def _tell(difference: Difference) -> str:
    sentence = _BILLED_FREE if difference[:2] == ("status", "billed") else _SENTENCES[difference.what]
    return sentence.format_map(difference._asdict())


_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "status": "the job ended as {reported}",
        "resolution": "{reported} was delivered, {quoted} was quoted",
        "ratio": "{reported} was delivered, {quoted} was quoted",
        "output_video_seconds": "{reported} s of output video, {quoted} s quoted",
        "reference_video_seconds": "{reported} s of reference clips, {quoted} s quoted",
        "consumed_before": "the month before the job is known: {reported}",
        "billed": "the host bills {reported}, the quote's terms give {quoted}; the charge stays",
    }
)
_BILLED_FREE: Final = "the host bills {reported} for a job that is free; the charge stays"


def _money(amount: Decimal, currency: str) -> str:
    return f"{format_amount(amount, currency)} {currency}"
