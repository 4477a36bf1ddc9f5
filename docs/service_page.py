"""The reference page of the service: its operations, its problems, its limits, from the tables that it runs by."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_document import ABOUT
from tables import NOTE, page, table

from pricing.holds import MOVES, REFUSALS, Action, State
from pricing.shell.comparing import LENGTHS_MAX, PROMPT_MAX
from pricing.shell.service.asked import FACTS_MAX
from pricing.shell.service.endpoints import Operation
from pricing.shell.service.operations import OPERATIONS
from pricing.shell.service.problems import TITLES
from pricing.shell.service.settings import Limits

HEAD = """# The quote service

How to begin: [the tutorial](../tutorial/quote-service.md). The whole of it, with schemas and examples, is the OpenAPI
document
that a running service answers at `/openapi.json`.

A request is any host's payload, as it would be sent, with `host`, `account`, `environment`, `region` and `at` in the
query; or an envelope, the shape of
[a line of JSON Lines](schemas/request-line.json), which also has `facts` and `consumed_before`. A key goes into
`Authorization: Bearer`. It is bound to accounts and environments:
where there is one of each, neither need be named.

`check`, `plan`, `estimates`, `compare` and `explain` tell what rules say in the language that `Accept-Language` asks
for, `en` or `zh`, and name it in `Content-Language`; so does any problem with a `report`. Quotes that bind, and
everything else, are English ([read violations in Chinese](../how-to/read-in-chinese.md)).
"""

QUOTES = """## What becomes of a quote

`:settle` is `report` while the job may still run (`running`, `unknown`), and `settle` once it has ended.
"""

REPEATS = """A move that was made already is answered again and moves nothing. A report that names its `task_id` binds
the quote to that task: a report of another one, or of a task that another quote of the account has, is refused
(`report_mismatch`). One that names it first is a move of its own, even where the state stays.
`Idempotency-Key` (1 to 200 visible ASCII
characters) makes any write happen once: the same key and body give the same answer, with
`Idempotency-Replayed: true`; another body is a conflict. Such a key belongs to the API key that sent it, or to
the `sub` of a token with the accounts and environments that the token is for, and is kept for some days.

A signature is a JWS by Ed25519 with its payload detached: the canonical JSON (RFC 8785) of the quote without
`signature`. The keys are at `/.well-known/jwks.json`. Where you verify it by a library of yours, refuse a signature
with anything between its two points first: the library would verify that, and not the quote.
"""


PROBLEMS = """## Problems

Errors are `application/problem+json` (RFC 9457). `code` never changes its meaning; `detail` says what was seen and what
would help. A rejected request's has the `report` in it, a refused move's the `reason` as a word.
"""


def write_service_page() -> str:
    """The page."""
    return page(_lines())


def _lines() -> Iterator[str]:
    yield from (NOTE, "", HEAD, "## Operations", "")
    yield from table(("operation", "key", "answers"), [_row(operation) for operation in OPERATIONS])
    yield from (QUOTES, "")
    yield from table(
        ("state", *Action), [(f"`{state}`", *(_tell_move(state, action) for action in Action)) for state in State]
    )
    yield from (REPEATS, PROBLEMS)
    rows = sorted((status, f"`{code}`", title) for code, (status, title) in TITLES.items())
    yield from table(("status", "code", "title"), [(str(status), code, title) for status, code, title in rows])
    limits = Limits()
    yield from ("## Limits", "")
    yield from table(
        ("what", "at most"),
        [
            ("a body", f"{limits.body_bytes:,} bytes, within {limits.body_s:g} s"),
            ("requests of a key", f"{limits.key_per_minute:,} a minute, over all workers (`--per-minute`)"),
            (
                "requests of an address without a key",
                f"{limits.address_per_minute:,} a minute (`--anonymous-per-minute`)",
            ),
            ("requests in a batch", f"{limits.batch:,}"),
            ("media in the facts of a request", f"{FACTS_MAX:,}"),
            ("lengths in a comparison", str(LENGTHS_MAX)),
            ("characters of a prompt in a comparison", f"{PROMPT_MAX:,}"),
        ],
    )


def _row_of(state: State) -> tuple[str, ...]:
    return f"`{state}`", *(_tell_move(state, action) for action in Action)


def _tell_move(state: State, action: Action) -> str:
    """Where a move leads, or the word for why it is refused."""
    refusal = REFUSALS.get((state, action))
    if (state, action) == (State.SETTLED, Action.SETTLE):
        return "as it is by the same report, else refused: `already_settled`"
    if refusal is not None:
        return f"refused: `{refusal.code}`"
    to = MOVES[state, action]
    return "as it is" if to is state else f"`{to}`"


def _row(operation: Operation) -> tuple[str, str, str]:
    said = " ".join((operation.handle.__doc__ or "").split()).rstrip(".")
    scopes = " or ".join(f"`{scope}`" for scope in sorted(operation.scopes or ())) or "none needed"
    gives = ABOUT[f"{operation.method} {operation.path}"].gives
    return f"`{operation.method} {operation.path}`", scopes, f"{said} ({gives.replace('_', ' ')})" if gives else said
