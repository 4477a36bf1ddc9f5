"""What becomes of each call, what is told of it, and that nothing that watches can change it."""

from __future__ import annotations

import json
import logging
import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.quotes import Quote
from pricing.shell import guard as public
from pricing.shell import jobs, wire
from pricing.shell.guard import (
    CallRefused,
    CallRejected,
    Decision,
    Guard,
    GuardFailed,
    OverBudget,
    Settings,
    Unbounded,
    Unpriced,
)
from pricing.shell.guard.endpoints import Route
from pricing.shell.guard.settings import read_settings, write_settings
from pricing.shell.jobs import Sale
from tests.guard import payloads
from tests.guard.conftest import Make
from wan_rules.hosts import Reading

HERE = Route("alibaba", "create", "international")
LATER = {**payloads.alibaba(), "model": "wan2.7-r2v-2031-01-01"}
ENCRYPTED = {**payloads.alibaba(), "input": "c2VjcmV0"}


def _begin(guard: Guard, document: object, route: Route = HERE) -> object:
    return guard.begin(route, document if isinstance(document, bytes) else json.dumps(document).encode())


@pytest.mark.parametrize(
    ("route", "document", "kind", "said"),
    [
        pytest.param(HERE, payloads.alibaba_rejected(), CallRejected, "6 references: 1 to 5 are taken", id="rejected"),
        pytest.param(
            HERE._replace(region="us-east-1"),
            payloads.alibaba(),
            Unpriced,
            "region 'us-east-1' is not known",
            id="region",
        ),
        pytest.param(HERE, LATER, Unpriced, "came after these rules", id="later-snapshot"),
        pytest.param(HERE, ENCRYPTED, GuardFailed, "can't be read", id="encrypted"),
        pytest.param(HERE, b'{"model": "wan2.7-r2v"', GuardFailed, "not JSON", id="cut-off"),
        pytest.param(Route("fal", "create"), b"[]", GuardFailed, "an object is wanted", id="no-object"),
    ],
)
def test_what_is_refused_says_why(
    make: Make, decided: list[Decision], route: Route, document: object, kind: type[CallRefused], said: str
) -> None:
    guard = make()
    with pytest.raises(kind, match=said):
        _begin(guard, document, route)
    assert [decision.sent for decision in decided] == [False]
    assert [call.state for call in guard.list_calls()] == ["refused"]


@pytest.mark.parametrize(
    "document", [LATER, ENCRYPTED, b'{"model": "wan2.7-r2v"'], ids=["later", "encrypted", "broken"]
)
def test_what_can_t_be_told_passes_where_that_is_configured(make: Make, document: object) -> None:
    guard = make(on_unknown="allow", per_call=["USD=0.01"])
    _begin(guard, document)
    assert [call.state for call in guard.list_calls()] == ["sent"]
    with pytest.raises(CallRejected):
        _begin(guard, payloads.alibaba_rejected())
    with pytest.raises(OverBudget):
        _begin(guard, payloads.alibaba())


def test_an_undetermined_call_is_held_at_its_upper_bound(make: Make, decided: list[Decision]) -> None:
    guard = make()
    _begin(guard, payloads.alibaba_clip())
    (decision,) = decided
    assert decision.report is not None
    assert decision.quote is not None
    assert (decision.verdict, decision.report.verdict, decision.quote.kind) == ("allowed", "undetermined", "bounded")
    assert [call.held for call in guard.list_calls()] == [decision.quote.total]


def test_facts_make_it_exact(make: Make, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({payloads.CLIP: {"duration_s": "3"}}))
    guard = make(facts=str(facts))
    _begin(guard, payloads.alibaba_clip())
    assert [call.held for call in guard.list_calls()] == [8 * Decimal("0.10")]


