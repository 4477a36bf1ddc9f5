"""Every operation of the service, once: routes, the OpenAPI document and tests of isolation are made from it."""

from __future__ import annotations

from typing import Final

from pricing.shell.service import catalogue_operations as cards
from pricing.shell.service import orders, quoting
from pricing.shell.service import pricing_operations as pricing
from pricing.shell.service.callers import Scope
from pricing.shell.service.endpoints import Operation

QUOTE: Final = frozenset({Scope.QUOTE})
SETTLE: Final = frozenset({Scope.SETTLE})
EITHER: Final = QUOTE | SETTLE
ADMIN: Final = frozenset({Scope.ADMIN})
ONE: Final = "/v1/quotes/{quote_id}"

OPERATIONS: Final = (
    Operation("POST", "/v1/check", pricing.answer_check, measures=True, tells=True),
    Operation("POST", "/v1/plan", pricing.answer_plan, tells=True),
    Operation("POST", "/v1/estimates", pricing.answer_estimate, measures=True, tells=True),
    Operation("POST", "/v1/compare", pricing.answer_comparison, tells=True, lasts=True),
    Operation("POST", "/v1/explain", pricing.answer_explanation, tells=True),
    Operation("POST", "/v1/quotes", quoting.answer_quote, QUOTE, stores=True, writes=True, measures=True),
    Operation("POST", "/v1/quotes:batch", quoting.answer_batch, QUOTE, stores=True, writes=True),
    Operation("GET", ONE, orders.answer_order, EITHER, stores=True),
    Operation("POST", f"{ONE}:accept", orders.answer_accept, QUOTE, stores=True, writes=True),
    Operation("POST", f"{ONE}:settle", orders.answer_settle, SETTLE, stores=True, writes=True),
    Operation("POST", f"{ONE}:release", orders.answer_release, EITHER, stores=True, writes=True),
    Operation("GET", "/v1/rate-cards", cards.answer_rate_cards),
    Operation("GET", "/v1/rules", cards.answer_rules),
    Operation("GET", "/v1/catalogue", cards.answer_catalogue),
    Operation("POST", "/v1/catalogue:reload", cards.answer_reload, ADMIN, stores=True),
    Operation("GET", "/.well-known/jwks.json", cards.answer_keys),
    Operation("GET", "/openapi.json", cards.answer_openapi),
    Operation("GET", "/healthz", cards.answer_health),
    Operation("GET", "/readyz", cards.answer_readiness, stores=True),
    Operation("GET", "/metrics", cards.answer_metrics),
)
