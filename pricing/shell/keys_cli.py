"""The commands `wan-rules keys ...` and their options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.helping import App
from pricing.shell.state_options import DEFAULT_STATE, Database, SigningKeys, State, StateAsked

keys = App(
    name="keys",
    help="Make and revoke the keys of the quote service.\n\nExample: wan-rules keys list",
    short_help="Make and revoke the keys of the quote service.",
)


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
    from pricing.shell import key_commands as commands

    bound = (tuple(account or ()), tuple(environment or ()), tuple(scope or ()))
    asked = commands.KeyAsked(name, bound, expires)
    raise typer.Exit(commands.create_key(asked, StateAsked(state, database), format))


@keys.command("list")
def list_keys(
    state: State = DEFAULT_STATE,
    database: Database = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """List the keys, with what each is for; never a key itself.

    Example: wan-rules keys list
    """
    from pricing.shell import key_commands as commands

    raise typer.Exit(commands.list_keys(StateAsked(state, database), format))


@keys.command("revoke", short_help="Revoke a key.")
def revoke(
    key: Annotated[str, typer.Argument(help="The id of the key, as `keys list` shows it.", show_default=False)],
    state: State = DEFAULT_STATE,
    database: Database = None,
) -> None:
    """Revoke a key: every worker refuses it within about a second.

    Example: wan-rules keys revoke 0123456789abcdef
    """
    from pricing.shell import key_commands as commands

    raise typer.Exit(commands.revoke_key(key, StateAsked(state, database)))


@keys.command("sign-with-new", short_help="Make a new key to sign quotes with.")
def sign_with_new(state: State = DEFAULT_STATE, signing_keys: SigningKeys = None) -> None:
    """Make a new signing key, which signs once the service has loaded it; the older ones stay published.

    Example: wan-rules keys sign-with-new
    """
    from pricing.shell import key_commands as commands

    raise typer.Exit(commands.rotate(StateAsked(state, signing_keys=signing_keys)))
