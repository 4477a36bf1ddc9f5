"""What every request passes first and last: who asks, how often, what went wrong, what is counted and logged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import count
from secrets import token_hex
from time import perf_counter
from typing import Final

from pricing.shell.service.answers import Answer
from pricing.shell.service.callers import Caller
from pricing.shell.service.endpoints import (
    CALLER,
    ROUTE,
    ASGIMessage,
    Receive,
    Scopes,
    Send,
    read_translation,
    say_language,
    send_answer,
)
from pricing.shell.service.logs import Told, tell_event, tell_failure, tell_request
from pricing.shell.service.metrics import find_counts
from pricing.shell.service.problems import TYPE, ProblemError, tell, write_problem
from pricing.shell.service.running import Service
from pricing.shell.service.store_faults import ReusedKeyError, StoreError, TaskTakenError
from pricing.shell.service.tracing import Application, trace
from wan_rules.validation import InvalidRequestError

OTHER: Final = "other"
"""The route of what has none, so that strange paths make no new labels."""
UNCOUNTED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""What is asked by machines around the service, without a key and without limit."""
CONCURRENT: Final = 2000
"""Requests that a worker answers at once. The server's own limit counts connections too, those that rest among them."""


HOST_BITS: Final = 64
"""Of an IPv6 address those that whoever has it may choose."""


class Front:
    """The outermost application."""

    def __init__(self, inner: Application, service: Service) -> None:
        """Stand before the routes of a service."""
        self._inner, self._service = trace(inner), service
        self._series, self._numbers = token_hex(8), count()
        self._under_way = 0

    async def __call__(self, scope: Scopes, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        scope["app"] = self  # so that a path or method that there is not is raised, and told as a problem
        begun, request_id = perf_counter(), f"{self._series}{next(self._numbers):016x}"
        statuses: list[int] = []

        async def send_on(message: ASGIMessage) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                message["headers"] = _guard(message["headers"], request_id)
            await send(message)

        self._under_way += 1
        try:
            if scope["path"] not in UNCOUNTED:
                scope[CALLER] = await self._admit(scope)
            await self._inner(scope, receive, send_on)
        except Exception as error:  # noqa: BLE001 - the last place: a caller sees a problem, the log the lines
            problem = self._tell(error, scope, request_id)
            if not statuses:
                await send_answer(send_on, problem)
        finally:
            self._under_way -= 1
            self._count(scope, statuses, begun, request_id)

    async def _admit(self, scope: Scopes) -> Caller | None:
        """Who asks, where they may ask once more. Raises ProblemError."""
        if self._under_way > CONCURRENT:
            raise _refuse_more()
        rates, limits = self._service.rates, self._service.settings.limits
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        text = _read_bearer(sent)
        caller = None if text is None else self._service.ring.recall(text)
        if caller is None:
            caller = await self._look_up(text, f"address:{name_stranger((scope.get('client') or ('local',))[0])}")
        if caller is not None:
            await rates.take(caller.id, limits.key_per_minute)
        return caller

    async def _look_up(self, text: str | None, address: str) -> Caller | None:
        """Who the key is of, if one was sent; a guess at keys counts for the address. Raises ProblemError."""
        ring, rates, limit = self._service.ring, self._service.rates, self._service.settings.limits.address_per_minute
        is_costly = text is None or not ring.is_known(text)
        if is_costly:
            await rates.take(address, limit)
        if text is None:
            return None
        caller = await self._recognise(text)
        if caller is None:
            if not is_costly:
                await rates.take(address, limit)
            raise _refuse_key("it is unknown, revoked or expired")
        return caller

    async def _recognise(self, text: str) -> Caller | None:
        service = self._service
        if service.tokens is not None and text.count(".") == 2:  # noqa: PLR2004 - the parts of a JWT
            return await service.tokens.recognise(text, service.run)
        if service.ring.is_known(text):
            return service.ring.recognise(text)
        return await service.run(lambda: service.ring.recognise(text))

    def _tell(self, error: Exception, scope: Scopes, request_id: str) -> Answer:
        if isinstance(error, InvalidRequestError):
            translation = read_translation(scope)
            problem = write_problem(tell(error, translation))
            return Answer(problem.document, problem.status, TYPE, {**problem.headers, **say_language(translation)})
        told = _tell_store(error) if isinstance(error, StoreError) else tell(error)
        if told.code == "error":
            tell_failure(error, scope.get(ROUTE, OTHER), request_id)
        problem = write_problem(told)
        return Answer(problem.document, problem.status, TYPE, problem.headers)

    def _count(self, scope: Scopes, statuses: list[int], begun: float, request_id: str) -> None:
        route, status = scope.get(ROUTE, OTHER), statuses[0] if statuses else 499
        seconds = perf_counter() - begun
        requests, lengths = find_counts(route, status)
        requests.inc()
        lengths.observe(seconds)
        if self._service.settings.log_requests:
            caller: Caller | None = scope.get(CALLER)
            key = caller.id if caller else None
            tell_request(Told(request_id, scope["method"], route, status, seconds, key))


def _tell_store(error: StoreError) -> ProblemError:
    """Where the store is, and why it can't be used, is for the log alone."""
    if isinstance(error, ReusedKeyError):
        return ProblemError("idempotency_key_reused", str(error))
    if isinstance(error, TaskTakenError):
        return ProblemError("report_mismatch", str(error))
    tell_event("store", error=str(error))
    detail = "nothing was written: send the same request again in a moment"
    return ProblemError("unavailable", detail, headers={"retry-after": "1"})


_GUARDS: Final = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
"""What every answer says: it is what it says it is, and prices of an account stay in no cache."""


def _guard(headers: Sequence[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers with those of `_GUARDS` that they have not, and the id of the request."""
    said = {name for name, _ in headers}
    guards = (guard for guard in _GUARDS if guard[0] not in said)
    return [*headers, (b"x-request-id", request_id.encode()), *guards]


@lru_cache(maxsize=4096)
def name_stranger(host: str) -> str:
    """The address as limits count it: of a public IPv6 one its network, since whoever has one address there has all."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address) or address.ipv4_mapped is not None or not address.is_global:
        return host
    return f"{IPv6Address(int(address) >> HOST_BITS << HOST_BITS)}/{HOST_BITS}"


def _read_bearer(sent: list[bytes]) -> str | None:
    """The key in the Authorization header. Raises ProblemError for a header that has none."""
    if not sent:
        return None
    word, _, text = sent[0].decode("latin-1").partition(" ")
    if len(sent) > 1 or word.lower() != "bearer" or not text.strip():
        raise _refuse_key("write Authorization: Bearer <key>, once")
    return text.strip()


def _refuse_more() -> ProblemError:
    detail = f"{CONCURRENT:,} requests are under way: nothing was done, send the same request again in a moment"
    return ProblemError("unavailable", detail, headers={"retry-after": "1"})


def _refuse_key(reason: str) -> ProblemError:
    return ProblemError("key_refused", f"the key in Authorization: {reason}", headers={"www-authenticate": "Bearer"})
