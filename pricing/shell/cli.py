"""The command `wan-rules`: its commands and options. What they do is in `commands`, imported only when one is run.

Results go to stdout, complaints to stderr. Exit codes: 0 done or accepted, 1 rejected, 2 unusable input, configuration
or usage, 3 undetermined (with --strict), unbounded or not to be settled yet, 4 no rate in force.
"""

from __future__ import annotations

import gc
import os
from typing import Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import backtest_command, mcp_command, probe_command, run_command, service_cli
from pricing.shell import options as o
from pricing.shell.bulk import drift_command, rate_command, reconcile_command, signoff_command
from pricing.shell.bulk.breaks_command import breaks
from pricing.shell.cards_cli import cards
from pricing.shell.helping import App
from pricing.shell.server_options import KeyFile, Server, ServerAsked
from pricing.shell.two_words import VERIFY, Commands
from pricing.version import __version__

PRICES: Final = "Prices"
BOOKS: Final = "Books"
SERVING: Final = "Serving and guarding"
app = App(name="wan-rules", cls=Commands, invoke_without_command=True, pretty_exceptions_enable=False)


@app.callback()
def tell_version(version: o.Version = False, no_plugins: o.NoPlugins = False) -> None:
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
    probe: o.Probe = False,
    allow: o.Allow = None,
    bills: o.BillsOption = v.Bills.SAMPLES,
    cache: o.Cache = False,
    subjects: o.Subjects = False,
    weights: o.SubjectWeights = None,
    trust_subjects: o.TrustSubjects = False,
) -> None:
    """Say everything that is wrong with a payload, and how to mend it.

    Example: wan-rules check examples/alibaba-mistakes.payload.json
    """
    from pricing.shell import commands

    measuring = v.measure_if(probe, v.Measuring(allow or (), bills, cache, subjects, weights, trust_subjects))
    raise typer.Exit(commands.check(v.Asked(payload, host, facts, format, strict, measuring, lang)))


@app.command(short_help="Say what a payload will run and cost.")
def quote(
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
    effects: o.Effects = False,
    server: Server = None,
    key_file: KeyFile = None,
    lang: o.Lang = None,
    format: o.AnyFormat = v.Format.TEXT,  # noqa: A002 - the option's own name
    strict: o.Strict = False,
    probe: o.Probe = False,
    allow: o.Allow = None,
    bills: o.BillsOption = v.Bills.SAMPLES,
    cache: o.Cache = False,
    subjects: o.Subjects = False,
    weights: o.SubjectWeights = None,
    trust_subjects: o.TrustSubjects = False,
) -> None:
    """Say what a payload will run and cost, exactly or between bounds.

    Example: wan-rules quote examples/fal-one-clip.payload.json --facts examples/fal-one-clip.facts.json
    """
    from pricing.shell import commands

    terms = v.OnTerms(
        v.Source(catalogue, catalogue_key, keep_for), account, environment, region, at, consumed_before or ()
    )
    measuring = v.measure_if(probe, v.Measuring(allow or (), bills, cache, subjects, weights, trust_subjects))
    asked = v.Asked(payload, host, facts, format, strict, measuring, lang)
    raise typer.Exit(commands.quote(asked, terms, ServerAsked(server, key_file), effects=effects))


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


@app.command(short_help="Write a payload in another host's shape.")
def convert(
    payload: o.Payload,
    to: o.To,
    host: o.Host = None,
    facts: o.Facts = None,
    order: o.OrderOption = None,
    lang: o.Lang = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Write a payload in another host's shape, labels rewritten; what it can't carry is said on stderr.

    Example: wan-rules convert examples/fal-one-clip.payload.json --to runware
    """
    from pricing.shell import commands

    raise typer.Exit(commands.convert(v.Asked(payload, host, facts, format, lang=lang), to, order))


@app.command(short_help="Set hosts, tiers and lengths side by side.")
def compare(
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
    hosts: o.Hosts = None,
    tiers: o.Tiers = None,
    durations: o.Durations = None,
    rate: o.Rates = None,
    lang: o.Lang = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Set hosts, tiers and lengths side by side for one request: what each costs, and what each would reject.

    Example: wan-rules compare examples/runware-two-seconds.payload.json --tiers 720P,1080P --durations 5,10
    """
    from pricing.shell import commands, comparing

    terms = v.OnTerms(
        v.Source(catalogue, catalogue_key, keep_for), account, environment, region, at, consumed_before or ()
    )
    axes = comparing.AxesAsked(hosts, tiers, durations, tuple(rate or ()))
    raise typer.Exit(commands.compare(v.Asked(payload, host, facts, format, lang=lang), terms, axes))


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


@app.command(short_help="Settle a quote by what the host reports.", rich_help_panel=BOOKS)
def settle(
    quote: o.QuoteArgument,
    report: o.ReportArgument,
    settled: o.Settled = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Settle a quote by what the host reports of the job: the charge, what of the hold is released, and why.

    Example: wan-rules settle quote.json examples/alibaba-five-references.result.json
    """
    from pricing.shell import settling

    raise typer.Exit(settling.settle_quote(settling.SettleAsked(quote, report, settled), format))


app.command(VERIFY, short_help="Verify a signed quote offline.", rich_help_panel=SERVING)(service_cli.verify)
app.command(short_help="Answer quotes over HTTP, and show a page to try them.", rich_help_panel=SERVING)(
    service_cli.serve
)
app.command(short_help=run_command.SHORT_HELP, rich_help_panel=SERVING)(run_command.run)
app.add_typer(cards, name="cards", rich_help_panel=PRICES)
app.add_typer(breaks, name="breaks", rich_help_panel=BOOKS)
app.add_typer(service_cli.keys, name="keys", rich_help_panel=SERVING)


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
