"""An adapter of requests with the guard in front: it wraps any other adapter."""

from __future__ import annotations

from pricing.shell.guard.watching import Watch, name_missing

try:
    from requests import PreparedRequest, Response, Session
    from requests.adapters import BaseAdapter, HTTPAdapter
except ImportError as error:
    raise ImportError(name_missing("requests", "guard-requests"), name="requests") from error

from pricing.shell.guard.requests_calls import find_way, send


class GuardAdapter(BaseAdapter):
    """Sends by the inner adapter what the guard lets pass."""

    def __init__(self, guard: Watch, inner: BaseAdapter | None = None) -> None:
        """Without an inner adapter it is the library's own."""
        super().__init__()
        self._guard, self._inner = guard, inner or HTTPAdapter()

    def send(  # type: ignore[no-untyped-def] # noqa: ANN201, PLR0913, PLR0917 - as the library has it
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - as above
        timeout=None,  # noqa: ANN001 - as above
        verify=True,  # noqa: ANN001, FBT002 - as above
        cert=None,  # noqa: ANN001 - as above
        proxies: dict[str, str] | None = None,
    ):
        """The response. Raises CallRefused before anything is sent."""

        def pass_on() -> Response:
            return self._inner.send(request, stream, timeout, verify, cert, proxies)

        return send(self._guard, request, pass_on, find_way(self._inner, stream=stream))

    def close(self) -> None:
        """The inner adapter is closed."""
        self._inner.close()


def guard_session(session: Session, guard: Watch) -> Session:
    """The session with the guard before each of its adapters."""
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, GuardAdapter(guard, adapter))
    return session
