"""The command `wan-rules serve` and the options that it alone has. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import measuring_options as m
from pricing.shell import options as o
from pricing.shell.helping import MEASURING, TERMS
from pricing.shell.state_options import DEFAULT_STATE, Database, SigningKeys, State, StateAsked

SHORT_HELP: Final = "Answer quotes over HTTP, and show a page to try them."
LISTENING: Final = "Listening"
CALLERS: Final = "Callers"
Watch = Annotated[
    bool,
    typer.Option(
        "--watch",
        help="Load the catalogue again when it changes.\n\nLoad the catalogue again when its folder changes.",
        rich_help_panel=TERMS,
    ),
]
Issuer = Annotated[
    str, typer.Option("--issuer", help="Who gives the quotes, as they say it.", metavar="NAME", rich_help_panel=TERMS)
]
QuoteLifetime = Annotated[
    str,
    typer.Option(
        "--quote-lifetime",
        help="How long a quote binds.\n\nHow long a quote binds: 90s, 15m, 1h.",
        metavar="TIME",
        rich_help_panel=TERMS,
    ),
]
ListenHost = Annotated[
    str, typer.Option("--host", help="The address to listen at.", metavar="ADDRESS", rich_help_panel=LISTENING)
]
Port = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="The port to listen at.", metavar="N", rich_help_panel=LISTENING)
]
Workers = Annotated[
    int,
    typer.Option("--workers", min=1, max=64, help="How many processes answer.", metavar="N", rich_help_panel=LISTENING),
]
PerMinute = Annotated[
    int, typer.Option("--per-minute", min=1, help="Requests a minute of one key.", metavar="N", rich_help_panel=CALLERS)
]
AnonymousPerMinute = Annotated[
    int,
    typer.Option(
        "--anonymous-per-minute",
        min=1,
        help="Of one address without a key.\n\nRequests a minute of one address without a key.",
        metavar="N",
        rich_help_panel=CALLERS,
    ),
]
TokenKeys = Annotated[
    str | None,
    typer.Option(
        "--token-keys",
        help="Also take JWTs by this JWKS file or URL.\n\n"
        "Also take JWTs signed by these keys: a JWKS file or https URL.",
        metavar="SOURCE",
        rich_help_panel=CALLERS,
    ),
]
TokenIssuer = Annotated[
    str | None,
    typer.Option("--token-issuer", help="The issuer that a JWT has to name.", metavar="NAME", rich_help_panel=CALLERS),
]
TokenAudience = Annotated[
    str | None,
    typer.Option(
        "--token-audience", help="The audience that a JWT has to name.", metavar="NAME", rich_help_panel=CALLERS
    ),
]
TrustedProxies = Annotated[
    str | None,
    typer.Option(
        "--trusted-proxies",
        help="Whose X-Forwarded-For is believed, by comma.\n\n"
        "Addresses, by comma, whose X-Forwarded-For tells the caller's own.",
        metavar="ADDRESSES",
        rich_help_panel=LISTENING,
    ),
]
KeepAnswersDays = Annotated[
    int,
    typer.Option(
        "--keep-answers-days",
        min=1,
        max=36_500,
        help="How long Idempotency-Keys are kept.\n\nHow long an Idempotency-Key gives its answer again.",
        metavar="N",
        rich_help_panel=CALLERS,
    ),
]
ProbeForCallers = Annotated[
    bool,
    typer.Option(
        "--probe",
        help="Measure media for callers with a key.\n\n"
        "Measure media for callers with a key who ask for it (?probe=true).",
        rich_help_panel=MEASURING,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Log no line for each request.", rich_help_panel=LISTENING)]


def serve(
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    watch: Watch = False,
    state: State = DEFAULT_STATE,
    database: Database = None,
    signing_keys: SigningKeys = None,
    issuer: Issuer = "wan-rules",
    quote_lifetime: QuoteLifetime = "15m",
    host: ListenHost = "127.0.0.1",
    port: Port = 8321,
    workers: Workers = 1,
    per_minute: PerMinute = 6000,
    anonymous_per_minute: AnonymousPerMinute = 600,
    token_keys: TokenKeys = None,
    token_issuer: TokenIssuer = None,
    token_audience: TokenAudience = None,
    trusted_proxies: TrustedProxies = None,
    keep_answers_days: KeepAnswersDays = 7,
    probe: ProbeForCallers = False,
    allow: m.Allow = None,
    quiet: Quiet = False,
) -> None:
    """Answer checks, estimates and binding quotes over HTTP, and show a page to try them.

    Example: wan-rules serve --catalogue examples/catalogue
    """
    from pricing.shell import serve_settings

    asked = serve_settings.ServeAsked(
        source=v.Source(catalogue, catalogue_key, keep_for),
        watch=watch,
        state=StateAsked(state, database, signing_keys),
        issuer=issuer,
        quote_lifetime=quote_lifetime,
        rates=(per_minute, anonymous_per_minute),
        tokens=(token_keys, token_issuer, token_audience),
        listening=(host, port, workers, trusted_proxies),
        keep_answers_days=keep_answers_days,
        probing=(probe, allow or ()),
        quiet=quiet,
    )
    raise typer.Exit(serve_settings.serve(asked))
