"""The commands of `wan-rules cards` and their options. What they do is imported only when one is run."""

from __future__ import annotations

import typer

from pricing.shell import asked_values as v
from pricing.shell import card_options as c
from pricing.shell import options as o
from pricing.shell.helping import App

cards = App(
    help="What a catalogue holds, and which terms are in force.\n\nExample: wan-rules cards list",
    short_help="What a catalogue holds, and which terms are in force.",
)


@cards.command("list")
def cards_list(
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """List the cards and agreements of a catalogue.

    Example: wan-rules cards list --catalogue examples/catalogue
    """
    from pricing.shell import card_commands

    raise typer.Exit(card_commands.list_cards(v.Source(catalogue, catalogue_key, keep_for), format))


@cards.command("show", short_help="Show one card: its entries by date, its sources.")
def cards_show(
    card: c.CardArgument,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Show one card: its entries by date, how it bills clips, its sources.

    Example: wan-rules cards show fal-list
    """
    from pricing.shell import card_commands

    raise typer.Exit(card_commands.show_card(card, v.Source(catalogue, catalogue_key, keep_for), format))


@cards.command("resolve", short_help="Show the terms in force at an instant.")
def cards_resolve(
    host: c.HostArgument,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    at: o.At = None,
    explain: c.Explain = False,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Show the terms in force for a host, account and environment at an instant.

    Example: wan-rules cards resolve fal --at 2026-11-01 --explain
    """
    from pricing.shell import resolving

    terms = v.OnTerms(v.Source(catalogue, catalogue_key, keep_for), account, environment, region, at)
    raise typer.Exit(resolving.resolve_terms(host, terms, format, explain=explain))


@cards.command("diff", short_help="Show what a change of prices does, before it is live.")
def cards_diff(
    old: c.OldCatalogue,
    new: c.NewCatalogue,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    fail_over: c.FailOver = None,
    format: o.ChangesFormat = v.TextMarkdownOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Show which prices and terms differ between two catalogues: for whom, from when, by how much, and where.

    Example: wan-rules cards diff published examples/catalogue
    """
    from pricing.shell import differences

    sides = v.Source(old, catalogue_key, keep_for), v.Source(new, catalogue_key, keep_for)
    raise typer.Exit(differences.diff(*sides, format, fail_over))


@cards.command("history", short_help="Show what was, is and will be in force.")
def cards_history(
    host: c.HostArgument,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    at: c.Now = None,
    plot: c.Plot = None,
    meter: c.MeterOption = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Show what was, is and will be in force for a host, account and environment; `--plot` draws it.

    Example: wan-rules cards history alibaba --region mainland --plot prices.svg
    """
    from pricing.shell import price_lists

    terms = v.OnTerms(v.Source(catalogue, catalogue_key, keep_for), account, environment, region, at)
    raise typer.Exit(price_lists.show_history(host, terms, format, price_lists.PlotAsked(plot, meter)))


@cards.command("at", short_help="Show all prices at an instant as one table.")
def cards_at(
    instant: c.InstantArgument,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    account: o.Account = None,
    environment: o.Environment = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Show what an account pays at every host and region at an instant, as one table.

    Example: wan-rules cards at 2026-11-15 --catalogue examples/catalogue --account acme --environment production
    """
    from pricing.shell import price_lists

    terms = v.OnTerms(v.Source(catalogue, catalogue_key, keep_for), account, environment, None, instant)
    raise typer.Exit(price_lists.show_prices(terms, format))


@cards.command("check", short_help="Find what is wrong with a catalogue.")
def cards_check(
    catalogue: c.CatalogueArgument,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    at: c.Today = None,
    max_ratio: c.MaxRatio = "2",
    max_age_days: c.MaxAgeDays = 180,
    min_coverage: c.MinCoverage = None,
    format: c.FindingsFormat = v.CiFormat.TEXT,  # noqa: A002 - the option's own name
    strict: c.StrictFindings = False,
    against: c.Against = None,
    lock: c.LockFile = None,
) -> None:
    """Find what is wrong with a catalogue, for every market and all time, run its tests, and say how to mend it.

    Example: wan-rules cards check examples/catalogue --strict --min-coverage 80%
    """
    from pricing.shell import findings

    source = v.Source(catalogue, catalogue_key, keep_for)
    asked = findings.CheckAsked(source, at, max_ratio, max_age_days, min_coverage, strict, against, lock)
    raise typer.Exit(findings.check_catalogue(asked, format))


@cards.command("lock", short_help="Write down what is in force, so that it stays.")
def cards_lock(folder: c.LockedCatalogue, output: c.LockOutput, at: c.Today = None) -> None:
    """Write down every entry, rule and agreement that has begun, for `cards check --lock`.

    Example: wan-rules cards lock examples/catalogue --output catalogue.lock
    """
    from pricing.shell import locking

    raise typer.Exit(locking.lock(locking.LockAsked(folder, output, at)))


@cards.command("init", short_help="Begin a catalogue from shipped cards.")
def cards_init(
    folder: c.NewFolder, card: c.ShippedCards, account: c.Accounts = None, environment: c.Environments = None
) -> None:
    """Begin a catalogue of your own in a new folder, from one shipped card or several.

    Example: wan-rules cards init prices --from atlas-list --account acme --environment production
    """
    from pricing.shell import starting

    asked = starting.InitAsked(folder, tuple(card), tuple(account or ()), tuple(environment or ()))
    raise typer.Exit(starting.init(asked))


@cards.command("test", short_help="Run the tests inside a catalogue.")
def cards_test(
    folder: c.TestedCatalogue,
    update: c.Update = False,
    format: c.FindingsFormat = v.CiFormat.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Run the tests inside a catalogue, and say what they expect, what came out, and what they do not cover.

    Example: wan-rules cards test examples/catalogue
    """
    from pricing.shell import trial_commands

    run = trial_commands.update_tests if update else trial_commands.run_tests
    raise typer.Exit(run(folder, format))
