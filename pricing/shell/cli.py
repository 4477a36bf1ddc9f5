"""The command `wan-rules`: its commands, in the order of its help. What they do is imported only when one is run.

Those with options of their own are in modules of their own (`quote_command`, `cards_cli`).

Results go to stdout, complaints to stderr. Exit codes: 0 done or accepted, 1 rejected, 2 unusable input, configuration
or usage, 3 undetermined (with --strict), unbounded or not to be settled yet, 4 no rate in force.
"""

from __future__ import annotations

import gc
import os
from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import (
    backtest_command,
    compare_command,
    convert_command,
    keys_cli,
    mcp_command,
    probe_command,
    quote_command,
    run_command,
    serve_command,
    settle_command,
    verify_command,
)
from pricing.shell import measuring_options as m
from pricing.shell import options as o
from pricing.shell.bulk import drift_command, rate_command, reconcile_command, signoff_command
from pricing.shell.bulk.breaks_command import breaks
from pricing.shell.cards_cli import cards
from pricing.shell.helping import App
from pricing.shell.two_words import VERIFY, Commands
from pricing.version import __version__

PRICES: Final = "Prices"
BOOKS: Final = "Books"
SERVING: Final = "Serving and guarding"
Version = Annotated[bool, typer.Option("--version", help="Say which version this is.", is_eager=True)]
NoPlugins = Annotated[
    bool,
    typer.Option(
        "--no-plugins",
        help="Leave plugins aside (WAN_RULES_PLUGINS=0 too).\n\n"
        "Leave all installed plugins aside. Also: WAN_RULES_PLUGINS=0.",
    ),
]
app = App(name="wan-rules", cls=Commands, invoke_without_command=True, pretty_exceptions_enable=False)


@app.callback()
def tell_version(version: Version = False, no_plugins: NoPlugins = False) -> None:
    """Check, plan and price Wan 2.7 reference-to-video requests before sending.

    Example: wan-rules quote examples/fal-one-clip.payload.json
    """
    if version:
        typer.echo(f"wan-rules {__version__}")
        raise typer.Exit
    if no_plugins:
        os.environ["WAN_RULES_PLUGINS"] = "0"  # what this one starts leaves them aside too


@app.command(short_help="Say what is wrong with a payload, and how to mend it.")
def check(
    payload: o.Payload,
    host: o.Host = None,
    facts: o.Facts = None,
    lang: o.Lang = None,
    format: o.AnyFormat = v.Format.TEXT,  # noqa: A002 - the option's own name
    strict: o.Strict = False,
    probe: m.Probe = False,
    allow: m.Allow = None,
    bills: m.BillsOption = v.Bills.SAMPLES,
    cache: m.Cache = False,
    subjects: m.Subjects = False,
    weights: m.SubjectWeights = None,
    trust_subjects: m.TrustSubjects = False,
) -> None:
    """Say everything that is wrong with a payload, and how to mend it.

    Example: wan-rules check examples/alibaba-mistakes.payload.json
    """
    from pricing.shell import commands

    measuring = v.measure_if(probe, v.Measuring(allow or (), bills, cache, subjects, weights, trust_subjects))
    raise typer.Exit(commands.check(v.Asked(payload, host, facts, format, strict, measuring, lang)))


app.command(short_help=quote_command.SHORT_HELP)(quote_command.quote)


@app.command()
def plan(
    payload: o.Payload,
    host: o.Host = None,
    facts: o.Facts = None,
    lang: o.Lang = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Draw the stages that a payload will run.

    Example: wan-rules plan examples/atlas-sr.payload.json
    """
    from pricing.shell import commands

    raise typer.Exit(commands.plan(v.Asked(payload, host, facts, format, lang=lang)))


app.command(short_help=convert_command.SHORT_HELP)(convert_command.convert)
app.command(short_help=compare_command.SHORT_HELP)(compare_command.compare)


@app.command(short_help="Tell a quote in sentences.")
def explain(
    payload: o.Payload,
    host: o.Host = None,
    facts: o.Facts = None,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    at: o.At = None,
    consumed_before: o.ConsumedBefore = None,
    lang: o.Lang = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Tell a quote in sentences: why each line is there, from which file and entry, what was capped or assumed.

    Example: wan-rules explain examples/fal-one-clip.payload.json --facts examples/fal-one-clip.facts.json
    """
    from pricing.shell import commands

    terms = v.OnTerms(
        v.Source(catalogue, catalogue_key, keep_for), account, environment, region, at, consumed_before or ()
    )
    raise typer.Exit(commands.explain(v.Asked(payload, host, facts, format, lang=lang), terms))


@app.command(short_help="List the plugins that are installed.", rich_help_panel=PRICES)
def plugins(
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """List the plugins that are installed: from which distribution, what each adds, and what was refused and why.

    Example: wan-rules plugins
    """
    from pricing.shell import plugin_commands

    raise typer.Exit(plugin_commands.list_plugins(format))


app.command(short_help=rate_command.SHORT_HELP, rich_help_panel=BOOKS)(rate_command.rate)
app.command(short_help=backtest_command.SHORT_HELP, rich_help_panel=PRICES)(backtest_command.backtest)
app.command(short_help=reconcile_command.SHORT_HELP, rich_help_panel=BOOKS)(reconcile_command.reconcile)
app.command(short_help=drift_command.SHORT_HELP, rich_help_panel=BOOKS)(drift_command.drift)
app.command(short_help=signoff_command.SHORT_HELP, rich_help_panel=BOOKS)(signoff_command.signoff)
app.command(short_help=mcp_command.SHORT_HELP, rich_help_panel=SERVING)(mcp_command.mcp)
app.command(short_help=probe_command.SHORT_HELP)(probe_command.probe)
app.command(short_help=settle_command.SHORT_HELP, rich_help_panel=BOOKS)(settle_command.settle)
app.command(VERIFY, short_help=verify_command.SHORT_HELP, rich_help_panel=SERVING)(verify_command.verify)
app.command(short_help=serve_command.SHORT_HELP, rich_help_panel=SERVING)(serve_command.serve)
app.command(
    short_help=run_command.SHORT_HELP, rich_help_panel=SERVING, context_settings=run_command.OPTIONS_COME_FIRST
)(run_command.run)
app.add_typer(cards, name="cards", rich_help_panel=PRICES)
app.add_typer(breaks, name="breaks", rich_help_panel=BOOKS)
app.add_typer(keys_cli.keys, name="keys", rich_help_panel=SERVING)


def main() -> None:
    """Run the command. An interrupt ends it quietly, as the tools around it do.

    A start imports much and drops nothing: collecting garbage meanwhile is a tenth of a short run, and a batch turns it
    on again.
    """
    gc.disable()
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:  # help or a version that nobody takes; the commands see to their own
        from pricing.shell.printing import give_up

        raise SystemExit(give_up(error)) from None


if __name__ == "__main__":
    main()
