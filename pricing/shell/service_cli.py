"""The commands of the quote service: `serve`, and `keys` for those who may ask it. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import measuring_options as m
from pricing.shell import options as o
from pricing.shell.helping import MEASURING, TERMS, App

LISTENING: Final = "Listening"
CALLERS: Final = "Callers"
State = Annotated[
    Path,
    typer.Option(
        "--state",
        help="The folder of its database and its keys.\n\nThe folder of the database and the signing keys.",
        metavar="PATH",
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="postgresql://user@host/name; else in --state.\n\n"
        "postgresql://user@host/name or sqlite:///file; a file in --state if left out. Also: WAN_RULES_DATABASE.",
        metavar="URL",
        show_default=False,
    ),
]
SigningKeys = Annotated[
    Path | None,
    typer.Option(
        "--signing-keys",
        help="The file of the keys that sign; else in --state.\n\n"
        "The file of the keys that sign quotes; one in --state.",
        metavar="FILE",
    ),
]
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
DEFAULT_STATE = Path("wan-rules-state")

keys = App(
    name="keys",
    help="Make and revoke the keys of the quote service.\n\nExample: wan-rules keys list",
    short_help="Make and revoke the keys of the quote service.",
)


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
    from pricing.shell import service_commands as commands

    asked = commands.ServeAsked(
        source=v.Source(catalogue, catalogue_key, keep_for),
        watch=watch,
        state=commands.StateAsked(state, database, signing_keys),
        issuer=issuer,
        quote_lifetime=quote_lifetime,
        rates=(per_minute, anonymous_per_minute),
        tokens=(token_keys, token_issuer, token_audience),
        listening=(host, port, workers, trusted_proxies),
        keep_answers_days=keep_answers_days,
        probing=(probe, allow or ()),
        quiet=quiet,
    )
    raise typer.Exit(commands.serve(asked))


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the key is called, for people.", show_default=False)],
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account", help="An account it is for.\n\nAn account it is for; may be given again.", metavar="NAME"
        ),
    ] = None,
    environment: Annotated[
        list[str] | None,
        typer.Option(
            "--environment",
            help="An environment it is for.\n\nAn environment it is for; may be given again.",
            metavar="NAME",
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="quote, settle or admin.\n\nquote, settle or admin; may be given again.", metavar="WORD"
        ),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires",
            help="When it ends: 2027-01-01.\n\nWhen it ends: 2027-01-01, or with time and zone.",
            metavar="INSTANT",
        ),
    ] = None,
    state: State = DEFAULT_STATE,
    database: Database = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Make a key. It is shown once, and kept nowhere.

    Example: wan-rules keys create shop --account acme --environment production --scope quote --scope settle
    """
    from pricing.shell import service_commands as commands

    bound = (tuple(account or ()), tuple(environment or ()), tuple(scope or ()))
    asked = commands.KeyAsked(name, bound, expires)
    raise typer.Exit(commands.create_key(asked, commands.StateAsked(state, database), format))


@keys.command("list")
def list_keys(
    state: State = DEFAULT_STATE,
    database: Database = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """List the keys, with what each is for; never a key itself.

    Example: wan-rules keys list
    """
    from pricing.shell import service_commands as commands

    raise typer.Exit(commands.list_keys(commands.StateAsked(state, database), format))


@keys.command("revoke", short_help="Revoke a key.")
def revoke(
    key: Annotated[str, typer.Argument(help="The id of the key, as `keys list` shows it.", show_default=False)],
    state: State = DEFAULT_STATE,
    database: Database = None,
) -> None:
    """Revoke a key: every worker refuses it within about a second.

    Example: wan-rules keys revoke 0123456789abcdef
    """
    from pricing.shell import service_commands as commands

    raise typer.Exit(commands.revoke_key(key, commands.StateAsked(state, database)))


@keys.command("sign-with-new", short_help="Make a new key to sign quotes with.")
def sign_with_new(state: State = DEFAULT_STATE, signing_keys: SigningKeys = None) -> None:
    """Make a new signing key, which signs from the next start on; the older ones stay published.

    Example: wan-rules keys sign-with-new
    """
    from pricing.shell import service_commands as commands

    raise typer.Exit(commands.rotate(commands.StateAsked(state, None, signing_keys)))


def verify(
    quote: o.QuoteArgument,
    keys_file: Annotated[
        str,
        typer.Option(
            "--keys",
            help="The keys that /.well-known/jwks.json gave.\n\n"
            "The published keys: what /.well-known/jwks.json answered.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Verify a signed quote offline: who signed it, that nothing was changed, and that its basis gives its total.

    Example: wan-rules quote verify quote.json --keys jwks.json
    """
    from pricing.shell import verifying

    raise typer.Exit(verifying.verify_quote(quote, keys_file, format))