def test_nothing_that_goes_wrong_inside_lets_a_call_pass(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(jobs, "quote_reading", fail)
    with pytest.raises(GuardFailed, match="ZeroDivisionError: inside"):
        _begin(make(), payloads.alibaba())
    assert "the guard failed at a call to alibaba" in caplog.text
    _begin(make(on_unknown="allow"), payloads.alibaba())


def test_a_ledger_that_fails_lets_no_call_pass(make: Make) -> None:
    guard = make()
    guard.close()
    with pytest.raises(GuardFailed, match="closed database"):
        _begin(guard, payloads.alibaba())


def test_a_quote_that_can_t_be_kept_lets_no_call_pass(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> bytes:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(wire, "write_quote", fail)
    guard = make()
    with pytest.raises(GuardFailed, match="inside"):
        _begin(guard, payloads.alibaba())
    assert guard._ledger.read_total("run", guard.run, "USD") == 0


def test_a_dry_run_refuses_nothing_and_says_what_it_would(make: Make, decided: list[Decision]) -> None:
    guard = make(dry_run=True, per_run=["USD=0.60"])
    for document in (payloads.alibaba_rejected(), payloads.alibaba(), payloads.alibaba(), LATER):
        _begin(guard, document)
    assert [(decision.verdict, decision.sent) for decision in decided] == [
        ("rejected", True),
        ("allowed", True),
        ("over_budget", True),
        ("unpriced", True),
    ]
    assert guard._ledger.read_total("run", guard.run, "USD") == 2 * 5 * Decimal("0.10")  # it is spent all the same


def test_a_dry_run_gives_no_room_away_to_what_it_would_have_refused(make: Make, decided: list[Decision]) -> None:
    guard = make(dry_run=True, per_run=["USD=0.60"])
    for document in (payloads.alibaba(duration=10), payloads.alibaba()):
        _begin(guard, document)
    assert [decision.verdict for decision in decided] == ["over_budget", "allowed"]


def test_a_hook_that_fails_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def hook(_: Decision) -> None:
        raise RuntimeError("the hook's own")

    guard = Guard(on_decision=hook)
    _begin(guard, payloads.alibaba())
    with pytest.raises(CallRejected):
        _begin(guard, payloads.alibaba_rejected())
    guard.close()
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    assert "on_decision failed; the call goes on as decided" in caplog.text


def test_a_decision_is_an_event_on_the_current_span() -> None:
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - only here
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: PLC0415 - as above

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    guard = Guard()
    with provider.get_tracer("test").start_as_current_span("render"):
        _begin(guard, payloads.alibaba())
    guard.close()
    (event,) = exporter.get_finished_spans()[0].events
    assert event.name == "wan_rules.guard.decision"
    assert dict(event.attributes or {}) == {
        "wan_rules.verdict": "allowed",
        "wan_rules.sent": True,
        "wan_rules.host": "alibaba",
        "wan_rules.currency": "USD",
        "wan_rules.total_min": "0.50",
        "wan_rules.total": "0.50",
    }


def test_an_account_has_its_own_terms() -> None:
    guard = Guard(Settings(catalogue="examples/catalogue", account="acme", environment="production"))
    _begin(guard, payloads.alibaba(duration=10))
    assert [call.held for call in guard.list_calls()] == [10 * Decimal("0.095")]
    guard.close()


def test_settings_come_back_from_their_text() -> None:
    settings = Settings(per_call=["USD=5"], bases={"fal": ["https://x.example"]}, zone="Europe/Berlin", dry_run=True)
    assert write_settings(read_settings(write_settings(settings))) == write_settings(settings)
    assert read_settings(write_settings(Settings())) == Settings(per_call=[], per_day=[], per_run=[])


def test_the_public_names_are_there() -> None:
    assert dir(public) == sorted(public.__all__)
    assert all(hasattr(public, name) for name in public.__all__)
    assert not hasattr(public, "nothing")


def test_an_unbounded_call_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shipped card is unbounded, since each host bounds its clips: the total is taken away."""
    plain = jobs.quote_reading

    def unbounded(reading: Reading, sale: Sale) -> Quote:
        quoted = plain(reading, sale)
        priced = quoted.priced
        charged = priced.charged._replace(kind="unbounded", total=None)
        return quoted._replace(priced=type(priced)(priced.pricing, charged, priced.assumptions))

    monkeypatch.setattr(jobs, "quote_reading", unbounded)
    with pytest.raises(Unbounded, match="give the length of its clips"):
        _begin(make(), payloads.alibaba_clip())
    guard = make(on_unknown="allow", per_call=["USD=0.01"])
    _begin(guard, payloads.alibaba_clip())
    assert [call.held for call in guard.list_calls()] == [6 * Decimal("0.10")]  # its lower bound


def test_a_later_model_is_named_as_any_word_is(make: Make) -> None:
    with pytest.raises(Unpriced) as refused:
        _begin(make(), {**payloads.alibaba(), "model": f"wan2.7-r2v-{'x' * 10_000}?key=SECRET"})
    said = str(refused.value)
    assert (len(said) < 400, "SECRET" in said) == (True, False)


@pytest.mark.parametrize(
    ("document", "limits"),
    [
        pytest.param(payloads.alibaba_rejected(), [], id="rejected"),
        pytest.param(payloads.alibaba(), ["USD=0.01"], id="over-budget"),
        pytest.param(LATER, [], id="unpriced"),
    ],
)
def test_a_refusal_goes_to_another_process_with_what_was_decided(
    make: Make, document: object, limits: list[str]
) -> None:
    """As a pool hands on what a worker raised: its caller meets the refusal, and not a fault of the pool."""
    with pytest.raises(CallRefused) as caught:
        _begin(make(per_call=limits), document)
    refused = caught.value
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301 - our own bytes
    assert (type(again), str(again)) == (type(refused), str(refused))
    assert again.decision.report == refused.decision.report
    assert again.decision.limit == refused.decision.limit
    quotes = [one.decision.quote for one in (again, refused)]
    assert len({quote and (quote.kind, quote.total, quote.lines) for quote in quotes}) == 1
