"""The client for threads and the one for async tasks: two thin transports under one list of calls."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import wraps
from types import TracebackType
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

try:
    import anyio
    import httpx2
except ImportError as missing:
    message = f"the client needs {missing.name}: pip install 'wan-rules[client]'"
    raise ImportError(message, name=missing.name) from None

from pricing.shell.client import calls
from pricing.shell.client.calls import Call
from pricing.shell.client.protocol import Lost, Manners, Outcome, Patience, Reply, Send, Step, Wait, converse

P = ParamSpec("P")
T = TypeVar("T")

EVERYDAY: Final = Patience()


def _blocking(make: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    @wraps(make)
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.ask(make(*args, **kwargs))

    return method


def _awaiting(make: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Awaitable[T]]:
    @wraps(make)
    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.ask(make(*args, **kwargs))

    return method


class Client:
    """Asks a quote service, and blocks while it does. Safe to share between threads; close it, or use `with`.

    Every method raises ServiceError and nothing else for what happens on the way; see `pricing.shell.client.errors`.
    """

    def __init__(  # noqa: PLR0913 - what is rarely said goes by name
        self,
        url: str,
        key: str | None = None,
        *,
        patience: Patience = EVERYDAY,
        language: str | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """`url` is where the service begins; `key` an API key, shown nowhere. Raises ValueError for malformed ones.

        `language` is what violations are wanted in, such as `zh`, or all that is read, as Accept-Language has it.
        """
        self.url, self._manners = check_url(url), Manners(check_key(key), patience, check_language(language))
        self._http = httpx2.Client(base_url=self.url, timeout=patience.timeout_s, transport=transport)

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def ask(self, call: Call[T]) -> T:
        """What a call reads from its answer. Raises ServiceError."""
        talk = converse(call, self._manners)
        outcome: Outcome = None
        while True:
            try:
                step = talk.send(outcome)
            except StopIteration as end:
                answer: T = end.value
                return answer
            outcome = self._do(step)

    def _do(self, step: Step) -> Outcome:
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            return None
        try:
            return _take(self._http.send(_build(self._http, step)))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return _tell_lost(error)

    check = _blocking(calls.check)
    plan = _blocking(calls.plan)
    estimate = _blocking(calls.estimate)
    quote = _blocking(calls.quote)
    quote_batch = _blocking(calls.quote_batch)
    compare = _blocking(calls.compare)
    explain = _blocking(calls.explain)
    find_quote = _blocking(calls.find_quote)
    accept = _blocking(calls.accept)
    settle = _blocking(calls.settle)
    release = _blocking(calls.release)
    rate_cards = _blocking(calls.rate_cards)
    rules = _blocking(calls.rules)
    catalogue = _blocking(calls.catalogue)
    keys = _blocking(calls.keys)


class AsyncClient:
    """Asks a quote service without blocking: the methods of `Client`, awaited. Close it, or use `async with`."""

    def __init__(  # noqa: PLR0913 - what is rarely said goes by name
        self,
        url: str,
        key: str | None = None,
        *,
        patience: Patience = EVERYDAY,
        language: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """As `Client`."""
        self.url, self._manners = check_url(url), Manners(check_key(key), patience, check_language(language))
        self._http = httpx2.AsyncClient(base_url=self.url, timeout=patience.timeout_s, transport=transport)

    def __repr__(self) -> str:
        return f"AsyncClient({self.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def ask(self, call: Call[T]) -> T:
        """What a call reads from its answer. Raises ServiceError."""
        talk = converse(call, self._manners)
        outcome: Outcome = None
        while True:
            try:
                step = talk.send(outcome)
            except StopIteration as end:
                answer: T = end.value
                return answer
            outcome = await self._do(step)

    async def _do(self, step: Step) -> Outcome:
        if isinstance(step, Wait):
            await anyio.sleep(step.seconds)
            return None
        try:
            return _take(await self._http.send(_build(self._http, step)))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return _tell_lost(error)

    check = _awaiting(calls.check)
    plan = _awaiting(calls.plan)
    estimate = _awaiting(calls.estimate)
    quote = _awaiting(calls.quote)
    quote_batch = _awaiting(calls.quote_batch)
    compare = _awaiting(calls.compare)
    explain = _awaiting(calls.explain)
    find_quote = _awaiting(calls.find_quote)
    accept = _awaiting(calls.accept)
    settle = _awaiting(calls.settle)
    release = _awaiting(calls.release)
    rate_cards = _awaiting(calls.rate_cards)
    rules = _awaiting(calls.rules)
    catalogue = _awaiting(calls.catalogue)
    keys = _awaiting(calls.keys)


def check_url(url: str) -> str:
    """The URL without a slash at its end. Raises ValueError, and repeats nothing of what may be a password."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        parsed = httpx2.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo or parsed.query or parsed.fragment:
        reason = (
            "the service's URL is http:// or https://, its host and perhaps a path, with no user, password or query"
        )
        raise ValueError(reason)
    return url.rstrip("/")


def check_key(key: str | None) -> str | None:
    """The key, where a header can carry it. Raises ValueError without repeating it."""
    if key is not None and not (key and all("!" <= character <= "~" for character in key)):
        reason = "a key has visible ASCII characters alone: is there a blank or a line end at its end?"
        raise ValueError(reason)
    return key


def check_language(language: str | None) -> str | None:
    """The language, where a header can carry it. Raises ValueError."""
    if language is not None and not (language.strip() and all(" " <= character <= "~" for character in language)):
        reason = f"a language is a tag such as zh, or a list as Accept-Language has it, not {language[:64]!r}"
        raise ValueError(reason)
    return language


def _build(http: httpx2.Client | httpx2.AsyncClient, send: Send) -> httpx2.Request:
    method, path, query, headers, body = send
    return http.build_request(method, path, params=list(query) or None, headers=dict(headers), content=body)


def _take(response: httpx2.Response) -> Reply:
    return Reply(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content
    )


def _tell_lost(error: Exception) -> Lost:
    """Connections that fail or break may hold the next time; what is wrong with the request itself stays wrong."""
    may_retry = isinstance(error, httpx2.TimeoutException | httpx2.NetworkError | httpx2.RemoteProtocolError)
    return Lost(f"{type(error).__name__}: {error}".removesuffix(": "), may_retry)
