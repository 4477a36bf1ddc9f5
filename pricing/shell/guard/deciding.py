"""From a call to a decision, by the same engine that `check` and `quote` use; nothing is counted here."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from pricing.catalogue import Catalogue, NoCardError, UnknownNameError
from pricing.errors import PricingError
from pricing.quotes import NoRateError
from pricing.shell import jobs
from pricing.shell.guard.decisions import Decision, Verdict, refused_by
from pricing.shell.guard.limits import Limit
from pricing.shell.guard.recognising import Call
from pricing.shell.guard.settings import OnUnknown
from wan_rules.facts import NO_FACTS, Facts
from wan_rules.payloads import WanRulesError
from wan_rules.urls import show_word
from wan_rules.validation import InvalidRequestError, Report

LOG = logging.getLogger("wan_rules.guard")


class Desk(NamedTuple):
    """What a call is held against: the catalogue, whose terms, facts about media, and what becomes of the unknown."""

    catalogue: Catalogue
    account: str | None = None
    environment: str | None = None
    region: str | None = None
    facts: Facts = NO_FACTS
    on_unknown: OnUnknown = "refuse"
    dry_run: bool = False


def decide(call: Call, desk: Desk, at: datetime) -> Decision:
    """What becomes of the call at the instant `at`, before any limit. It raises nothing.

    An undetermined call is allowed, and its quote is bounded where that is for want of a clip's length.
    """
    try:
        return _decide(call, desk, at)
    except InvalidRequestError as error:
        return Decision("rejected", desk.dry_run, call.host, _say_why(error.report), report=error.report)
    except (NoRateError, NoCardError, UnknownNameError) as error:
        return _leave_open(call.host, desk, "unpriced", str(error))
    except (PricingError, WanRulesError) as error:
        return _leave_open(call.host, desk, "failed", str(error))
    except Exception as error:  # a guard that fails has not seen that the call may pass
        LOG.exception("the guard failed at a call to %s", call.host)
        return _leave_open(call.host, desk, "failed", f"{type(error).__name__}: {error}")


def _decide(call: Call, desk: Desk, at: datetime) -> Decision:
    if call.later is not None:
        return _leave_open(call.host, desk, "unpriced", f"{show_word(call.later)!r} came after these rules and prices")
    if call.host == "alibaba" and isinstance(call.payload.get("input"), str):
        return _leave_open(call.host, desk, "failed", "its input is a text: what the SDK encrypts can't be read")
    sale = jobs.Sale(desk.catalogue, desk.account, desk.environment, call.region or desk.region, at)
    quoted = jobs.quote_reading(jobs.read_request(call.payload, call.host, desk.facts), sale)
    report = quoted.valid.report
    if quoted.total is None:
        open_ = _leave_open(call.host, desk, "unbounded", "nothing bounds what it costs: give the length of its clips")
        return open_._replace(quote=quoted, report=report)
    return Decision("allowed", sent=True, host=call.host, quote=quoted, report=report)


def _leave_open(host: str, desk: Desk, verdict: Verdict, reason: str) -> Decision:
    return Decision(verdict, desk.dry_run or desk.on_unknown == "allow", host, reason)


def fail(host: str, desk: Desk, error: Exception) -> Decision:
    """The decision on a call that could not be read, or that could not be counted."""
    told = str(error) if isinstance(error, WanRulesError) else f"{type(error).__name__}: {error}"
    return _leave_open(host, desk, "failed", told)


def join(decisions: list[Decision], desk: Desk) -> list[Decision]:
    """The decisions on the calls of one request, which goes out as a whole or not at all.

    In a dry run it is sent, and then one call that would have been refused speaks for those that would have passed.
    """
    refused = refused_by(desk.on_unknown)
    against = next((each for each in decisions if each.verdict in refused), None)
    if against is None or not desk.dry_run:
        return decisions
    return [
        each if each.verdict in refused else each._replace(verdict=against.verdict, reason=against.reason)
        for each in decisions
    ]


def stop(decision: Decision, limit: Limit, desk: Desk) -> Decision:
    """The decision on a call that a limit has no room for; what is decided otherwise already is not held to limits."""
    if decision.verdict != "allowed":
        return decision
    return decision._replace(verdict="over_budget", sent=desk.dry_run, reason=str(limit), limit=limit)


def _say_why(report: Report) -> str:
    errors = [violation.finding.message for violation in report.violations if violation.severity == "error"]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{errors[0]}{more}" if errors else report.verdict
