"""The command `wan-rules quote` and the option that it alone has. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from pricing.shell import asked_values as v
from pricing.shell import measuring_options as m
from pricing.shell import options as o
from pricing.shell.helping import OUTPUTS
from pricing.shell.server_options import KeyFile, Server, ServerAsked

SHORT_HELP: Final = "Say what a payload will run and cost."
Effects = Annotated[
    bool,
    typer.Option("--effects", help="Say what each warning and fix does to the price.", rich_help_panel=OUTPUTS),
]


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
    effects: Effects = False,
    server: Server = None,
    key_file: KeyFile = None,
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
