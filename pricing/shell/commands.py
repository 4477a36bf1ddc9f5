"""What each command on a request does: read it, call the core, print. Returns the exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pricing.catalogue import suggest
from pricing.quotes import Quote
from pricing.shell import batch, codes, jobs, text, wire
from pricing.shell.asked_values import Asked, OnTerms
from pricing.shell.inputs import open_catalogue, read_facts, read_instant, read_payload, read_totals
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, complain, paint, print_document, print_json, print_lines, spell_json
from pricing.shell.server_options import ServerAsked
from wan_rules.conversion import convert as convert_request
from wan_rules.conversion import left_behind
from wan_rules.facts import Facts
from wan_rules.hosts import read
from wan_rules.hosts.reading import Reading, find_idle_facts
from wan_rules.payloads import UnusableInputError
from wan_rules.staging import plan as plan_request
from wan_rules.urls import shorten
from wan_rules.validation import check as check_reading
from wan_rules.validation import validate

if TYPE_CHECKING:
    from pricing.shell.comparing import AxesAsked
    from pricing.shell.probing import Probed


def _read(asked: Asked) -> tuple[Reading, Facts]:
    facts = read_facts(asked.facts)
    reading = jobs.read_request(read_payload(asked.payload), asked.host, facts)
    _tell_idle_facts(asked, reading, facts)
    return reading, facts


def _read_measured(asked: Asked) -> tuple[Reading, Facts, tuple[Probed, ...]]:
    """As `_read`, with what was measured of the media beside what was declared, where that was asked for."""
    reading, facts = _read(asked)
    if asked.measuring is None:
        return reading, facts, ()
    from pricing.shell.probing import probe_payload, to_facts

    probed = probe_payload(reading.payload, reading.host.name, facts, asked.measuring)
    facts = to_facts(probed)
    return jobs.read_request(reading.payload, reading.host.name, facts), facts, probed


def _tell_idle_facts(asked: Asked, reading: Reading, facts: Facts) -> None:
    for key in find_idle_facts(reading, facts)[:_IDLE_FACTS_SHOWN]:
        known = ", ".join(reading.places.urls[:2]) or "there is none"
        complain(f"wan-rules: {asked.facts}: {shorten(key)!r} is no medium of the payload (by URL, or {known})")


_IDLE_FACTS_SHOWN: Final = 5


def _sale(asked: Asked, terms: OnTerms, *, effects: bool = False) -> jobs.Sale:
    at = read_instant(terms.at)
    said = read_totals(terms.consumed_before)
    catalogue = open_catalogue(terms.catalogue)
    return jobs.Sale(catalogue, terms.account, terms.environment, terms.region, at, effects, said, asked.translation)


def _tell_idle_totals(sale: jobs.Sale, quoted: Quote) -> None:
    """Running totals that were said and that no price here looks at: a name is misspelt, most often."""
    counters = quoted.priced.pricing.terms.counters
    for name in sale.consumed_before:
        if name not in counters:
            near = suggest(name, counters) if counters else "no price here depends on the month"
            complain(f"wan-rules: --consumed-before: no price here looks at {shorten(name)!r}: {near}")


def _strictly(code: int, verdict: str, asked: Asked) -> int:
    return codes.UNDETERMINED if code == codes.DONE and asked.strict and verdict == "undetermined" else code


def check(asked: Asked) -> int:
    """`wan-rules check`."""

    def job() -> int:
        if asked.format == "jsonl":
            return _answer_batch(asked, batch.check_job(asked.host, asked.translation))
        reading, _, probed = _read_measured(asked)
        report = check_reading(reading)
        if asked.format == "json":
            print_document(_with_media(wire.write_report(report, asked.translation), probed))
        else:
            print_lines(text.report_lines(report, paint(), asked.translation))
            _print_media(probed)
        return _strictly(codes.verdict_code(report), report.verdict, asked)

    return answer(job, asked.format, asked.translation)


def quote(asked: Asked, terms: OnTerms, server: ServerAsked, *, effects: bool) -> int:
    """`wan-rules quote`, here or by a service."""
    if any(word is not None for word in server):
        from pricing.shell import asking_server

        return asking_server.quote(asked, terms, server, effects=effects)

    def job() -> int:
        sale = _sale(asked, terms, effects=effects)
        if asked.format == "jsonl":
            return _answer_batch(asked, batch.quote_job(asked.host, sale))
        reading, facts, probed = _read_measured(asked)
        quoted = jobs.quote_reading(reading, sale)
        _tell_idle_totals(sale, quoted)
        worked_out = jobs.find_effects(reading, quoted, facts, sale)
        if asked.format == "json":
            print_document(
                _with_media(wire.write_quote(quoted, wire.write_effects(worked_out, quoted), asked.translation), probed)
            )
        else:
            print_lines(text.quote_lines(quoted, paint(), worked_out, asked.translation))
            _print_media(probed)
        return _strictly(codes.verdict_code(quoted.valid.report, quoted), quoted.valid.report.verdict, asked)

    return answer(job, asked.format, asked.translation)


def _with_media(document: bytes, probed: tuple[Probed, ...]) -> bytes:
    if not probed:
        return document
    from pricing.shell.probe_documents import append_media

    return append_media(document, probed)


def _print_media(probed: tuple[Probed, ...]) -> None:
    if probed:
        from pricing.shell.probe_lines import probed_lines

        print_lines(("", *probed_lines(probed)))


def _answer_batch(asked: Asked, job: batch.Job) -> int:
    """Answers every line of the input; memory does not grow with it."""
    if asked.measuring is not None:
        raise UnusableInputError("--probe", "it measures the media of one payload: leave it or --format jsonl out")
    gc.freeze()
    gc.enable()
    facts = read_facts(asked.facts)
    ended: set[int] = set()

    def answers() -> Iterator[bytes]:
        with batch.open_lines(asked.payload) as lines:
            for line, code, verdict in batch.answer_lines(lines, job, facts):
                ended.add(_strictly(code, verdict, asked))
                yield line

    sys.stdout.buffer.writelines(map(spell_json, answers()))
    sys.stdout.buffer.flush()
    return codes.worst(ended)


def plan(asked: Asked) -> int:
    """`wan-rules plan`."""

    def job() -> int:
        reading, _ = _read(asked)
        planned = plan_request(validate(reading))
        if asked.format == "json":
            print_document(wire.write_plan(planned))
        else:
            print_lines(map(text.plain, text.plan_lines(planned)))
        return codes.DONE

    return answer(job, asked.format, asked.translation)


def convert(asked: Asked, to: str, order: str | None) -> int:
    """`wan-rules convert`."""

    def job() -> int:
        reading, _ = _read(asked)
        target = use_plugins().find_host(to)
        converted = convert_request(validate(reading).request, reading.host, target, order=order)  # type: ignore[arg-type]  # the option's enum has the same words
        report = check_reading(read(converted.payload, target))
        refused = [v.finding.tell(asked.translation) for v in report.violations if v.severity == "error"]
        code = codes.REJECTED if refused else codes.DONE
        lost = [
            {"path": item.path, "value": shorten(str(item.value)), "reason": item.reason}
            for item in (*converted.lost, *left_behind(reading))
        ]
        if asked.format == "json":
            labels = [{"from": old, "to": new} for old, new in converted.labels]
            document = {
                "schema_version": wire.SCHEMA_VERSION,
                "payload": converted.payload,
                "lost": lost,
                "labels": labels,
                "refused": refused,
            }
            print_json(document)
            return code
        print_json(converted.payload, indent=2)
        for old, new in converted.labels:
            complain(f"label: {old} is now {new}")
        for item in lost:
            complain(f"not carried: {item['path']} ({item['value']}): {item['reason']}")
        for message in refused:
            complain(f"{target.title} would refuse it: {message}")
        return code

    return answer(job, asked.format, asked.translation)


def compare(asked: Asked, terms: OnTerms, axes: AxesAsked) -> int:
    """`wan-rules compare`."""

    def job() -> int:
        from pricing.shell import comparison_tables

        sale = _sale(asked, terms)
        valid = validate(_read(asked)[0])
        return comparison_tables.print_comparison(valid, axes, sale, as_json=asked.format == "json")

    return answer(job, asked.format, asked.translation)


def explain(asked: Asked, terms: OnTerms) -> int:
    """`wan-rules explain`."""

    def job() -> int:
        sale = _sale(asked, terms)
        reading, _ = _read(asked)
        quoted: Quote = jobs.quote_reading(reading, sale)
        _tell_idle_totals(sale, quoted)
        from pricing.explanations import explain as explain_quote

        sentences = explain_quote(quoted, sale.catalogue.locate, asked.translation)
        if asked.format == "json":
            print_document(wire.write_explanation(quoted, sentences, asked.translation))
        else:
            print_lines(map(text.plain, sentences))
        return codes.verdict_code(quoted.valid.report, quoted)

    return answer(job, asked.format, asked.translation)
