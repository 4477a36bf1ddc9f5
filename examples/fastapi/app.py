"""A quote endpoint in an app of one's own: `CATALOGUE=prices KEYS=keys.json uvicorn app:app`."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pricing import Market, MissingRateError, NoCardError, NoRateError, PricingError, quote, resolve
from pricing.shell.reloading import Kept, Reloader
from pricing.shell.wire import write_quote, write_report
from wan_rules import (
    InvalidRequestError,
    UnusableInputError,
    WanRulesError,
    parse_facts,
    parse_object,
    read,
    recognise,
    validate,
)

LOG: Final = logging.getLogger("quotes")
BODY_MAX: Final = 1_000_000
RELOAD_EVERY_S: Final = float(os.environ.get("RELOAD_EVERY_S", "30"))


class Caller(NamedTuple):
    """Who asks: nobody says in a body whose prices they want."""

    account: str
    environment: str


CALLERS: Final[Mapping[str, Caller]] = {
    digest: Caller(*names) for digest, names in json.loads(Path(os.environ["KEYS"]).read_bytes()).items()
}
# A catalogue that can't be loaded ends the start, with its reason.
RELOADER: Final = Reloader(os.environ["CATALOGUE"])


async def reload() -> None:
    """Load the catalogue again, beside the event loop; a bad one changes nothing."""
    outcome = await run_in_threadpool(RELOADER.reload)
    if isinstance(outcome, Kept):
        LOG.error("the old catalogue stays: %s", outcome.error)
    elif outcome.changed:
        LOG.warning("new prices: %s", outcome.catalogue.digest)


async def _keep_reloading() -> None:
    while True:
        await asyncio.sleep(RELOAD_EVERY_S)
        await reload()


@asynccontextmanager
async def live(_app: FastAPI) -> AsyncIterator[None]:
    """Each worker looks after its own catalogue, for as long as it lives."""
    task = asyncio.create_task(_keep_reloading())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


app = FastAPI(lifespan=live)


async def find_caller(authorization: Annotated[str, Header()] = "") -> Caller:
    """The account of a key, of which the hash alone is kept."""
    digest = sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    if digest not in CALLERS:
        said = "a key is wanted: Authorization: Bearer ..."
        raise HTTPException(401, said, {"www-authenticate": "Bearer"})
    return CALLERS[digest]


Known = Annotated[Caller, Depends(find_caller)]


async def read_body(request: Request) -> bytes:
    """The body, of which no more is kept than may be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise HTTPException(413, f"at most {BODY_MAX:,} bytes are read")
    return bytes(body)


@app.post("/quotes")
async def make_quote(request: Request, caller: Known) -> Response:
    """What {"payload": ..., "facts": ...} costs this caller now."""
    asked = parse_object(await read_body(request), what="body")
    if unknown := sorted(asked.keys() - {"payload", "facts"}):
        said = f"{unknown[0][:64]!r} is no key: payload and facts are"
        raise UnusableInputError("body", said)
    payload, facts = asked.get("payload"), parse_facts(asked.get("facts", {}))
    if not isinstance(payload, dict):
        said = "an object is wanted, as it would be sent to the host"
        raise UnusableInputError("payload", said)
    host = recognise(payload)
    valid = validate(read(payload, host, facts))
    catalogue, at = RELOADER.catalogue, datetime.now(UTC)  # one for the whole quote
    market = Market(caller.account, caller.environment, host.name)
    pricing = resolve(catalogue, market, at)
    document = write_quote(quote(valid, pricing, at))
    return Response(document, media_type="application/json")


def write_problem(status: int, title: str, detail: str, **members: object) -> Response:
    """A problem document of RFC 9457."""
    document = {"title": title, "status": status, "detail": detail, **members}
    return Response(json.dumps(document), status, media_type="application/problem+json")


@app.exception_handler(WanRulesError)
@app.exception_handler(PricingError)
async def refuse(_request: Request, error: Exception) -> Response:
    """What the caller can mend is said; what we have to mend is logged."""
    match error:
        case InvalidRequestError():
            report = json.loads(write_report(error.report))
            title = "The rules refuse the request"
            return write_problem(422, title, str(error), report=report)
        case UnusableInputError():
            return write_problem(400, "The body can't be read", str(error))
        case NoRateError() | NoCardError() | MissingRateError():
            return write_problem(409, "No rate is in force", str(error))
        case _:
            LOG.error("no quote: %s", error)
            said = "the prices are not in order here: it was logged"
            return write_problem(500, "No quote can be given", said)


@app.exception_handler(HTTPException)
async def refuse_plainly(_request: Request, error: HTTPException) -> Response:
    """Wrong keys, paths, methods and sizes as problems too."""
    response = write_problem(error.status_code, "The request is not taken", str(error.detail))
    response.headers.update(error.headers or {})
    return response
