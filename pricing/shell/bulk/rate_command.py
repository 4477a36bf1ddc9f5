"""The command `wan-rules rate` and its options. Imports nothing heavy: `--help` reads it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pricing.shell import asked_values as v
from pricing.shell import options as o
from pricing.shell.bulk.usage_options import IgnoreExtra, MemoryLimit, Threads, UsageForm, UsageFrom, Zone
from pricing.shell.helping import LIMITS, OUTPUTS

SHORT_HELP = "Rate tables of usage, by the million."


class EngineName(StrEnum):
    """What works the tables out."""

    DUCKDB = "duckdb"
    SPARK = "spark"


UsageArgument = Annotated[
    list[str],
    typer.Argument(
        help="Usage in Parquet, CSV or JSON Lines (also .gz, .zst): files, folders or globs.", show_default=False
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="FOLDER, or FILE.parquet, .csv or .jsonl.\n\n"
        "Where the charge of each row goes: a folder of Parquet, or FILE.parquet, .csv or .jsonl.",
        metavar="PATH",
        rich_help_panel=OUTPUTS,
        show_default="sums alone",
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        help="Where rows go that are not rated.\n\nWhere rows go that are not rated; else beside the charges.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]
Focus = Annotated[
    Path | None,
    typer.Option(
        "--focus",
        help="Also write rows of FOCUS 1.2: FILE.csv.\n\nAlso write the charges as rows of FOCUS 1.2: FILE.csv.",
        metavar="FILE",
        rich_help_panel=OUTPUTS,
    ),
]

Engine = Annotated[
    EngineName, typer.Option("--engine", help="spark needs wan-rules[spark], and Parquet.", rich_help_panel=LIMITS)
]
Master = Annotated[
    str | None,
    typer.Option(
        "--spark-master",
        help="local[2], spark://host:7077, sc://host:15002.\n\n"
        "local[2], spark://host:7077, yarn, or sc://host:15002; local[*].",
        metavar="URL",
        rich_help_panel=LIMITS,
    ),
]


def rate(
    usage: UsageArgument,
    output: Output = None,
    catalogue: o.Catalogue = None,
    catalogue_key: o.CatalogueKey = None,
    keep_for: o.KeepFor = None,
    usage_from: UsageFrom = UsageForm.OWN,
    zone: Zone = None,
    account: o.Account = None,
    environment: o.Environment = None,
    region: o.Region = None,
    ignore_extra: IgnoreExtra = False,
    rejects: Rejects = None,
    focus: Focus = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
    engine: Engine = EngineName.DUCKDB,
    spark_master: Master = None,
    format: o.OneFormat = v.TextOrJson.TEXT,  # noqa: A002 - the option's own name
) -> None:
    """Rate tables of usage under a catalogue: each row is charged exactly, or rejected with its reason.

    Without --output the charges are only summed, which is several times faster.
    Account, environment and region are what task results leave out (--from dashscope).

    Example: wan-rules rate examples/finance/usage.csv --catalogue examples/finance/catalogue -o charges
    """
    from pricing.shell.bulk import rate_runs

    origin = (account, environment, region)
    v.check_origin(usage_from.value, origin)
    if spark_master is not None and engine is not EngineName.SPARK:
        raise typer.BadParameter("it is where Spark works: add --engine spark", param_hint="--spark-master")
    asked = rate_runs.RateAsked(
        tuple(usage),
        output,
        v.Source(catalogue, catalogue_key, keep_for),
        (usage_from.value, zone, ignore_extra),
        origin,
        rejects,
        (memory_limit, threads, engine.value, spark_master),
        focus,
    )
    raise typer.Exit(rate_runs.rate(asked, format))
